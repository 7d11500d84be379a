using System.Diagnostics;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Engine;

/// <summary>
/// A flow that learns without end while it is watched, and can be interfered with between any two steps: on a thread of its own
/// (<see cref="Start"/>), so that drawing never waits for it, or by counted steps on the caller's (<see cref="Advance(int)"/>): then what comes
/// of it is a function of the seed, of the commands, and of the steps between them, whatever the time.
/// </summary>
/// <remarks>
/// One thread commands and reads <see cref="Latest"/>: commands return at once, and take effect between two steps. In steady state no
/// thread allocates, a target that moves included.
/// </remarks>
public sealed partial class LiveTraining : IDisposable
{
    /// <summary>The most particles, or rows of data, a step.</summary>
    public const int LargestBatch = 8192;

    private static readonly TimeSpan BetweenEstimates = TimeSpan.FromSeconds(0.25);

    private readonly LiveThread _thread = new();
    private readonly Queue<Command> _commands = new();
    private readonly TripleBuffer<TrainingSnapshot> _snapshots = new(() => new TrainingSnapshot());
    private readonly LiveRun _run;

    // What the training side takes over between two steps beside the commands, with their queue locked.
    private float[] _moved = [];
    private bool _hasMoved;

    // Whether the last estimate is of the flow and the target as they are; on the training side.
    private bool _isEstimated;

    private Target? _target;
    private double _stepsPerSecond = double.PositiveInfinity;
    private double _learningRate;
    private int _batchSize;
    private double? _heldBeta;

    /// <summary>Makes a flow that shall approximate a target, at the start of its training.</summary>
    /// <param name="target">The target. One that can be edited stays the caller's own: see <see cref="Follow"/>.</param>
    /// <param name="options">Of what, and how.</param>
    /// <param name="workers">The threads that training uses; nobody else's while it does.</param>
    /// <exception cref="FormatException">The formula is not one.</exception>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public LiveTraining(Target target, LiveTrainingOptions options, IWorkers workers)
        : this(new LiveRun(target ?? throw new ArgumentNullException(nameof(target)), Validated(options), workers), options) =>
        Keep(target);

    /// <summary>Makes a flow that shall foretell rows of data, at the start of its training. It waits for the first row.</summary>
    /// <param name="data">The rows; those that are appended join at the beginning of a step. Nobody else's to read while it trains.</param>
    /// <param name="direction">How the chain is read.</param>
    /// <param name="options">Of what, and how.</param>
    /// <param name="workers">The threads that training uses; nobody else's while it does.</param>
    /// <exception cref="FormatException">The formula is not one.</exception>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public LiveTraining(DataSet data, FlowDirection direction, LiveTrainingOptions options, IWorkers workers)
        : this(new LiveRun(data ?? throw new ArgumentNullException(nameof(data)), direction, Validated(options), workers), options)
    {
    }

    private LiveTraining(LiveRun run, LiveTrainingOptions options)
    {
        _run = run;
        (_learningRate, _batchSize) = (options.LearningRate, options.BatchSize);
        Publish();
    }

    /// <summary>Whether it trains on a thread of its own.</summary>
    public bool IsStarted => _thread.IsStarted;

    /// <summary>What it learns, as the caller gave it; null where it learns from data.</summary>
    public Target? Target => _target;

    /// <summary>Whether it stands still.</summary>
    public bool IsPaused
    {
        get => _thread.IsPaused;
        set => _thread.IsPaused = value;
    }

    /// <summary>The most steps a second on a thread of its own; positive, infinite at first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public double StepsPerSecond
    {
        get => _stepsPerSecond;
        set => Volatile.Write(ref _stepsPerSecond, value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a positive number."));
    }

    /// <summary>The largest learning rate, which the schedule scales; positive and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive and finite.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set
        {
            _learningRate = value is > 0 and < double.PositiveInfinity
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a positive, finite number.");
            Post(static (run, _, rate) => run.Schedule.LearningRate = rate, null, value);
        }
    }

