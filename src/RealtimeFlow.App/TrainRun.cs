using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App;

/// <summary>One training run: a trainer, its clock, and the estimates that decide its end.</summary>
internal sealed class TrainRun
{
    private const int MonitorParticles = 1 << 16, StoppingParticles = 1 << 18, ReportParticles = 1 << 22, SteinPoints = 1 << 13;

    // Some 0.5 ms of steps against a fifth of that for a glance; only after a good one is the divergence measured.
    private const int StepsBetweenGlances = 50, GlanceParticles = 1 << 14;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(0.3);

    private readonly Func<WorkerPool, Trainer> _begin;
    private readonly TrainLimits _limits;
    private readonly TrainSchedule _schedule;
    private readonly int _threads;
    private readonly TrainCheckpoints? _checkpoints;
    private readonly double _secondsBefore;
    private Trainer _trainer = null!;
    private double _seconds;

    /// <summary>A new run.</summary>
    public TrainRun(Target target, FlowShape shape, TrainerOptions options, TrainLimits limits, int threads, TrainCheckpoints? checkpoints)
        : this(target, workers => new Trainer(shape, target, options, workers), new TrainNote(limits, TrainSchedule.For(limits), 0), threads, checkpoints)
    {
    }

    /// <summary>A run that goes on.</summary>
    public TrainRun(Target target, Checkpoint checkpoint, TrainNote note, int threads, TrainCheckpoints? checkpoints)
        : this(target, workers => new Trainer(checkpoint, target, workers), note, threads, checkpoints)
    {
    }

    private TrainRun(Target target, Func<WorkerPool, Trainer> begin, TrainNote note, int threads, TrainCheckpoints? checkpoints)
    {
        Target = target;
        _begin = begin;
        (_limits, _schedule, _secondsBefore) = note;
        _seconds = _secondsBefore;
        _threads = threads;
        _checkpoints = checkpoints;
    }

    /// <summary>What is learned.</summary>
    public Target Target { get; }

    /// <summary>What was learned.</summary>
    public FlowDistribution Flow => _trainer.Average;

    /// <summary>Where its checkpoints go; null for none.</summary>
    public string? CheckpointPath => _checkpoints?.Path;

    /// <summary>How good it is, on particles that decided nothing.</summary>
    public Diagnosis Diagnosis { get; private set; }

    /// <summary>Trains to the first limit, or until it is interrupted.</summary>
    public void Train(ProgressLine progress, CancellationToken interrupted)
    {
        using WorkerPool workers = new(_threads);
        FlowEvaluator evaluator = new(workers);
        WarmUp(workers, evaluator);
        _trainer = _begin(workers);
        long start = Stopwatch.GetTimestamp();
        while (!interrupted.IsCancellationRequested && !LimitReached(evaluator, start))
        {
            _trainer.Step(_schedule.Progress(_trainer.Steps, _seconds));
            _seconds = SecondsSince(start);
            if (_checkpoints?.IsDue(_trainer.Steps) == true)
            {
                WriteCheckpoint();
            }

            if (progress.IsDue)
            {
                progress.Show(Line(Evaluate(evaluator, StreamNumbers.Monitoring, MonitorParticles)));
            }
        }

        WriteCheckpoint();
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
        [.. Enumerable.Range(0, Flow.Shape.LayerCount).Select(Flow.Scale)],
        Json.Number(_trainer.GradientNorm),
        Json.Number(_trainer.GradientSignalToNoise),
        _trainer.SkippedSteps);

    /// <summary>Compiles what will run, on a trainer that is thrown away.</summary>
    private void WarmUp(WorkerPool workers, FlowEvaluator evaluator)
    {
        _trainer = _begin(workers);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUpTime;)
        {
            // The runtime compiles anew what is called often: looks at the divergence too.
            _trainer.StepFor(WarmUpTime / 50, progress: 0);
            Evaluate(evaluator, StreamNumbers.Monitoring, GlanceParticles);
        }

        Diagnose(evaluator, StreamNumbers.Monitoring, MonitorParticles, SteinPoints);
    }

    private double SecondsSince(long start) => _secondsBefore + Stopwatch.GetElapsedTime(start).TotalSeconds;

    private void WriteCheckpoint() =>
        _checkpoints?.Write(_trainer.Save(Json.Text(new TrainNote(_limits, _schedule, _seconds))));

    private bool LimitReached(FlowEvaluator evaluator, long start)
    {
        bool converged = false;
        if (_limits.UntilKl is double most && _trainer.Steps > 0 && _trainer.Steps % StepsBetweenGlances == 0)
        {
            if (Evaluate(evaluator, StreamNumbers.Monitoring, GlanceParticles).KullbackLeibler <= most)
            {
                Evaluation look = Evaluate(evaluator, StreamNumbers.Monitoring, StoppingParticles);
                converged = look.KullbackLeibler + (2 * look.StandardError) <= most;
            }

            _seconds = SecondsSince(start);
        }

        return converged || _trainer.Steps >= _limits.Steps || _seconds >= _limits.Seconds;
    }

    private Evaluation Evaluate(FlowEvaluator evaluator, ulong stream, int particles) =>
        evaluator.Evaluate(_trainer.Average, Target, new RandomStream(_trainer.Options.Seed, stream), particles);

    private Diagnosis Diagnose(FlowEvaluator evaluator, ulong stream, int particles, int points) =>
        evaluator.Diagnose(Flow, Target, new RandomStream(_trainer.Options.Seed, stream), particles, points);

    private string Line(Evaluation look)
    {
        string kl = look.KullbackLeibler is double value ? string.Create(CultureInfo.InvariantCulture, $"  KL {value:F4}") : "";
        string rows = Target is DataTarget data ? string.Create(CultureInfo.InvariantCulture, $"  {data.Data.Count} rows") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {_trainer.Steps}{rows}  {_trainer.Steps / _seconds:F0} steps/s  F {look.FreeEnergy:F4}{kl}  beta {_trainer.Beta:F2}  {_seconds:F1} s");
    }
}
