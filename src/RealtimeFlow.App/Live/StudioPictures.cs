using System.Diagnostics;
using System.Numerics;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <summary>The grids that are shown, and their upkeep: each as fine as its panel, and recomputed as far as a frame allows.</summary>
internal sealed class StudioPictures
{
    private const double FramesPerSecond = 60;

    // Panels of fewer characters have short titles.
    private const int RoomForWords = 20;

    private const int MostStrip = StudioState.MostLayers + 1;

    // The parts of the pass over all particles that may take turns.
    private const int Slices = 16;

    private readonly IWorkers _workers;
    private readonly bool _isCounted;
    private readonly Panel[] _panels = new Panel[4 + MostStrip];
    private readonly StripGrids _strip;
    private readonly FramePacing _pacing = new(FramesPerSecond);
    private readonly PacedWork _particleWork, _densityWork, _targetWork, _stripWork;
    private readonly Exposure _exposure = new();

    // One for each resolution, made together: a busy machine, which asks for a coarser one, is not made to wait for memory too.
    private readonly DensityPictures[] _resolutions = new DensityPictures[BitOperations.Log2(PacedWork.CoarsestScale) + 1];
    private DensityPictures _densities;
    private ParticleSystem _particles;
    private bool _isAnew, _hasRoomForWords;
    private bool _onGpu;

    /// <summary>Makes pictures of one pixel; <see cref="Fit"/> makes them larger.</summary>
    /// <param name="isCounted">Whether each frame computes everything, so that it is a function of what it shows alone.</param>
    /// <param name="workers">The threads to use.</param>
    public StudioPictures(bool isCounted, IWorkers workers)
    {
        (_isCounted, _workers) = (isCounted, workers);
        _strip = new StripGrids(workers);
        (_particleWork, _densityWork) = (_pacing.Add(weight: 2), _pacing.Add(weight: 2));
        (_targetWork, _stripWork) = (_pacing.Add(weight: 1), _pacing.Add(weight: 1, longestPass: 1));
        PlaneView view = PlaneView.Square(1);
        _particles = new ParticleSystem(1, default, 1, 1, view, workers);
        Array.Fill(_resolutions, _densities = new DensityPictures(1, 1, view, workers));
    }

    /// <summary>What computes particles and density where it can; null leaves them to the CPU.</summary>
    public GpuPictures? Gpu { get; set; }

    /// <summary>The panels, those of the strip last.</summary>
    public ReadOnlySpan<Panel> Panels => _panels.AsSpan(0, PanelCount + StripCount);

    /// <summary>The large panels.</summary>
    public int PanelCount { get; private set; }

    /// <summary>The panels of the strip.</summary>
    public int StripCount { get; private set; }

    /// <summary>What the large panels are, in their order.</summary>
    public StudioPanels PanelsShown { get; private set; }

    /// <summary>The density of full brightness where no other is set: nearly the peak of what is learned, followed without flicker.</summary>
    public float Exposure => _exposure.Value;

    /// <summary>Seconds that the last frame spent on particles.</summary>
    public double ParticleSeconds { get; private set; }

    /// <summary>Seconds that the last frame spent on densities.</summary>
    public double DensitySeconds { get; private set; }

    /// <summary>How many particles a frame sends through the flow.</summary>
    public int ParticlesAFrame { get; private set; }

    /// <summary>Pixels of the screen to each side of a pixel of the densities.</summary>
    public int DensityScale => _isCounted ? 1 : _densityWork.Scale;

    /// <summary>Takes in what the frame took beside the pictures.</summary>
    public void EndFrame(double seconds) => _pacing.EndFrame(seconds);

    /// <summary>What can be shown of a subject: without a density of two coordinates there is neither that nor a difference.</summary>
    public static StudioPanels Available(OpenSubject subject) =>
        StudioPanels.Particles
        | (subject.Dimension == 2 ? StudioPanels.Density : 0)
        | (subject.Shown != null || subject.Points != null ? StudioPanels.Target : 0)
        | (subject.Dimension == 2 && subject.Shown != null ? StudioPanels.Difference : 0);

