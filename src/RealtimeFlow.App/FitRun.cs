using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App;

/// <summary>What ends a fit; the first that is reached does.</summary>
/// <param name="Steps">So many steps.</param>
/// <param name="Seconds">So much time, from the first step on, looks at the held-out rows included.</param>
/// <param name="Patience">So many looks at the held-out rows without a new least loss.</param>
internal readonly record struct FitLimits(long? Steps, double? Seconds, int? Patience);

/// <summary>
/// One fit by maximum likelihood: rows are held out, the others are learned in units that suit a flow, and the parameters under which the
/// held-out rows were the likeliest are kept.
/// </summary>
internal sealed class FitRun
{
    // A look costs as much as a tenth of the steps between two, or less.
    private const int StepsBetweenLooks = 100, RowsTrainedPerHeldOut = 10;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(0.3);

    private readonly FlowShape _shape;
    private readonly FlowDirection _direction;
    private readonly TrainerOptions _options;
    private readonly FitLimits _limits;
    private readonly int _threads;
    private readonly Standardization _units;
    private readonly DataSet _standardTraining, _standardHeldOut;
    private readonly EarlyStopping _stopping;
    private LikelihoodTrainer _trainer = null!;
    private double _seconds;
    private LikelihoodEvaluation _ofTraining, _ofHeldOut;

    /// <exception cref="ArgumentException">The rows have no density; the message says why.</exception>
    public FitRun(DataSet rows, double heldOutShare, FlowShape shape, FlowDirection direction, TrainerOptions options, FitLimits limits, int threads)
    {
        (_shape, _direction, _options, _limits, _threads) = (shape, direction, options, limits, threads);
        (Training, HeldOut) = rows.Split(heldOutShare, options.Seed);
        _units = new Standardization(Training, shape);
        (_standardTraining, _standardHeldOut) = (_units.Standardize(Training), _units.Standardize(HeldOut));
        _stopping = new EarlyStopping(limits.Patience ?? int.MaxValue);
    }

    /// <summary>The rows that were learned.</summary>
    public DataSet Training { get; }

    /// <summary>The rows that were held out.</summary>
    public DataSet HeldOut { get; }

    /// <summary>What was learned, in the units of the data.</summary>
    public FlowDistribution Flow { get; private set; } = null!;

    /// <summary>Trains to the first limit, or until it is interrupted.</summary>
    public void Train(ProgressLine progress, CancellationToken interrupted)
    {
        using WorkerPool workers = new(_threads);
        LikelihoodEvaluator evaluator = new(workers);
        WarmUp(workers, evaluator);
        _trainer = MakeTrainer(workers);
        long stepsBetweenLooks = Math.Max(StepsBetweenLooks, (long)RowsTrainedPerHeldOut * HeldOut.Count / _options.BatchSize);
        long start = Stopwatch.GetTimestamp();
        bool isOver;
        do
        {
            _trainer.Step(Progress());
            _seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            isOver = interrupted.IsCancellationRequested || _trainer.Steps >= _limits.Steps || _seconds >= _limits.Seconds;
            if (isOver || _trainer.Steps % stepsBetweenLooks == 0)
            {
                _stopping.Look(_trainer.Average, evaluator.Evaluate(_trainer.Average, _standardHeldOut).NegativeLogLikelihood);
                _seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            if (progress.IsDue)
            {
                progress.Show(Line());
            }
        }
        while (!isOver && !_stopping.IsOver);
        progress.End();
        FlowDistribution best = new(_shape, _trainer.Average.Parameters, _direction);
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
        _trainer.SkippedSteps);

    /// <summary>Compiles what will run, on a trainer that is thrown away.</summary>
    private void WarmUp(WorkerPool workers, LikelihoodEvaluator evaluator)
    {
        LikelihoodTrainer trainer = MakeTrainer(workers);
        trainer.StepFor(WarmUpTime, progress: 0);
        evaluator.Evaluate(trainer.Average, _standardHeldOut);
    }

    private LikelihoodTrainer MakeTrainer(WorkerPool workers) => new(_shape, _direction, _standardTraining, _options, workers);

    /// <summary>The part of the schedule that is over.</summary>
    private double Progress() => Math.Min(1, Math.Max(
        _limits.Steps is long steps ? (double)_trainer.Steps / steps : 0,
        _limits.Seconds is double seconds ? _seconds / seconds : 0));

    private string Line() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {_trainer.Steps}  {_trainer.Steps / _seconds:F0} steps/s  nll {_trainer.NegativeLogLikelihood + _units.LogScale:F4}  best held out {_stopping.LeastLoss + _units.LogScale:F4}  {_seconds:F1} s");
}
