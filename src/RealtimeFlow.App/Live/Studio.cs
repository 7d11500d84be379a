using System.Diagnostics;
using RealtimeFlow.App.Live.Overlays;
using RealtimeFlow.App.Recording;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live;

/// <summary>
/// The live session, whatever shows it: what is set, learned, seen and said. It takes events and time, and draws by the renderer it is given;
/// windows, terminals and files are its callers'.
/// </summary>
internal sealed partial class Studio : IStudio
{
    // Frames after an event until every picture is up to date: more than a pass over all particles has slices.
    private const int FramesToSettle = 40;

    // The share of a new measurement in a pace that is shown: numbers that people can read stand still.
    private const double Freshness = 0.05;

    // Going to and fro through the layers takes so long, with a rest at the ends.
    private const double SecondsOfMorph = 6, RestAtEnd = 0.12;

    private readonly IWorkers _workers;
    private readonly WorkerPool? _trainers;
    private readonly StudioTraining _training;
    private readonly StudioPictures _pictures;
    private readonly StudioReadout _readout;
    private readonly StudioCurves _curves = new();
    private readonly StudioControls _controls;
    private readonly StudioHand _hand;
    private readonly HelpOverlay _help = new();
    private readonly NoticeOverlay _notice = new();
    private readonly GridOverlay _grid = new();
    private readonly TrajectoryOverlay _trajectories;
    private readonly PartialFlow _flow;
    private readonly Drawing _drawing = new();
    private TrainingSnapshot _snapshot;
    private FlowShape? _shape;
    private FrameFacts _facts;
    private int _settled;
    private double _morphSeconds, _morphDepth;
    private double _drawSeconds;
    private long _bytes;
    private long _lastSteps;

    /// <summary>Begins a session; nothing is drawn before <see cref="Draw"/>.</summary>
    /// <param name="state">What is set at first.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="renderer">Draws; it has its size. Stays the caller's.</param>
    /// <param name="workers">The threads that compute the pictures and, where frames are counted, train.</param>
    /// <exception cref="FileFormatException">A file that the state names is not as it should be.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Studio(StudioState state, StudioOptions options, IFrameRenderer renderer, IWorkers workers)
    {
        (State, Renderer, _workers) = (state, renderer, workers);
        bool isCounted = options.StepsAFrame != null;
        _trainers = isCounted ? null : new WorkerPool(Math.Max(1, options.Threads / 2));
        _training = new StudioTraining(state, options, _trainers ?? workers);
        _snapshot = _training.Snapshot;
        _flow = new PartialFlow(new FlowDistribution(_snapshot.Shape, _snapshot.Parameters, _snapshot.Direction));
        _pictures = new StudioPictures(isCounted, workers);
        _trajectories = new TrajectoryOverlay(new RandomStream(state.Seed, StreamNumbers.Particles));
        _readout = new StudioReadout(options);
        _controls = new StudioControls(this);
        _hand = new StudioHand(this);
    }

    /// <inheritdoc/>
    public event Action<StudioRequest>? Requested;

    /// <summary>What computes particles and density on the GPU; null leaves them to the CPU. Stays the caller's.</summary>
    public GpuPictures? Gpu
    {
        set => _pictures.Gpu = value;
    }

    /// <summary>All that is set.</summary>
    public StudioState State { get; private set; }

    /// <inheritdoc/>
    public long Frames { get; private set; }

    /// <summary>What the last picture's way to the screen took the processor, which then lacks it for the next; 0 where that is waiting alone.</summary>
    public double ShowSeconds { get; set; }

    /// <inheritdoc/>
    public IFrameRenderer Renderer { get; set; }

    /// <inheritdoc/>
    public float ContentScale { get; set; } = 1;

    /// <summary>What training has reached.</summary>
    public TrainingSnapshot Snapshot => _snapshot;

    /// <summary>The flow as it is seen: whole, or as far as <see cref="StudioState.Depth"/>.</summary>
    public FlowDistribution Flow => _flow.Flow;