    /// <summary>Whether a picture is among the large panels.</summary>
    public bool Shows(StudioPanels panel) => (PanelsShown & panel) != 0;

    /// <summary>Settles which panels there are.</summary>
    public void Choose(StudioState state, OpenSubject subject, int layers)
    {
        StudioPanels shown = state.Panels & Available(subject);
        PanelsShown = shown == 0 ? StudioPanels.Particles : shown;
        StripCount = state.HasStrip && subject.Dimension == 2 ? Math.Min(layers + 1, MostStrip) : 0;
        MakePanels(subject);
    }

    /// <summary>Makes the grids that do not fit their panels anew.</summary>
    /// <param name="layout">Where the panels stand.</param>
    /// <param name="state">What is set.</param>
    /// <param name="subject">What is learned.</param>
    /// <returns>Whether any is computed from the start, which takes some frames.</returns>
    public bool Fit(FrameLayout layout, StudioState state, OpenSubject subject)
    {
        bool begins = false;
        _hasRoomForWords = layout.Panels[0].Width >= RoomForWords * layout.Character.Width;
        (int width, int height) = (Math.Max(1, layout.Panels[0].Width), Math.Max(1, layout.Panels[0].Height));
        if ((_particles.Width, _particles.Height, _particles.View, _particles.Count) != (width, height, subject.View, state.Particles))
        {
            RandomStream stream = new(state.Seed, StreamNumbers.Particles);
            _particles = new ParticleSystem(state.Particles, stream, width, height, subject.View, _workers, _isCounted ? 1 : Slices);
            _particleWork.Begin(_particles.Slices);
            begins = true;
        }

        _onGpu = Gpu != null && GpuPictures.Suits(subject, width, height);
        if (_onGpu)
        {
            Gpu!.Fit(width, subject, state);
        }

        PlaneView view = subject.Box;
        if (!_resolutions[0].Fits(width, height, view))
        {
            for (int i = 0; i < _resolutions.Length; i++)
            {
                _resolutions[i] = new DensityPictures(Math.Max(1, width >> i), Math.Max(1, height >> i), view, _workers);
            }
        }

        DensityPictures resolution = _resolutions[BitOperations.Log2((uint)DensityScale)];
        if (_densities != resolution)
        {
            (_densities, _isAnew) = (resolution, true);
            _densityWork.Begin(resolution.Flow.Height);
            _targetWork.Begin(resolution.Flow.Height);
        }

        if (StripCount > 0)
        {
            PixelRect small = layout.Panels[PanelCount];
            if (_strip.Fit(StripCount, Math.Max(1, small.Width), Math.Max(1, small.Height), view))
            {
                _stripWork.Begin(StripCount);
                begins = true;
            }
        }

        MakePanels(subject);
        return begins;
    }

