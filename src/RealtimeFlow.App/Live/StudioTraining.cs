using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;

namespace RealtimeFlow.App.Live;

/// <summary>What is learned in the studio and what learns it, kept as the state says.</summary>
internal sealed class StudioTraining : IDisposable
{
    // While frames are counted, an estimate is made after so many.
    private const int FramesBetweenEstimates = 20;

    private readonly StudioOptions _options;
    private readonly IWorkers _workers;
    private double _dueSteps;
    private double _time;
    private long _frames;
    private int _wantedLayers;

    /// <summary>Opens the state's subject, and begins to learn it.</summary>
    /// <param name="state">What is set.</param>
    /// <param name="options">How the studio runs.</param>
    /// <param name="workers">The threads that train; where training has threads of its own, nobody else's.</param>
    /// <exception cref="Files.FileFormatException">A file that the state names is not as it should be.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public StudioTraining(StudioState state, StudioOptions options, IWorkers workers)
    {
        (_options, _workers) = (options, workers);
        Subject = Open(state);
        Run = Begin(state);
        Snapshot = Run.Latest();
    }

    /// <summary>What is learned.</summary>
    public OpenSubject Subject { get; private set; }

    /// <summary>What learns it.</summary>
    public LiveTraining Run { get; private set; }

    /// <summary>What it has reached.</summary>
    public TrainingSnapshot Snapshot { get; private set; }

    /// <summary>Changes whenever what is learned has changed.</summary>
    public int Version { get; private set; }

    /// <summary>Does what is different in a new state.</summary>
    /// <exception cref="Files.FileFormatException">A file that it names is not as it should be: all stays as it was.</exception>
    /// <exception cref="IOException">It cannot be read: all stays as it was.</exception>
    public void Apply(StudioState before, StudioState next)
    {
        if (!string.Equals(before.Subject, next.Subject, StringComparison.OrdinalIgnoreCase) || before.File != next.File)
        {
            Change(next);
        }
        else
        {
            if (before.Numbers != next.Numbers)
            {
                SetNumbers(next);
            }

            if (before.Formula != next.Formula)
            {
                Run.Restart(next.Formula);
                _wantedLayers = LayersOf(next);
            }

            if (before.Seed != next.Seed)
            {
                Run.Restart(next.Seed);
            }
        }

        Set(Run, next);
    }

    /// <summary>A frame of training; the newest state is then in <see cref="Snapshot"/>.</summary>
    /// <param name="state">What is set.</param>
    /// <param name="seconds">Since the last frame.</param>
    public void Advance(StudioState state, double seconds)
    {
        _time += state.IsPaused ? 0 : seconds;
        Version += Subject.TakeRows(_time) ? 1 : 0;
        if (_options.StepsAFrame is int stepsAFrame)
        {
            _dueSteps += state.StepsPerSecond is double limit ? limit * seconds : stepsAFrame;
            int steps = (int)Math.Min(_dueSteps, stepsAFrame);
            Run.Advance(steps);
            _dueSteps = Math.Min(_dueSteps - steps, stepsAFrame);
            if (_frames++ % FramesBetweenEstimates == 0)
            {
                Run.Estimate();
            }
        }

        Snapshot = Run.Latest();
    }

    /// <summary>Estimates anew, where frames are counted.</summary>
    public void Estimate()
    {
        if (!Run.IsStarted)
        {
            Run.Estimate();
            Snapshot = Run.Latest();
        }
    }

    /// <summary>To be called when the target was moved by hand.</summary>
    public void Follow()
    {
        Run.Follow();
        Version++;
    }

    /// <summary>Adds layers that are the identity, or takes the least needed out.</summary>
    public void AddLayers(int count)
    {
        int next = Math.Clamp(_wantedLayers + count, StudioState.LeastLayers, StudioState.MostLayers);
        for (; _wantedLayers < next; _wantedLayers++)
        {
            IReadOnlyList<LayerKind> kinds = Snapshot.Shape.Layers;
            Run.Insert(kinds.Count > 0 ? kinds[^1] : LayerKind.Planar);
        }

        for (; _wantedLayers > next; _wantedLayers--)
        {
            Run.Remove();
        }
    }

    public void Dispose()
    {
        Run.Dispose();
        Subject.Dispose();
    }

    private static OpenSubject Open(StudioState state) => Live.Subject.Find(state.Subject)!.Open(state);

    private static int LayersOf(StudioState state) => FlowShape.Parse(state.Formula, dimension: 1).LayerCount;

    private LiveTraining Begin(StudioState state)
    {
        LiveTrainingOptions options = new()
        {
            Formula = state.Formula,
            Seed = state.Seed,
            ScheduledSteps = _options.ScheduledSteps,
            LearningRate = state.LearningRate,
            BatchSize = state.BatchSize,
        };
        LiveTraining run = Subject.Target is Targets.Target target
            ? new LiveTraining(target, options, _workers)
            : new LiveTraining(Subject.Rows!, FlowDirection.Normalizing, options, _workers);
        _wantedLayers = LayersOf(state);
        Set(run, state);
        if (_options.StepsAFrame == null)
        {
            run.Start();
        }

        return run;
    }

    /// <summary>Another subject: a painting is followed from where the flow is, all else is learned from the start.</summary>
    private void Change(StudioState next)
    {
        OpenSubject before = Subject, subject = Open(next);
        bool follows = string.Equals(next.Subject, Live.Subject.Painting, StringComparison.OrdinalIgnoreCase)
            && before.Target != null && before.Dimension == subject.Dimension;
        Subject = subject;
        if (follows)
        {
            Run.Replace(subject.Target!);
        }
        else
        {
            Run.Dispose();
            (_time, _dueSteps) = (0, 0);
            Run = Begin(next);
        }

        before.Dispose();
        Snapshot = Run.Latest();
        Version++;
    }

    /// <summary>A target as a state says it was moved, or as it was before it was.</summary>
    private void SetNumbers(StudioState next)
    {
        if (Subject.Editable is Targets.EditableTarget target)
        {
            using OpenSubject asked = Open(next);
            target.Set(asked.Editable!.Numbers);
            Follow();
        }
    }

    private static void Set(LiveTraining run, StudioState state)
    {
        run.IsPaused = state.IsPaused;
        run.StepsPerSecond = state.StepsPerSecond ?? double.PositiveInfinity;
        run.LearningRate = state.LearningRate;
        run.BatchSize = state.BatchSize;
        run.HeldBeta = state.Beta;
    }
}
