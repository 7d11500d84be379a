using RealtimeFlow.Flows;

namespace RealtimeFlow.Inference;

/// <summary>How gradients become steps.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma &amp; Ba 2015), β₁ = 0.9, β₂ = 0.999.</summary>
    Adam,

    /// <summary>RMSprop with momentum 0.9, as in Rezende &amp; Mohamed 2015, section 6.</summary>
    RmsProp,
}

/// <summary>How a flow is trained.</summary>
public sealed record TrainerOptions
{
    private const int LargestMinibatch = 1 << 20;

    /// <summary>Particles a step: a multiple of 64.</summary>
    public int BatchSize { get; init; } = 2048;

    /// <summary>The largest learning rate, which the schedule scales. Positive.</summary>
    public double LearningRate { get; init; } = 0.02;

    /// <summary>How raw parameters become invertible layers.</summary>
    public FlowConstraint Constraint { get; init; } = FlowConstraint.Identity;

    /// <summary>How gradients become steps.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>How the gradient of a free energy is estimated.</summary>
    public GradientEstimator Estimator { get; init; } = GradientEstimator.Total;

    /// <summary>|B|, the rows of a <see cref="Targets.DataTarget"/> that a step sees, at least one; null for all of them.</summary>
    public int? MinibatchSize { get; init; }

    /// <summary>Decides the initial parameters and all noise.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The share of the run over which β rises to 1, from 0 (no annealing) to 1.</summary>
    public double AnnealingShare { get; init; } = 0.5;

    /// <summary>The share of the learning rate that is left at the end of the run, 0 to 1.</summary>
    public double FinalRateShare { get; init; }

    /// <summary>β = min(1, 0.01 + progress/share): Rezende &amp; Mohamed 2015, eq. 20.</summary>
    /// <param name="progress">The part of the run that is over, 0 to 1.</param>
    public double BetaAt(double progress) => AnnealingShare == 0 ? 1 : Math.Min(1, 0.01 + (progress / AnnealingShare));

    /// <summary>The learning rate: half a cosine from <see cref="LearningRate"/> down to its final share.</summary>
    /// <param name="progress">The part of the run that is over, 0 to 1.</param>
    public double LearningRateAt(double progress) =>
        LearningRate * (FinalRateShare + ((1 - FinalRateShare) * 0.5 * (1 + Math.Cos(Math.PI * progress))));

    internal void Validate()
    {
        if (BatchSize is < FlowTile.ColumnGranularity or > 1 << 26 || BatchSize % FlowTile.ColumnGranularity != 0)
        {
            throw new ArgumentException(
                $"The batch size is {BatchSize}: expected a multiple of {FlowTile.ColumnGranularity} up to {1 << 26}.");
        }

        Require(MinibatchSize is null or (>= 1 and <= LargestMinibatch), $"A minibatch has between 1 and {LargestMinibatch} rows.");
        Require(LearningRate is > 0 and < double.PositiveInfinity, "The learning rate must be positive and finite.");
        Require(AnnealingShare is >= 0 and <= 1, "The share of annealing must lie between 0 and 1.");
        Require(FinalRateShare is >= 0 and <= 1, "The final share of the learning rate must lie between 0 and 1.");
        Require(Enum.IsDefined(Constraint) && Enum.IsDefined(Optimizer) && Enum.IsDefined(Estimator), "No such constraint, optimizer or estimator.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