    /// <summary>A frame's work.</summary>
    /// <param name="flow">The flow as it is to be seen.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    /// <param name="training">What is learned, and the whole flow.</param>
    public void Advance(FlowDistribution flow, bool isWhole, StudioTraining training)
    {
        OpenSubject subject = training.Subject;
        long start = Stopwatch.GetTimestamp();
        if (Shows(StudioPanels.Particles) && _onGpu)
        {
            Gpu!.AdvanceParticles(flow);
            ParticlesAFrame = _particles.Count;
        }
        else if (Shows(StudioPanels.Particles))
        {
            int slices = _isCounted ? _particles.Slices : _particleWork.Portion;
            _particles.Advance(flow, slices);
            _particleWork.Spent(slices, Stopwatch.GetElapsedTime(start).TotalSeconds);
            ParticlesAFrame = (int)((long)_particles.Count * slices / _particles.Slices);
        }

        long moved = Stopwatch.GetTimestamp();
        bool isNew = AdvanceTarget(subject, training.Version);
        if (Shows(StudioPanels.Density) && _onGpu)
        {
            Gpu!.AdvanceDensity(flow);
        }

        if (Shows(StudioPanels.Difference) || (Shows(StudioPanels.Density) && !_onGpu))
        {
            int rows = _isCounted || _isAnew ? _densities.Flow.Height : _densityWork.Portion;
            long begin = Stopwatch.GetTimestamp();
            isNew |= _densities.Flow.Advance(flow, rows);
            _densityWork.Spent(rows, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        if (isNew && Shows(StudioPanels.Difference))
        {
            _densities.Subtract();
        }

        if (StripCount > 0)
        {
            long begin = Stopwatch.GetTimestamp();
            int grids = _isCounted ? StripCount : _stripWork.Portion;
            _strip.Advance(training.Snapshot, grids);
            _stripWork.Spent(grids, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        _isAnew = false;
        if (subject.Shown != null || isWhole || !_exposure.IsSet)
        {
            // Where nobody knows the density of what is learned, the whole flow's decides, and stays while depths before it are looked at.
            _exposure.Update(
                subject.Shown != null ? TargetPanel(subject)
                : Shows(StudioPanels.Density) ? DensityPanel(subject)
                : Shows(StudioPanels.Particles) ? ParticlePanel(subject)
                : TargetPanel(subject));
        }

        ParticleSeconds = Stopwatch.GetElapsedTime(start, moved).TotalSeconds;
        DensitySeconds = Stopwatch.GetElapsedTime(moved).TotalSeconds;
    }

    /// <summary>What is learned may have moved, or got more rows; returns whether its picture is new.</summary>
    private bool AdvanceTarget(OpenSubject subject, int version)
    {
        int due = _densities.RowsDue(version);
        if (subject.Shown is not Target shown || due == 0)
        {
            return false;
        }

        // A hand moves it at each frame: then at once, or the picture would be torn. Rows that join change little meanwhile.
        int rows = subject.Editable != null || _isCounted || _isAnew ? due : Math.Min(due, _targetWork.Portion);
        long begin = Stopwatch.GetTimestamp();
        bool isNew = _densities.AdvanceTarget(shown, version, rows);
        _targetWork.Spent(rows, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        return isNew;
    }

    private void MakePanels(OpenSubject subject)
    {
        PanelCount = 0;
        if (Shows(StudioPanels.Particles))
        {
            _panels[PanelCount++] = ParticlePanel(subject);
        }

        if (Shows(StudioPanels.Density))
        {
            _panels[PanelCount++] = DensityPanel(subject);
        }

        if (Shows(StudioPanels.Target))
        {
            _panels[PanelCount++] = TargetPanel(subject);
        }

        if (Shows(StudioPanels.Difference))
        {
            DensityGrid grid = _densities.Flow;
            string title = _hasRoomForWords ? "density less target" : "difference";
            _panels[PanelCount++] = Panel.OfDifference(title, _densities.Difference, grid.Width, grid.Height, subject.Box);
        }

        _strip.MakePanels(_panels.AsSpan(PanelCount, StripCount), subject.Box);
    }

    private Panel ParticlePanel(OpenSubject subject) => _onGpu
        ? Panel.OfCounts("particles", Gpu!.Counts, _particles.Count, subject.Box)
        : Panel.OfCounts("particles", _particles.Counts, _particles.Width, _particles.Height, _particles.Count, subject.Box);

    private Panel DensityPanel(OpenSubject subject)
    {
        DensityGrid grid = _densities.Flow;
        string title = _hasRoomForWords ? "exact density" : "density";
        return _onGpu
            ? Panel.OfLogDensity(title, Gpu!.LogDensity, subject.Box)
            : Panel.OfLogDensity(title, grid.LogDensity, grid.Width, grid.Height, subject.Box);
    }

    private Panel TargetPanel(OpenSubject subject) => subject.Points is PointCounts points
        ? Panel.OfCounts("data", points.Counts, PointCounts.Bins, PointCounts.Bins, Math.Max(1, points.Total), subject.Box)
        : Panel.OfLogDensity("target", _densities.Target, _densities.Flow.Width, _densities.Flow.Height, subject.Box);
}