    /// <summary>K.</summary>
    public int Layers => _snapshot.Shape.LayerCount;

    /// <summary>The depth at which the flow is seen; null for the whole flow.</summary>
    public double? Depth => State.IsMorphing ? _morphDepth : State.Depth;

    /// <summary>What is learned.</summary>
    internal OpenSubject Subject => _training.Subject;

    /// <summary>The large panels, in order; those of the strip follow them.</summary>
    internal int PanelCount => _pictures.PanelCount;

    /// <summary>The control panel.</summary>
    internal StudioControls Controls => _controls;

    /// <summary>The curves.</summary>
    internal StudioCurves Curves => _curves;

    /// <inheritdoc/>
    public HelpText? Help => State.HasHelp ? StudioCommands.Help : null;

    /// <inheritdoc/>
    public string Notice => _notice.Words;

    /// <summary>What the last frame did.</summary>
    internal FrameFacts Facts => _facts;

    /// <inheritdoc/>
    public bool IsIdle => State is { IsPaused: true, IsMorphing: false } && Notice.Length == 0 && _settled > FramesToSettle;

    /// <summary>Sets something; what cannot be done is said, and left.</summary>
    public void Set(StudioState next) => TrySet(State, next);

    /// <inheritdoc/>
    public void Say(string words, bool warns = false) => _notice.Say(words, warns);

    /// <inheritdoc/>
    public void Handle(in InputEvent input)
    {
        _settled = 0;
        _hand.Take(input);
    }

    /// <summary>A key.</summary>
    public void Press(Key key, KeyModifiers modifiers = KeyModifiers.None) =>
        Handle(new InputEvent(InputKind.KeyDown, (int)key, modifiers, 0, 0));

    /// <summary>A file was dropped: settings (.json), rows (.npy, .csv) or else a picture. One that was dropped before is read again.</summary>
    public void Drop(string path)
    {
        if (Directory.Exists(path))
        {
            Say($"{path}: is a folder: drop a file", warns: true);
            return;
        }

        if (HasEnding(path, ".json"))
        {
            Load(path);
            return;
        }

        bool isRows = HasEnding(path, ".npy") || HasEnding(path, ".csv");
        StudioState next = State with { Subject = isRows ? Live.Subject.Points : Live.Subject.Picture, File = path, Numbers = null, HasBrush = false };
        if (TrySet(State with { File = null }, next))
        {
            Say(Path.GetFileName(path));
        }
    }

    /// <summary>Restores the settings of a file; what is wrong with it is said.</summary>
    public void Load(string path)
    {
        try
        {
            if (TrySet(State, StudioFile.Read(path)))
            {
                Say($"set as in {Path.GetFileName(path)}");
            }
        }
        catch (Exception exception) when (exception is FileFormatException or IOException)
        {
            Say(exception.Message, warns: true);
        }
    }

    /// <inheritdoc/>
    public void Train(double seconds)
    {
        _training.Advance(State, seconds);
        Take(_training.Snapshot);
    }

    /// <inheritdoc/>
    public void Advance(double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        Train(seconds);
        double trained = _training.Run.IsStarted ? 0 : Stopwatch.GetElapsedTime(start).TotalSeconds;
        Morph(seconds);
        _flow.Update(_snapshot, Depth ?? double.PositiveInfinity);
        _pictures.Choose(State, Subject, Layers);
        _readout.Write(State, _training, _flow.Flow, _facts, Frames + 1);
        Arrange();
        _pictures.Advance(_flow.Flow, isWhole: Depth is null || Depth >= Layers, _training);
        if (State.HasGrid)
        {
            _grid.Update(_flow.Flow);
        }

        if (State.HasTrajectories)
        {
            _trajectories.Update(_flow.Flow);
        }

        Measure(seconds);
        _notice.Advance(seconds);
        _settled++;
        double pictures = _pictures.ParticleSeconds + _pictures.DensitySeconds;
        _pictures.EndFrame(Stopwatch.GetElapsedTime(start).TotalSeconds - trained - pictures + _drawSeconds + ShowSeconds);
        _curves.Add(_training, _facts);
    }