    /// <summary>Particles, or rows of data, a step: a multiple of 64 up to <see cref="LargestBatch"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not such a number.</exception>
    public int BatchSize
    {
        get => _batchSize;
        set
        {
            _batchSize = IsBatch(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a multiple of {FlowTile.ColumnGranularity} up to {LargestBatch}.");
            Post(static (run, _, size) => run.Schedule.BatchSize = (int)size, null, value);
        }
    }

    /// <summary>β, 0 to 1, where it is held; null where it follows the schedule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 0 or above 1.</exception>
    public double? HeldBeta
    {
        get => _heldBeta;
        set
        {
            _heldBeta = value is null or (>= 0 and <= 1)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a number from 0 to 1.");
            Post(static (run, _, beta) => run.Schedule.HeldBeta = double.IsNaN(beta) ? null : beta, null, value ?? double.NaN);
        }
    }

    /// <summary>Trains on a thread of its own from now on.</summary>
    /// <exception cref="InvalidOperationException">It does so already.</exception>
    public void Start() => _thread.Start(Serve);

    /// <summary>Trains on the calling thread: so many steps or, while it is paused, the single steps that were asked for.</summary>
    /// <param name="steps">How many; 0 lets commands take effect.</param>
    /// <returns>How many were made: none as long as there is no row of data to learn from.</returns>
    /// <exception cref="InvalidOperationException">It trains on a thread of its own.</exception>
    public int Advance(int steps)
    {
        RequireCaller();
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        int made = 0;
        TakeCommands();
        while (made < steps && _thread.TakeStep() && _run.TryStep())
        {
            made++;
        }

        Publish();
        return made;
    }

    /// <summary>Trains on the calling thread for a time, at least one step, unless it is paused.</summary>
    /// <param name="budget">The time.</param>
    /// <returns>How many steps were made.</returns>
    /// <exception cref="InvalidOperationException">It trains on a thread of its own.</exception>
    public int Advance(TimeSpan budget)
    {
        RequireCaller();
        long start = Stopwatch.GetTimestamp();
        int made = 0;
        TakeCommands();
        while (_thread.TakeStep() && _run.TryStep())
        {
            made++;
            if (Stopwatch.GetElapsedTime(start) >= budget)
            {
                break;
            }
        }

        Publish();
        return made;
    }

    /// <summary>Estimates on the calling thread how good the flow is, for the next snapshot. On a thread of its own it does so by itself, four times a second.</summary>
    /// <exception cref="InvalidOperationException">It trains on a thread of its own.</exception>
    public void Estimate()
    {
        RequireCaller();
        TakeCommands();
        _run.Estimate();
        Publish();
    }

    /// <summary>The newest state: stays as it is until the next call.</summary>
    /// <remarks>What went wrong on the training thread is thrown here.</remarks>
    public TrainingSnapshot Latest()
    {
        _thread.ThrowFailure();
        return _snapshots.Read();
    }

    /// <summary>While it is paused: one step more.</summary>
    public void StepOnce() => _thread.StepOnce();

    /// <summary>Begins again with fresh parameters, and as many layers of each kind as there are.</summary>
    public void Restart() => Post(static (run, _, _) => run.Restart(run.Flow.Shape, run.Seed));

    /// <summary>Begins again with the parameters of another seed.</summary>
    /// <param name="seed">The seed.</param>
    public void Restart(ulong seed) => Post(static (run, number, _) => run.Restart(run.Flow.Shape, (ulong)number!), seed);

    /// <summary>Begins again with other layers.</summary>
    /// <param name="formula">The layers, as <see cref="FlowShape.Parse"/> reads them.</param>
    /// <exception cref="FormatException">The formula is not one.</exception>
    public void Restart(string formula)
    {
        FlowShape shape = FlowShape.Parse(formula, Latest().Shape.Dimension);
        Post(static (run, layers, _) => run.Restart((FlowShape)layers!, run.Seed), shape);
    }

    /// <summary>The schedules of learning rate and β begin again, with the parameters that were reached: what has settled wrongly gets loose.</summary>
    public void Anneal() => Post(static (run, _, _) => run.Anneal());

    /// <summary>Learns another target from now on, with the parameters that were reached; the learning rate rises again until the flow has followed.</summary>
    /// <param name="target">The target, of the same dimension.</param>
    /// <exception cref="ArgumentException">It has another dimension.</exception>
    /// <exception cref="InvalidOperationException">It learns from data.</exception>
    public void Replace(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (_target == null)
        {
            throw new InvalidOperationException("What learns from data has no target to be replaced.");
        }

        if (target.Dimension != _target.Dimension)
        {
            throw new ArgumentException($"{target.Name} has {target.Dimension} dimensions, the flow {_target.Dimension}.", nameof(target));
        }

        // Copied here: the caller may go on editing it.
        Keep(target);
        Post(static (run, other, _) => run.Replace((Target)other!), target is EditableTarget edited ? edited.Copy() : target);
    }

    /// <summary>
    /// To be called when the caller has changed the numbers of the target: the flow follows. Allocates nothing; of several changes between
    /// two steps the last one counts.
    /// </summary>
    /// <exception cref="InvalidOperationException">What it learns cannot be edited.</exception>
    public void Follow()
    {
        if (_target is not EditableTarget edited)
        {
            throw new InvalidOperationException("What is learned cannot be edited.");
        }

        lock (_commands)
        {
            edited.Numbers.CopyTo(_moved);
            _hasMoved = true;
        }

        _thread.Call();
    }

    /// <summary>One layer more, behind all others: the identity, so that nothing jumps, which learns from the next step on.</summary>
    /// <param name="kind">Its kind.</param>
    public void Insert(LayerKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        Post(static (run, layer, _) => run.Insert((LayerKind)layer!), kind);
    }

    /// <summary>One layer less, where there is one: that without which the loss is least.</summary>
    public void Remove() => Post(static (run, _, _) => run.Remove());

    /// <summary>
    /// Makes so many of the layers radial, and the others planar: those of the one kind that are least needed give way to identities of the
    /// other.
    /// </summary>
    /// <param name="radial">How many; more than there are layers is all of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 0.</exception>
    public void Mix(int radial)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radial);
        Post(static (run, _, count) => run.Mix((int)count), null, radial);
    }

    /// <summary>Ends the thread, after the step that it is at.</summary>
    public void Dispose() => _thread.Dispose();

    private static bool IsBatch(int size) => size is > 0 and <= LargestBatch && size % FlowTile.ColumnGranularity == 0;

    private static LiveTrainingOptions Validated(LiveTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ScheduledSteps, 1);
        return IsBatch(options.BatchSize)
            ? options
            : throw new ArgumentException($"The batch size is {options.BatchSize}: expected a multiple of {FlowTile.ColumnGranularity} up to {LargestBatch}.", nameof(options));
    }

    private void Keep(Target target)
    {
        _target = target;
        lock (_commands)
        {
            _hasMoved = false;
            _moved = target is EditableTarget edited ? new float[edited.Numbers.Length] : [];
        }
    }

    private void RequireCaller()
    {
        if (IsStarted)
        {
            throw new InvalidOperationException("It trains on a thread of its own.");
        }
    }
}
