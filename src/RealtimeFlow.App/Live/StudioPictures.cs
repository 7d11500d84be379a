using System.Diagnostics;
using System.Numerics.Tensors;
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

    // Panels narrower than this have short titles.
    private const int RoomForWords = 200;

    private const int MostStrip = StudioState.MostLayers + 1;

    // The parts of the pass over all particles that may take turns.
    private const int Slices = 16;

    private readonly IWorkers _workers;
    private readonly bool _isCounted;
    private readonly Panel[] _panels = new Panel[4 + MostStrip];
    private readonly StripGrids _strip;
    private readonly FramePacing _pacing = new(FramesPerSecond);
    private readonly PacedWork _particleWork, _densityWork, _targetWork, _stripWork;
    private ParticleSystem _particles;
    private DensityGrid _density, _target;
    private float[] _shown = new float[1], _difference = new float[1];
    private int _shownVersion = -1;
    private float _logPeak = float.NaN;

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
        _density = _target = new DensityGrid(1, 1, view, workers);
    }

    /// <summary>The panels, those of the strip last.</summary>
    public ReadOnlySpan<Panel> Panels => _panels.AsSpan(0, PanelCount + StripCount);

    /// <summary>The large panels.</summary>
    public int PanelCount { get; private set; }

    /// <summary>The panels of the strip.</summary>
    public int StripCount { get; private set; }

    /// <summary>What the large panels are, in their order.</summary>
    public StudioPanels PanelsShown { get; private set; }

    /// <summary>The density of full brightness at exposure 0: the peak of what is learned, followed without flicker.</summary>
    public float PeakDensity => float.IsNaN(_logPeak) ? 1 : MathF.Exp(_logPeak);

    /// <summary>Seconds that the last frame spent on particles.</summary>
    public double ParticleSeconds { get; private set; }

    /// <summary>Seconds that the last frame spent on densities.</summary>
    public double DensitySeconds { get; private set; }

    /// <summary>How many particles a frame sends through the flow.</summary>
    public int ParticlesAFrame { get; private set; }

    /// <summary>Pixels of the screen to each side of a pixel of the densities.</summary>
    public int DensityScale => _densityWork.Scale;

    /// <summary>Takes in what the frame took beside the pictures.</summary>
    public void EndFrame(double seconds) => _pacing.EndFrame(seconds);

    /// <summary>What can be shown of a subject: without a density of two coordinates there is neither that nor a difference.</summary>
    public static StudioPanels Available(OpenSubject subject) =>
        StudioPanels.Particles
        | (subject.Dimension == 2 ? StudioPanels.Density : 0)
        | (subject.Shown != null || subject.Points != null ? StudioPanels.Target : 0)
        | (subject.Dimension == 2 && subject.Shown != null ? StudioPanels.Difference : 0);

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
    public void Fit(FrameLayout layout, StudioState state, OpenSubject subject)
    {
        (int width, int height) = (Math.Max(1, layout.Panels[0].Width), Math.Max(1, layout.Panels[0].Height));
        if ((_particles.Width, _particles.Height, _particles.View, _particles.Count) != (width, height, subject.View, state.Particles))
        {
            RandomStream stream = new(state.Seed, StreamNumbers.Particles);
            _particles = new ParticleSystem(state.Particles, stream, width, height, subject.View, _workers, _isCounted ? 1 : Slices);
            _particleWork.Begin(_particles.Slices);
        }

        PlaneView view = ViewOf(subject);
        (width, height) = (Math.Max(1, width / _densityWork.Scale), Math.Max(1, height / _densityWork.Scale));
        if ((_density.Width, _density.Height, _density.View) != (width, height, view))
        {
            _density = new DensityGrid(width, height, view, _workers);
            _target = new DensityGrid(width, height, view, _workers);
            (_shown, _difference, _shownVersion) = (new float[width * height], new float[width * height], -1);
            _densityWork.Begin(height);
            _targetWork.Begin(height);
        }

        if (StripCount > 0)
        {
            PixelRect small = layout.Panels[PanelCount];
            if (_strip.Fit(StripCount, Math.Max(1, small.Width), Math.Max(1, small.Height), view))
            {
                _stripWork.Begin(StripCount);
            }
        }

        MakePanels(subject);
    }

    /// <summary>A frame's work.</summary>
    /// <param name="flow">The flow as it is to be seen.</param>
    /// <param name="training">What is learned, and the whole flow.</param>
    public void Advance(FlowDistribution flow, StudioTraining training)
    {
        OpenSubject subject = training.Subject;
        long start = Stopwatch.GetTimestamp();
        if (PanelsShown.HasFlag(StudioPanels.Particles))
        {
            int slices = _isCounted ? _particles.Slices : _particleWork.Portion;
            _particles.Advance(flow, slices);
            _particleWork.Spent(slices, Stopwatch.GetElapsedTime(start).TotalSeconds);
            ParticlesAFrame = (int)((long)_particles.Count * slices / _particles.Slices);
        }

        long moved = Stopwatch.GetTimestamp();
        bool isNew = AdvanceTarget(subject, training.Version);
        if ((PanelsShown & (StudioPanels.Density | StudioPanels.Difference)) != 0)
        {
            int rows = _isCounted ? _density.Height : _densityWork.Portion;
            long begin = Stopwatch.GetTimestamp();
            isNew |= _density.Advance(flow, rows);
            _densityWork.Spent(rows, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        if (isNew && PanelsShown.HasFlag(StudioPanels.Difference))
        {
            Subtract();
        }

        if (StripCount > 0)
        {
            long begin = Stopwatch.GetTimestamp();
            int grids = _isCounted ? StripCount : _stripWork.Portion;
            _strip.Advance(training.Snapshot, grids);
            _stripWork.Spent(grids, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        Expose(subject);
        ParticleSeconds = Stopwatch.GetElapsedTime(start, moved).TotalSeconds;
        DensitySeconds = Stopwatch.GetElapsedTime(moved).TotalSeconds;
    }

    private static PlaneView ViewOf(OpenSubject subject) =>
        subject.View with { Left = subject.View.Left / subject.UnitX, Right = subject.View.Right / subject.UnitX };

    /// <summary>What is learned may have moved, or got more rows; returns whether its picture is new.</summary>
    private bool AdvanceTarget(OpenSubject subject, int version)
    {
        if (subject.Shown is not Target shown || (_shownVersion == version && _target.NextRow == 0))
        {
            return false;
        }

        // A hand moves it at each frame: then at once, or the picture would be torn. Rows that join change little meanwhile.
        int rows = subject.Editable != null || _isCounted || float.IsNaN(_logPeak) ? _target.Height - _target.NextRow : _targetWork.Portion;
        if (_target.NextRow == 0)
        {
            _shownVersion = version;
        }

        long begin = Stopwatch.GetTimestamp();
        bool isNew = _target.Advance(shown, rows);
        _targetWork.Spent(rows, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        if (isNew)
        {
            _target.LogDensity.CopyTo(_shown, 0);
            if (shown.LogNormalizer == null)
            {
                Normalize(_shown, _target.View.Area / _shown.Length);
            }
        }

        return isNew;
    }

    private void Subtract()
    {
        Span<float> density = stackalloc float[256];
        for (int start = 0; start < _difference.Length; start += density.Length)
        {
            int taken = Math.Min(density.Length, _difference.Length - start);
            Span<float> difference = _difference.AsSpan(start, taken), other = density[..taken];
            TensorPrimitives.Exp(_density.LogDensity.AsSpan(start, taken), difference);
            TensorPrimitives.Exp<float>(_shown.AsSpan(start, taken), other);
            TensorPrimitives.Subtract(difference, other, difference);
        }
    }

    /// <summary>Follows the peak: at once to the first, then a little each frame, so that nothing flickers.</summary>
    private void Expose(OpenSubject subject)
    {
        const float Following = 0.08f;
        ReadOnlySpan<float> peaks = subject.Shown != null ? _shown : PanelsShown.HasFlag(StudioPanels.Density) ? _density.LogDensity : [];
        float peak = peaks.IsEmpty ? 0 : TensorPrimitives.Max(peaks);
        if (peaks.IsEmpty)
        {
            // A tenth of the view holds most: as good a guess as any.
            peak = (float)Math.Log(10 / ViewOf(subject).Area);
        }

        if (float.IsFinite(peak))
        {
            _logPeak = float.IsNaN(_logPeak) ? peak : _logPeak + (Following * (peak - _logPeak));
        }
    }

    private void MakePanels(OpenSubject subject)
    {
        PanelCount = 0;
        ViewBox box = subject.Box;
        if (PanelsShown.HasFlag(StudioPanels.Particles))
        {
            _panels[PanelCount++] = Panel.OfCounts("particles", _particles.Counts, _particles.Width, _particles.Height, _particles.Count, box);
        }

        if (PanelsShown.HasFlag(StudioPanels.Density))
        {
            _panels[PanelCount++] = Panel.OfLogDensity(_density.Width < RoomForWords ? "density" : "exact density", _density.LogDensity, _density.Width, _density.Height, box);
        }

        if (PanelsShown.HasFlag(StudioPanels.Target))
        {
            _panels[PanelCount++] = subject.Points is PointCounts points
                ? Panel.OfCounts("data", points.Counts, PointCounts.Bins, PointCounts.Bins, Math.Max(1, points.Total), box)
                : Panel.OfLogDensity("target", _shown, _target.Width, _target.Height, box);
        }

        if (PanelsShown.HasFlag(StudioPanels.Difference))
        {
            _panels[PanelCount++] = Panel.OfDifference(_density.Width < RoomForWords ? "difference" : "density less target", _difference, _density.Width, _density.Height, box);
        }

        _strip.MakePanels(_panels.AsSpan(PanelCount, StripCount), box);
    }

    /// <summary>Makes a log-density that is known up to a constant integrate to 1 over what is seen.</summary>
    private static void Normalize(Span<float> logDensity, double cellArea)
    {
        double sum = 0;
        foreach (float value in logDensity)
        {
            sum += Math.Exp(value) * cellArea;
        }

        float logSum = (float)Math.Log(sum);
        foreach (ref float value in logDensity)
        {
            value -= logSum;
        }
    }
}