    /// <inheritdoc/>
    public void Draw()
    {
        long start = Stopwatch.GetTimestamp();
        FrameInfo frame = Frame();
        Renderer.Arrange(frame);
        FrameLayout layout = Renderer.Layout;
        _drawing.Begin(layout);
        DrawOverPanels(layout);
        DrawAround(layout);
        Renderer.Render(frame);
        _drawSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Frames++;
    }

    /// <inheritdoc/>
    public string Keep(string name, ReadOnlyMemory<byte> rgba)
    {
        Screenshot.Write(name, rgba, Renderer.Layout.Width, Renderer.Layout.Height, Flow, Json.Text(State));
        return "the model and the settings";
    }

    /// <inheritdoc/>
    public string Summary()
    {
        _training.Estimate();
        TrainingSnapshot snapshot = _training.Snapshot;
        double free = snapshot.Diagnosis?.Evaluation.FreeEnergy ?? snapshot.Likelihood?.NegativeLogLikelihood ?? snapshot.Loss;
        string kl = snapshot.Diagnosis?.Evaluation.KullbackLeibler is double value ? FormattableString.Invariant($", KL {value:F4}") : "";
        string name = Subject.Target == null ? "−ln q" : "free energy";
        return FormattableString.Invariant($"{State.Subject}, {snapshot.Shape}: step {snapshot.Steps}, {name} {free:F4}{kl}");
    }

    public void Dispose()
    {
        _training.Dispose();
        _trainers?.Dispose();
    }

    private static bool HasEnding(string path, string ending) => Path.GetExtension(path).Equals(ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sets what is other than it was before; returns false where that cannot be done, which is said, and left.</summary>
    private bool TrySet(StudioState before, StudioState next)
    {
        if (before.IsMorphing && !next.IsMorphing)
        {
            next = next with { Depth = _morphDepth };
        }

        if (next == before)
        {
            return true;
        }

        try
        {
            _training.Apply(before, next);
            State = next;
            _settled = 0;
            if (before.Subject != next.Subject || before.File != next.File)
            {
                _curves.Clear();
                _lastSteps = 0;
            }

            return true;
        }
        catch (Exception exception) when (exception is FileFormatException or IOException)
        {
            Say(exception.Message, warns: true);
            return false;
        }
    }

    /// <summary>Layers come and go in training: what is set says so.</summary>
    private void Take(TrainingSnapshot snapshot)
    {
        if (_shape != snapshot.Shape)
        {
            _shape = snapshot.Shape;
            State = State with { Formula = _shape.ToString(), Depth = State.Depth is double depth && depth < _shape.LayerCount ? depth : null };
            _settled = 0;
        }

        _snapshot = snapshot;
    }

    /// <summary>To and fro between base and whole flow.</summary>
    private void Morph(double seconds)
    {
        if (!State.IsMorphing)
        {
            return;
        }

        _morphSeconds += seconds;
        double turn = Math.Abs((2 * (_morphSeconds / SecondsOfMorph % 1)) - 1);
        double share = Math.Clamp(((1 - turn) * (1 + (2 * RestAtEnd))) - RestAtEnd, 0, 1);
        _morphDepth = share * Layers;
    }

    private void Measure(double seconds)
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: false);
        long steps = _snapshot.Steps - _lastSteps;
        _lastSteps = _snapshot.Steps;
        double share = _facts.FramesPerSecond == 0 ? 1 : Freshness;
        double pace = seconds > 0 ? 1 / seconds : 0;
        _facts = new FrameFacts(
            _facts.FramesPerSecond + (share * (pace - _facts.FramesPerSecond)),
            Math.Max(0, _facts.StepsPerSecond + (share * ((Math.Max(0, steps) * pace) - _facts.StepsPerSecond))),
            _pictures.ParticlesAFrame,
            _pictures.DensityScale,
            _pictures.ParticleSeconds,
            _pictures.DensitySeconds,
            _drawSeconds,
            bytes - _bytes);
        _bytes = bytes;
    }
}
