using System.Diagnostics;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;
using Silk.NET.OpenGL;

namespace RealtimeFlow.App.Live;

/// <summary>The live flow and its picture, whatever draws it: what a frame computes, shows and says.</summary>
internal sealed class LiveSession
{
    private const int FramesBetweenEstimates = 20, FramesBetweenDensities = 4;
    private const int MostStepsAFrame = 80, LeastStepsAFrame = 8;

    // Where frames are counted, the whole run is planned; a window shows the target within seconds, and goes on from there.
    private const int PlannedSteps = 24_000, WindowSteps = 8_000;

    private static readonly TimeSpan TrainingTimeAFrame = TimeSpan.FromMilliseconds(8);

    private readonly IFrameRenderer _renderer;
    private readonly FlowEngine _engine;
    private readonly FlowPath _path;
    private readonly LiveReadout _readout;
    private readonly int? _frames;
    private readonly int _stepsAFrame;
    private readonly string _footer;
    private readonly Panel[] _panels = new Panel[3];
    private readonly float[] _targetLogDensity;
    private float _exposure;
    private int _firstPanel;
    private int _panelCount = 3;
    private long _lastFrame;
    private long _bytesBefore;

    /// <summary>Makes a session at the start of its training.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="renderer">Draws; it has its size.</param>
    /// <param name="gl">The context that is current on this thread; null where there is none.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="device">What draws, for people.</param>
    /// <param name="frames">How many frames there will be, each with a fixed number of steps; null trains against the clock.</param>
    public LiveSession(LiveOptions options, IFrameRenderer renderer, GL? gl, IWorkers workers, string device, int? frames)
    {
        _renderer = renderer;
        _frames = frames;
        _stepsAFrame = frames is int count ? Math.Clamp(PlannedSteps / count, LeastStepsAFrame, MostStepsAFrame) : 0;
        _footer = frames == null ? LiveKeys.Help : $"drawn by {device}";
        _engine = new FlowEngine(
            options.Target,
            new FlowEngineOptions
            {
                Particles = options.Particles,
                Formula = options.Formula,
                Seed = options.Seed,
                GridSize = PanelSide(renderer, options),
                ScheduledSteps = frames * _stepsAFrame ?? WindowSteps,
            },
            workers);
        _path = FlowPath.Choose(gl, options.Path, _engine, new RandomStream(options.Seed, StreamNumbers.Particles), workers);
        _readout = new LiveReadout(options.Formula, options.Threads, _path.Name);
        _targetLogDensity = new float[_engine.TargetDensity.LogDensity.Length];
        Begin();
    }

    /// <summary>What computes particles and density.</summary>
    public FlowPath Path => _path;

    /// <summary>Whether training and particles stand still.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Whether the numbers are shown.</summary>
    public bool HasReadout { get; set; } = true;

    /// <summary>Frames so far.</summary>
    public long Frames { get; private set; }

    /// <summary>What came of it, in words.</summary>
    public string Summary()
    {
        _engine.Estimate();
        string kl = _engine.Diagnosis.Evaluation.KullbackLeibler is double value ? FormattableString.Invariant($", KL {value:F4}") : "";
        return FormattableString.Invariant(
            $"{_engine.Trainer.Target.Name}, {_engine.Trainer.Flow.Shape}: step {_engine.Trainer.Steps}, free energy {_engine.Diagnosis.Evaluation.FreeEnergy:F4}{kl}");
    }

    /// <summary>Begins again.</summary>
    /// <param name="target">The place of another target in the library; null keeps the present one.</param>
    public void Restart(int? target = null)
    {
        _engine.Restart(target is int place ? TargetLibrary.All[place] : _engine.Trainer.Target);
        Begin();
    }

    /// <summary>Shows all panels, the particles alone, the exact density alone, and all again.</summary>
    public void CyclePanels() => (_firstPanel, _panelCount) = (_firstPanel, _panelCount) switch
    {
        (0, 3) => (0, 1),
        (0, 1) => (1, 1),
        _ => (0, 3),
    };

    /// <summary>One frame of work: training, particles and, every few frames, the exact density.</summary>
    public void Advance()
    {
        int steps = 0;
        if (!IsPaused)
        {
            bool isLast = Frames + 1 == _frames;
            bool density = isLast || Frames % FramesBetweenDensities == 0;
            TimeSpan time = _stepsAFrame == 0 ? TrainingTimeAFrame : TimeSpan.Zero;
            steps = _path.Advance(new FrameBudget(time, _stepsAFrame, density, Particles: true)).TrainingSteps;
            if (isLast || Frames % FramesBetweenEstimates == 0)
            {
                _engine.Estimate();
            }
        }

        long now = Stopwatch.GetTimestamp();
        _readout.Add(Stopwatch.GetElapsedTime(_lastFrame, now).TotalSeconds, steps);
        _lastFrame = now;
        Frames++;
    }

    /// <summary>Draws what is.</summary>
    public void Draw()
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        if (HasReadout)
        {
            _readout.Write(_engine, bytes - _bytesBefore, IsPaused);
        }

        _bytesBefore = bytes;
        _renderer.Render(new FrameInfo
        {
            Panels = _panels.AsSpan(_firstPanel, _panelCount),
            Exposure = _exposure,
            Hud = HasReadout ? _readout.Text : default,
            Footer = HasReadout ? _footer : default,
        });
    }

    /// <summary>The last drawn picture: RGBA, the top row first.</summary>
    public byte[] Picture()
    {
        byte[] rgba = new byte[4 * _renderer.Layout.Width * _renderer.Layout.Height];
        _renderer.ReadPixels(rgba);
        return rgba;
    }

    /// <summary>Frees what it has on the GPU; the context must be current.</summary>
    public void Close() => _path.Dispose();

    /// <summary>The side of a panel in pixels: a grid of as many cells is drawn one to one.</summary>
    private static int PanelSide(IFrameRenderer renderer, LiveOptions options)
    {
        ViewBox view = View(options.Target);
        Panel empty = Panel.OfCounts(" ", new uint[1], 1, 1, 1, view);
        renderer.Render(new FrameInfo
        {
            Panels = [empty, empty, empty],
            Exposure = 1,
            Hud = "\n\n",
            Footer = LiveKeys.Help,
        });
        return Math.Max(renderer.Layout.Panels[0].Width, 1);
    }

    private static ViewBox View(Target target) => new(-target.ViewRadius, target.ViewRadius, -target.ViewRadius, target.ViewRadius);

    /// <summary>The panels and the brightness for a target, and the picture of the untrained flow.</summary>
    private void Begin()
    {
        Target target = _engine.Trainer.Target;
        ViewBox view = View(target);
        int side = _engine.TargetDensity.Width;
        _engine.TargetDensity.LogDensity.CopyTo(_targetLogDensity, 0);
        if (target.LogNormalizer == null)
        {
            Normalize(_targetLogDensity, view.Area / _targetLogDensity.Length);
        }

        float most = float.NegativeInfinity;
        foreach (float logDensity in _targetLogDensity)
        {
            most = Math.Max(most, logDensity);
        }

        _exposure = MathF.Exp(most);
        _panels[0] = _path.Particles("particles");
        _panels[1] = _path.Density("exact density of the flow");
        _panels[2] = Panel.OfLogDensity(
            target.LogNormalizer == null ? "target, normalised over the view" : "target", _targetLogDensity, side, side, view);
        _lastFrame = Stopwatch.GetTimestamp();
        _path.Advance(new FrameBudget(TimeSpan.Zero, 0, Density: true, Particles: true));
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
