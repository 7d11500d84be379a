using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App;

/// <summary>
/// One fit by maximum likelihood: rows are held out, the others are learned in units that suit a flow, and the parameters under which the
/// held-out rows were the likeliest are kept.
/// </summary>
internal sealed class FitRun
{
    // A look costs as much as a tenth of the steps between two, or less.
    private const int StepsBetweenLooks = 100, RowsTrainedPerHeldOut = 10;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(0.3);

    private readonly FitNote _begun;
    private readonly int _threads;
    private readonly TrainCheckpoints? _checkpoints;
    private readonly Standardization _units;
    private readonly DataSet _standardTraining, _standardHeldOut;
    private readonly EarlyStopping _stopping;
    private readonly Func<WorkerPool, LikelihoodTrainer> _begin;
    private LikelihoodTrainer _trainer = null!;
    private double _seconds;
    private LikelihoodEvaluation _ofTraining, _ofHeldOut;

    /// <summary>A new fit.</summary>
    /// <exception cref="ArgumentException">The rows have no density; the message says why.</exception>
    public FitRun(
        FitData data, double heldOutShare, FlowShape shape, FlowDirection direction, TrainerOptions options, FitLimits limits, int threads, TrainCheckpoints? checkpoints)
        : this(
            data,
            shape,
            options,
            new FitNote(FitNote.HashOf(data.Rows), heldOutShare, limits, new TrainSchedule(limits.Steps, limits.Seconds), 0, null, 0),
            threads,
            checkpoints)
    {
        _stopping = new EarlyStopping(limits.Patience ?? int.MaxValue);
        _begin = workers => new LikelihoodTrainer(shape, direction, _standardTraining, options, workers);
    }

    /// <summary>A fit that goes on.</summary>
    public FitRun(FitData data, Checkpoint checkpoint, FitNote note, int threads, TrainCheckpoints? checkpoints)
        : this(data, checkpoint.Shape, checkpoint.Options, note, threads, checkpoints)
    {
        _stopping = new EarlyStopping(
            note.Limits.Patience ?? int.MaxValue, note.LeastLoss ?? double.PositiveInfinity, note.LooksSince, checkpoint.Kept);
        _begin = workers => new LikelihoodTrainer(checkpoint, _standardTraining, workers);
    }

    private FitRun(FitData data, FlowShape shape, TrainerOptions options, FitNote note, int threads, TrainCheckpoints? checkpoints)
    {
        (Data, _begun, _threads, _checkpoints, _seconds) = (data, note, threads, checkpoints, note.Seconds);
        (Training, HeldOut) = data.Rows.Split(note.HeldOutShare, options.Seed);
        _units = new Standardization(Training, shape);
        (_standardTraining, _standardHeldOut) = (_units.Standardize(Training), _units.Standardize(HeldOut));
        (_stopping, _begin) = (null!, null!);
    }

    /// <summary>All rows.</summary>
    public FitData Data { get; }

    /// <summary>The rows that are learned.</summary>
    public DataSet Training { get; }

    /// <summary>The rows that are held out.</summary>
    public DataSet HeldOut { get; }

    /// <summary>What was learned, in the units of the data.</summary>
    public FlowDistribution Flow { get; private set; } = null!;

    /// <summary>Where its checkpoints go; null for none.</summary>
    public string? CheckpointPath => _checkpoints?.Path;

    /// <summary>Trains to the first limit, or until it is interrupted.</summary>
    public void Train(ProgressLine progress, CancellationToken interrupted)
    {
        using WorkerPool workers = new(_threads);
        LikelihoodEvaluator evaluator = new(workers);
        WarmUp(workers, evaluator);
        _trainer = _begin(workers);
        long stepsBetweenLooks = Math.Max(StepsBetweenLooks, (long)RowsTrainedPerHeldOut * HeldOut.Count / _trainer.Options.BatchSize);
        long start = Stopwatch.GetTimestamp();
        while (!interrupted.IsCancellationRequested && !LimitReached())
        {
            _trainer.Step(_begun.Schedule.Progress(_trainer.Steps, _seconds));
            if (_trainer.Steps % stepsBetweenLooks == 0)
            {
                Look(evaluator);
            }

            _seconds = _begun.Seconds + Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (_checkpoints?.IsDue(_trainer.Steps) == true)
            {
                WriteCheckpoint();
            }

            if (progress.IsDue)
            {
                progress.Show(Line());
            }
        }

        // Before the last look, which a longer run would not have had.
        WriteCheckpoint();
        progress.End();
        if (_trainer.Steps % stepsBetweenLooks != 0)
        {
            Look(evaluator);
        }

        FlowDistribution best = new(_trainer.Average.Shape, _trainer.Average.Parameters, _trainer.Average.Direction);
        _stopping.Restore(best);
        Flow = _units.Restore(best);
        (_ofTraining, _ofHeldOut) = (evaluator.Evaluate(Flow, Training), evaluator.Evaluate(Flow, HeldOut));
    }

    /// <summary>What came of it, but for what a comparison adds.</summary>
    public FitReport Report() => new(
        _trainer.Steps,
        _seconds,
        Json.Number(_ofTraining.NegativeLogLikelihood),
        Json.Number(_ofHeldOut.NegativeLogLikelihood),
        Json.Number(_ofHeldOut.StandardError),
        Training.Count,
        HeldOut.Count,
        _stopping.IsOver,
        _trainer.SkippedSteps)
    {
        Entropy = Data.Entropy,
    };

    /// <summary>Compiles what will run, on a trainer that is thrown away.</summary>
    private void WarmUp(WorkerPool workers, LikelihoodEvaluator evaluator)
    {
        LikelihoodTrainer trainer = _begin(workers);
        trainer.StepFor(WarmUpTime, progress: 0);
        evaluator.Evaluate(trainer.Average, _standardHeldOut);
    }

    private void Look(LikelihoodEvaluator evaluator) =>
        _stopping.Look(_trainer.Average, evaluator.Evaluate(_trainer.Average, _standardHeldOut).NegativeLogLikelihood);

    private bool LimitReached() => _stopping.IsOver || _trainer.Steps >= _begun.Limits.Steps || _seconds >= _begun.Limits.Seconds;

    private void WriteCheckpoint()
    {
        FitNote note = _begun with { Seconds = _seconds, LeastLoss = Json.Number(_stopping.LeastLoss), LooksSince = _stopping.LooksSince };
        _checkpoints?.Write(_trainer.Save(Json.Text(note), _stopping.Best));
    }

    private string Line() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {_trainer.Steps}  {_trainer.Steps / _seconds:F0} steps/s  nll {_trainer.NegativeLogLikelihood + _units.LogScale:F4}  best held out {_stopping.LeastLoss + _units.LogScale:F4}  {_seconds:F1} s");
}
