using System.Diagnostics;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Engine;

/// <summary>What a live flow is made of.</summary>
public sealed record FlowEngineOptions
{
    /// <summary>Particles on the screen, at least 1.</summary>
    public int Particles { get; init; } = 1_000_000;

    /// <summary>The layers, as <see cref="FlowShape.Parse"/> reads them.</summary>
    public string Formula { get; init; } = "planar:32";

    /// <summary>Decides parameters, training noise and particles.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Width and height of the count image and of the exact density, in pixels.</summary>
    public int GridSize { get; init; } = 512;

    /// <summary>Steps over which the learning rate and β follow their schedules; training then goes on at the final rate.</summary>
    public int ScheduledSteps { get; init; } = 24_000;
}

/// <summary>What a frame may cost.</summary>
/// <param name="TrainingTime">Time to train, or zero for <paramref name="TrainingSteps"/> steps.</param>
/// <param name="TrainingSteps">Steps to train, where no time is given: then a run is a function of its seed alone.</param>
/// <param name="Density">Whether to evaluate the exact density.</param>
/// <param name="Particles">Whether to send the particles through the flow.</param>
public readonly record struct FrameBudget(TimeSpan TrainingTime, int TrainingSteps, bool Density, bool Particles);

/// <summary>What a frame did.</summary>
/// <param name="TrainingSteps">Steps in this frame.</param>
/// <param name="TrainingSeconds">Their time.</param>
/// <param name="ParticleSeconds">The time of the particle pass, histogram included.</param>
/// <param name="DensitySeconds">The time of the exact density.</param>
/// <param name="AllocatedBytes">Managed bytes allocated by all threads of the process during the frame's work.</param>
public readonly record struct FrameStatistics(
    int TrainingSteps, double TrainingSeconds, double ParticleSeconds, double DensitySeconds, long AllocatedBytes);

/// <summary>
/// A flow that learns while it is watched: trains for a budget, sends the particles through what it has become, evaluates the exact
/// density, and says what that cost. In steady state a frame allocates nothing.
/// </summary>
public sealed class FlowEngine
{
    private const int EvaluationParticles = 1 << 16, SteinPoints = 1 << 11;
    private const double FinalRateShare = 0.02;

    private readonly IWorkers _workers;
    private readonly FlowEngineOptions _options;
    private readonly FlowShape _shape;
    private readonly FlowEvaluator _evaluator;

    /// <summary>Makes an engine at the start of its training.</summary>
    /// <param name="target">What to learn; two-dimensional.</param>
    /// <param name="options">Of what.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="FormatException">The formula is not one.</exception>
    /// <exception cref="ArgumentException">The target has another dimension, or a number is out of its range.</exception>
    public FlowEngine(Target target, FlowEngineOptions options, IWorkers workers)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        _workers = workers;
        _options = options;
        _shape = FlowShape.Parse(options.Formula, dimension: 2);
        _evaluator = new FlowEvaluator(workers);
        Restart(target);
    }

    /// <summary>The trainer, and with it the flow.</summary>
    public Trainer Trainer { get; private set; } = null!;

    /// <summary>The particles and their count image.</summary>
    public ParticleSystem Particles { get; private set; } = null!;

    /// <summary>The exact density of the flow.</summary>
    public DensityGrid Density { get; private set; } = null!;

    /// <summary>The density of the target.</summary>
    public DensityGrid TargetDensity { get; private set; } = null!;

    /// <summary>The free energy, what follows from it, and how far to trust it, as <see cref="Estimate"/> last found them.</summary>
    public Diagnosis Diagnosis { get; private set; }

    /// <summary>The part of the schedule that is over, 0 to 1.</summary>
    public double Progress => Math.Min(1, (double)Trainer.Steps / _options.ScheduledSteps);

    /// <summary>Begins again with fresh parameters, on the same target or another. Where the view is another, the grids are new ones.</summary>
    /// <param name="target">What to learn; two-dimensional.</param>
    /// <exception cref="ArgumentException">The target has another dimension.</exception>
    public void Restart(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        DensityGrid.RequirePlane(target.Dimension, nameof(target));
        if (Trainer?.Target.ViewRadius != target.ViewRadius)
        {
            RandomStream stream = new(_options.Seed, StreamNumbers.Particles);
            Particles = new ParticleSystem(_options.Particles, stream, _options.GridSize, target.ViewRadius, _workers);
            Density = new DensityGrid(_options.GridSize, target.ViewRadius, _workers);
            TargetDensity = new DensityGrid(_options.GridSize, target.ViewRadius, _workers);
        }

        Trainer = new Trainer(
            _shape, target, new TrainerOptions { Seed = _options.Seed, FinalRateShare = FinalRateShare }, _workers);
        TargetDensity.Evaluate(target);
        Estimate();
    }

    /// <summary>One frame of work.</summary>
    /// <param name="budget">What it may cost.</param>
    public FrameStatistics Advance(FrameBudget budget)
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        int steps = 0;
        if (budget.TrainingTime > TimeSpan.Zero)
        {
            steps = Trainer.StepFor(budget.TrainingTime, Progress);
        }
        else
        {
            for (; steps < budget.TrainingSteps; steps++)
            {
                Trainer.Step(Progress);
            }
        }

        long trained = Stopwatch.GetTimestamp();
        if (budget.Particles)
        {
            Particles.Advance(Trainer.Flow);
        }

        long moved = Stopwatch.GetTimestamp();
        if (budget.Density)
        {
            Density.Evaluate(Trainer.Flow);
        }

        double densitySeconds = Stopwatch.GetElapsedTime(moved).TotalSeconds;
        return new FrameStatistics(
            steps,
            Stopwatch.GetElapsedTime(start, trained).TotalSeconds,
            Stopwatch.GetElapsedTime(trained, moved).TotalSeconds,
            densitySeconds,
            GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }

    /// <summary>Diagnoses the flow on 65,536 particles that training never sees, 2,048 of them paired, into <see cref="Diagnosis"/>.</summary>
    public void Estimate() =>
        Diagnosis = _evaluator.Diagnose(
            Trainer.Flow, Trainer.Target, new RandomStream(_options.Seed, StreamNumbers.Monitoring), EvaluationParticles, SteinPoints);
}
