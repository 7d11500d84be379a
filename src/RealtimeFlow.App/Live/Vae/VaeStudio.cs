using RealtimeFlow.Amortized;
using RealtimeFlow.App.Live.Overlays;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>
/// The live view of models of images: they learn side by side, and their pictures show what a flow does for the posterior. It takes events and
/// time, and draws by the renderer it is given.
/// </summary>
internal sealed partial class VaeStudio : IStudio
{
    // As in the studio.
    private const double Freshness = 0.05;

    // Points of a model's posterior a frame: a pass in five frames of that model.
    private const int PointsAFrame = 1024;

    // What a plan of counted frames and one against the clock train for.
    private const int PlannedSteps = 6_000, WindowSteps = 20_000, MostStepsAFrame = 40;

    private readonly VaeSubject _subject;
    private readonly int? _stepsAFrame;
    private readonly WorkerPool? _trainers;
    private readonly LiveModels _models;
    private readonly ModelPictures[] _pictures;
    private readonly VaeReadout _readout;
    private readonly HelpOverlay _help = new();
    private readonly NoticeOverlay _notice = new();
    private readonly VaeCurves _curves;
    private readonly Drawing _drawing = new();
    private readonly Panel[] _panels;
    private ModelSnapshot _snapshot;
    private VaeFacts _facts;
    private (double X, double Y) _pointer;
    private int _turn;
    private int _settled;
    private long _lastSteps;

    /// <summary>Begins; nothing is drawn before <see cref="Draw"/>.</summary>
    /// <param name="subject">The images and the models.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="renderer">Draws; it has its size. Stays the caller's.</param>
    /// <param name="workers">The threads that compute the pictures and, where frames are counted, train.</param>
    public VaeStudio(VaeSubject subject, StudioOptions options, IFrameRenderer renderer, IWorkers workers)
    {
        (_subject, Renderer, _stepsAFrame) = (subject, renderer, options.StepsAFrame);
        _trainers = options.StepsAFrame == null ? new WorkerPool(Math.Max(1, options.Threads / 2)) : null;
        IWorkers training = _trainers ?? workers;
        _models = new LiveModels(subject.Trainers(Training(options), training), subject.LookedAt, training);
        _pictures = [.. subject.Models.Select(model => new ModelPictures(model, subject.HeldOut, subject.Kind, subject.Seed, workers))];
        _panels = new Panel[_pictures.Sum(pictures => pictures.PanelCount)];
        _readout = new VaeReadout(subject, options);
        _curves = new VaeCurves(subject);
        _snapshot = _models.Latest();
        State = new VaeState { IsPaused = subject.IsOpened, Image = subject.FirstImage };
        _models.IsPaused = State.IsPaused;
        Show();
    }

    /// <inheritdoc/>
    public event Action<StudioRequest>? Requested;

    /// <summary>All that is set.</summary>
    public VaeState State { get; private set; }

    /// <inheritdoc/>
    public IFrameRenderer Renderer { get; set; }

    /// <inheritdoc/>
    public float ContentScale { get; set; } = 1;

    /// <inheritdoc/>
    public long Frames { get; private set; }

    /// <inheritdoc/>
    public bool IsIdle => State is { IsPaused: true, IsWalking: false } && Notice.Length == 0 && _settled > 2 * _pictures.Length;

    /// <inheritdoc/>
    public HelpText? Help => State.HasHelp ? VaeCommands.Help : null;

    /// <inheritdoc/>
    public string Notice => _notice.Words;

    /// <summary>What training has reached.</summary>
    public ModelSnapshot Snapshot => _snapshot;

    /// <summary>The pictures of the models.</summary>
    internal ReadOnlySpan<ModelPictures> Pictures => _pictures;

    /// <summary>The panels, model after model.</summary>
    internal ReadOnlySpan<Panel> Panels => _panels;

    /// <summary>The curves.</summary>
    internal VaeCurves Curves => _curves;

    /// <summary>How it runs for so many frames or, where they are not counted, against the clock.</summary>
    public static StudioOptions Plan(int? frames)
    {
        int? steps = frames is int count ? Math.Clamp(PlannedSteps / count, 1, MostStepsAFrame) : null;
        return new StudioOptions { StepsAFrame = steps, ScheduledSteps = frames * steps ?? WindowSteps };
    }

    /// <summary>Sets something.</summary>
    public void Set(VaeState next)
    {
        if (next != State)
        {
            _models.IsPaused = next.IsPaused;
            (State, _settled) = (next, 0);
        }
    }

