using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App;

/// <summary>What ends a training run; the first that is reached does.</summary>
/// <param name="Steps">So many steps.</param>
/// <param name="Seconds">So much time, from the first step on, estimates included.</param>
/// <param name="UntilKl">KL + 2 standard errors at most this, in nats.</param>
internal readonly record struct TrainLimits(long? Steps, double? Seconds, double? UntilKl);

/// <summary>One training run: a trainer, its clock, and the estimates that decide its end.</summary>
internal sealed class TrainRun
{
    private const int MonitorParticles = 1 << 16, StoppingParticles = 1 << 18, ReportParticles = 1 << 22, SteinPoints = 1 << 13;

    // Between two looks at the divergence: some 40 ms of steps against some 5 ms for the look.
    private const int StepsBetweenLooks = 250;

    // Where a divergence decides the end, nobody knows the length of the run: the schedule then has this length at most, and
    // training goes on at a fiftieth of the rate.
    private const int ScheduledSteps = 24_000;
    private const double RateAfterSchedule = 0.02;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(0.3);

    private readonly FlowShape _shape;
    private readonly TrainerOptions _options;
    private readonly TrainLimits _limits;
    private readonly int _threads;
    private Trainer _trainer = null!;
    private double _seconds;

    public TrainRun(Target target, FlowShape shape, TrainerOptions options, TrainLimits limits, int threads)
    {
        Target = target;
        _shape = shape;
        _options = limits.UntilKl == null ? options : options with { FinalRateShare = RateAfterSchedule };
        _limits = limits;
        _threads = threads;
    }

    /// <summary>What is learned.</summary>
    public Target Target { get; }

    /// <summary>What was learned.</summary>
    public FlowDistribution Flow => _trainer.Flow;

    /// <summary>How good it is, on particles that decided nothing.</summary>
    public Diagnosis Diagnosis { get; private set; }

    /// <summary>Trains to the first limit, or until it is interrupted.</summary>
    public void Train(ProgressLine progress, CancellationToken interrupted)
    {
        using WorkerPool workers = new(_threads);
        FlowEvaluator evaluator = new(workers);
        WarmUp(workers, evaluator);
        _trainer = new Trainer(_shape, Target, _options, workers);
        long start = Stopwatch.GetTimestamp();
        do
        {
            _trainer.Step(Progress());
            _seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (progress.IsDue)
            {
                progress.Show(Line(Evaluate(evaluator, StreamNumbers.Monitoring, MonitorParticles)));
            }
        }
        while (!interrupted.IsCancellationRequested && !LimitReached(evaluator, start));
        progress.End();
        Diagnosis = Diagnose(evaluator, StreamNumbers.Evaluation, ReportParticles, SteinPoints);
    }

    /// <summary>What came of it.</summary>
    public TrainReport Report() => new(
        _trainer.Steps,
        _seconds,
        Json.Number(Diagnosis.Evaluation.FreeEnergy),
        Target.LogNormalizer,
        Json.Number(Diagnosis.Evaluation.KullbackLeibler),
        Diagnosis.Evaluation.KullbackLeibler == null ? null : Json.Number(Diagnosis.Evaluation.StandardError),
        Json.Number(Diagnosis.Evaluation.EffectiveSampleSize),
        Json.Number(Diagnosis.ParetoShape),
        Json.Number(Diagnosis.Stein.Value),
        [.. Enumerable.Range(0, _shape.LayerCount).Select(Flow.Scale)],
        Json.Number(_trainer.GradientNorm),
        Json.Number(_trainer.GradientSignalToNoise),
        _trainer.SkippedSteps);

    /// <summary>Compiles what will run, on a trainer that is thrown away.</summary>
    private void WarmUp(WorkerPool workers, FlowEvaluator evaluator)
    {
        _trainer = new Trainer(_shape, Target, _options, workers);
        _trainer.StepFor(WarmUpTime, progress: 0);
        Diagnose(evaluator, StreamNumbers.Monitoring, MonitorParticles, SteinPoints);
    }

    /// <summary>The part of the schedule that is over.</summary>
    private double Progress()
    {
        if (_limits.UntilKl != null)
        {
            return Math.Min(1, (double)_trainer.Steps / Math.Min(_limits.Steps ?? ScheduledSteps, ScheduledSteps));
        }

        return Math.Min(1, Math.Max(
            _limits.Steps is long steps ? (double)_trainer.Steps / steps : 0,
            _limits.Seconds is double seconds ? _seconds / seconds : 0));
    }

    private bool LimitReached(FlowEvaluator evaluator, long start)
    {
        bool converged = false;
        if (_limits.UntilKl is double most && _trainer.Steps % StepsBetweenLooks == 0)
        {
            Evaluation look = Evaluate(evaluator, StreamNumbers.Monitoring, StoppingParticles);
            converged = look.KullbackLeibler + (2 * look.StandardError) <= most;
            _seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return converged || _trainer.Steps >= _limits.Steps || _seconds >= _limits.Seconds;
    }

    private Evaluation Evaluate(FlowEvaluator evaluator, ulong stream, int particles) =>
        evaluator.Evaluate(_trainer.Flow, Target, new RandomStream(_options.Seed, stream), particles);

    private Diagnosis Diagnose(FlowEvaluator evaluator, ulong stream, int particles, int points) =>
        evaluator.Diagnose(_trainer.Flow, Target, new RandomStream(_options.Seed, stream), particles, points);

    private string Line(Evaluation look)
    {
        string kl = look.KullbackLeibler is double value ? string.Create(CultureInfo.InvariantCulture, $"  KL {value:F4}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {_trainer.Steps}  {_trainer.Steps / _seconds:F0} steps/s  F {look.FreeEnergy:F4}{kl}  beta {_trainer.Beta:F2}  {_seconds:F1} s");
    }
}