    /// <summary>Goes some images on or back.</summary>
    internal void Look(int images) => Set(State with { Image = Math.Clamp(State.Image + images, 0, _subject.HeldOut.Count - 1) });

    internal void StepOnce()
    {
        Set(State with { IsPaused = true });
        _models.StepOnce();
        _settled = 0;
    }

    internal void Expose(double stops) =>
        Set(State with { Stops = Math.Round(Math.Clamp(State.Stops + stops, -StudioState.MostStops, StudioState.MostStops), 6) });

    internal void Ask(StudioRequest request) => Requested?.Invoke(request);

    /// <summary>Closes the help; where there is none, the view.</summary>
    internal void Leave()
    {
        if (State.HasHelp)
        {
            Set(State with { HasHelp = false });
        }
        else
        {
            Ask(StudioRequest.Close);
        }
    }

    /// <inheritdoc/>
    public void Say(string words, bool warns = false) => _notice.Say(words, warns);

    /// <inheritdoc/>
    public void Drop(string path) => Say("nothing can be dropped here: name images by --data, a model by --vae", warns: true);

    /// <inheritdoc/>
    public void Train(double seconds)
    {
        if (_stepsAFrame is int steps)
        {
            _models.Advance(steps);
        }
        else if (!_models.IsStarted)
        {
            _models.Start();
        }

        _snapshot = _models.Latest();
    }

    /// <inheritdoc/>
    public void Advance(double seconds)
    {
        Train(seconds);
        for (int i = 0; i < _pictures.Length; i++)
        {
            _pictures[i].Walk(_snapshot.Models[i].Parameters.Span, State.IsWalking ? seconds : 0);
        }

        // One model's other pictures a frame, and all of them at first.
        int first = Frames == 0 ? 0 : _turn, count = Frames == 0 ? _pictures.Length : 1;
        for (int i = first; i < first + count; i++)
        {
            _settled += _pictures[i].Update(_snapshot.Models[i].Parameters.Span, State.Image, PointsAFrame) ? 1 : 0;
        }

        _turn = (_turn + 1) % _pictures.Length;
        Show();
        Measure(seconds);
        _notice.Advance(seconds);
        _readout.Write(State, _snapshot, _pictures, _facts);
        _curves.Add(_snapshot, _pictures, _facts.StepsPerSecond);
    }

    /// <inheritdoc/>
    public string Keep(string name, ReadOnlyMemory<byte> rgba)
    {
        foreach (LiveModel model in _snapshot.Models)
        {
            ImageModelFile.Write($"{name}-{VaeSubject.NameOf(model.Shape)}.safetensors", new ImageModel(model.Shape, _subject.Kind, model.Parameters));
        }

        PngWriter.Write($"{name}.png", rgba, Renderer.Layout.Width, Renderer.Layout.Height);
        return _pictures.Length == 1 ? "the model" : "the models";
    }

    /// <inheritdoc/>
    public string Summary() => string.Join(Environment.NewLine, _snapshot.Models.Select((model, i) => FormattableString.Invariant(
        $"{_subject.Name}, {VaeSubject.NameOf(model.Shape)}: step {_snapshot.Steps}, {model.State.SkippedSteps} skipped, free energy held out {model.HeldOut.FreeEnergy:F2}, KL(q‖p(z|x)) of image {State.Image} {_pictures[i].Posterior?.Divergence ?? double.NaN:F3}")));

    public void Dispose()
    {
        _models.Dispose();
        _trainers?.Dispose();
    }

    /// <summary>A run of known length anneals its learning rate; a model that was opened goes on as it is.</summary>
    private static AmortizedOptions Training(StudioOptions options) => new()
    {
        Steps = options.ScheduledSteps,
        Schedule = options.StepsAFrame == null ? RateSchedule.Constant : RateSchedule.Cosine,
        HoldShare = 0.5,
        FinalRateShare = 0.01,
    };

    private void Show()
    {
        int panel = 0;
        foreach (ModelPictures pictures in _pictures)
        {
            pictures.Show(_panels.AsSpan(panel, pictures.PanelCount));
            panel += pictures.PanelCount;
        }
    }

    private void Measure(double seconds)
    {
        long steps = _snapshot.Steps - _lastSteps;
        double share = _facts.FramesPerSecond == 0 ? 1 : Freshness, pace = seconds > 0 ? 1 / seconds : 0;
        _facts = new VaeFacts(
            _facts.FramesPerSecond + (share * (pace - _facts.FramesPerSecond)),
            _facts.StepsPerSecond + (share * ((steps * pace) - _facts.StepsPerSecond)));
        _lastSteps = _snapshot.Steps;
    }
}
