using System.Numerics;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>How a flow is trained. What follows a schedule is a function of the part of the run that is over, 0 to 1.</summary>
public sealed record TrainerOptions
{
    private const double LargestSuitedRate = 0.02;

    private const int LargestMinibatch = 1 << 20;

    /// <summary>Particles a step: a multiple of 64.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>
    /// Particles a step at the end of the run, <see cref="BatchSize"/> times a power of two: the batch doubles after equal parts of the run,
    /// so that the noise of a gradient falls while the optimum comes near. Null where it does not grow.
    /// </summary>
    public int? FinalBatchSize { get; init; }

    /// <summary>The largest learning rate, which the schedule scales. Positive. The default suits runs of up to 10,000 steps.</summary>
    public double LearningRate { get; init; } = LargestSuitedRate;

    /// <summary>How the learning rate goes on after the warm-up.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

    /// <summary>The share of the run over which the learning rate rises from 0, in proportion; 0 (no warm-up) to below 1.</summary>
    public double WarmUpShare { get; init; }

    /// <summary>The share of what follows the warm-up in which the learning rate stays, before a cosine begins; 0 to below 1.</summary>
    public double HoldShare { get; init; } = 0.3;

    /// <summary>The share of the learning rate that a cosine leaves at the end of the run, 0 to 1.</summary>
    public double FinalRateShare { get; init; }

    /// <summary>How raw parameters become invertible layers.</summary>
    public FlowConstraint Constraint { get; init; } = FlowConstraint.Identity;

    /// <summary>How gradients become steps.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>
    /// ε of Adam, SOAP and RMSprop, in nats for each unit of a parameter: derivatives far below it take steps in proportion, not of full length.
    /// Positive. The usual 10⁻⁸ keeps all steps at full length: with as little noise in the gradient as a Sobol' sequence leaves, they then
    /// circle about the optimum.
    /// </summary>
    public double Epsilon { get; init; } = 3e-3;

    /// <summary>
    /// β₂ of Adam and SOAP, the decay of the running mean of squared derivatives, 0 to below 1: it remembers about 1/(1 − β₂) steps. A short memory
    /// suits a run in which what is learned changes: after a change, gradients that are large for a moment would keep steps short for long.
    /// </summary>
    public double SquareDecay { get; init; } = 0.999;

    /// <summary>The Euclidean norm to which a longer gradient is shortened. Positive; null where none is.</summary>
    public double? LargestGradientNorm { get; init; }

    /// <summary>
    /// The same as a multiple of the mean norm of about the last hundred steps. Above 1; null where none is. Gradients have heavy tails where
    /// a layer contracts, those along the path most, whose score goes through the inverse of Jacobians: one batch in ten thousand may be a
    /// million times too long, and would throw the parameters out and Adam's second moment up.
    /// </summary>
    public double? LargestNormRatio { get; init; } = 5;

    /// <summary>
    /// The decay of the running average of the parameters (B. Polyak, A. Juditsky, 1992; here exponential and without bias), 0 to below 1:
    /// 0.999 averages over about the last thousand steps. Null where they are not averaged.
    /// </summary>
    public double? AverageDecay { get; init; }

    /// <summary>How the gradient of a free energy is estimated.</summary>
    public GradientEstimator Estimator { get; init; } = GradientEstimator.Total;

    /// <summary>
    /// How the particles of a free energy relate to each other. The points of a Sobol' sequence are each as random as independent ones, but
    /// together spread more evenly: the noise of a gradient is a fraction (A. Buchholz, F. Wenzel, S. Mandt, <i>Quasi-Monte Carlo variational
    /// inference</i>, 2018). Particles are independent all the same in more than 32 dimensions, and where <see cref="Estimator"/> weights
    /// them against each other.
    /// </summary>
    public RandomSequence Sequence { get; init; } = RandomSequence.Sobol;

    /// <summary>S, the particles of a group of the importance-weighted bound: a power of two from 1 to 64.</summary>
    public int ImportanceSamples { get; init; } = 8;

    /// <summary>|B|, the rows of a <see cref="Targets.DataTarget"/> that a step sees, at least one; null for all of them.</summary>
    public int? MinibatchSize { get; init; }

    /// <summary>Decides the initial parameters and all noise.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The share of the run over which β rises to 1, from 0 (no annealing) to 1.</summary>
    public double AnnealingShare { get; init; } = 0.3;

    /// <summary>
    /// SOAP with an ε and a β₂ that suit it: along eigenvectors no steps need to be shortened where gradients are small, and squares are remembered
    /// for about as many steps as there are between two turns of its basis.
    /// </summary>
    public static TrainerOptions Soap { get; } = new() { Optimizer = OptimizerKind.Soap, Epsilon = 1e-8, SquareDecay = 0.99 };

    /// <summary>
    /// A largest learning rate that suits a run of some length: 0.02 up to 10,000 steps, and beyond in proportion to 1/√steps. The hotter and
    /// the longer a run, the likelier it folds a layer that it does not get unfolded again before it cools.
    /// </summary>
    /// <param name="steps">How many steps.</param>
    public static double SuitedLearningRate(double steps) => LargestSuitedRate * Math.Min(1, Math.Sqrt(10_000 / steps));

    /// <summary>The largest batch of the run.</summary>
    internal int LargestBatch => FinalBatchSize ?? BatchSize;

    /// <summary>β = min(1, 0.01 + progress/share): Rezende &amp; Mohamed 2015, eq. 20.</summary>
    /// <param name="progress">The part of the run that is over, 0 to 1.</param>
    public double BetaAt(double progress) => AnnealingShare == 0 ? 1 : Math.Min(1, 0.01 + (progress / AnnealingShare));

    /// <summary>The learning rate: in proportion up to <see cref="LearningRate"/>, then by the schedule.</summary>
    /// <inheritdoc cref="BetaAt"/>
    public double LearningRateAt(double progress)
    {
        if (progress < WarmUpShare)
        {
            return LearningRate * progress / WarmUpShare;
        }

        double rest = Math.Max(0, ((progress - WarmUpShare) / (1 - WarmUpShare)) - HoldShare) / (1 - HoldShare);
        return Schedule == RateSchedule.Constant
            ? LearningRate
            : LearningRate * (FinalRateShare + ((1 - FinalRateShare) * 0.5 * (1 + Math.Cos(Math.PI * rest))));
    }

    /// <summary>Particles a step: with n doublings from the first size to the last, each of the n + 1 sizes has its equal part.</summary>
    /// <inheritdoc cref="BetaAt"/>
    public int BatchSizeAt(double progress)
    {
        int doublings = BitOperations.Log2((uint)(LargestBatch / BatchSize));
        return BatchSize << Math.Min((int)(progress * (doublings + 1)), doublings);
    }

    internal void Validate()
    {
        if (BatchSize is < FlowTile.ColumnGranularity or > 1 << 26 || BatchSize % FlowTile.ColumnGranularity != 0)
        {
            throw new ArgumentException(
                $"The batch size is {BatchSize}: expected a multiple of {FlowTile.ColumnGranularity} up to {1 << 26}.");
        }

        Require(MinibatchSize is null or (>= 1 and <= LargestMinibatch), $"A minibatch has between 1 and {LargestMinibatch} rows.");
        Require(
            FinalBatchSize is not int final
                || (final is > 0 and <= 1 << 26 && final % BatchSize == 0 && BitOperations.IsPow2(final / BatchSize)),
            $"The final batch size must be the batch size times a power of two, up to {1 << 26}.");
        Require(
            ImportanceSamples is >= 1 and <= FlowTile.ColumnGranularity && int.IsPow2(ImportanceSamples),
            $"The number of importance samples is {ImportanceSamples}: expected a power of two from 1 to {FlowTile.ColumnGranularity}.");
        Require(LearningRate is > 0 and < double.PositiveInfinity, "The learning rate must be positive and finite.");
        Require(WarmUpShare is >= 0 and < 1, "The share of the warm-up must be at least 0 and below 1.");
        Require(HoldShare is >= 0 and < 1, "The share in which the learning rate stays must be at least 0 and below 1.");
        Require(AnnealingShare is >= 0 and <= 1, "The share of annealing must lie between 0 and 1.");
        Require(FinalRateShare is >= 0 and <= 1, "The final share of the learning rate must lie between 0 and 1.");
        Require(LargestGradientNorm is null or (> 0 and < double.PositiveInfinity), "The largest gradient norm must be positive and finite.");
        Require(LargestNormRatio is null or (> 1 and < double.PositiveInfinity), "The largest ratio of gradient norms must be above 1 and finite.");
        Require(Epsilon is > 0 and < double.PositiveInfinity, "Epsilon must be positive and finite.");
        Require(SquareDecay is >= 0 and < 1, "The decay of squares must be at least 0 and below 1.");
        Require(AverageDecay is null or (>= 0 and < 1), "The decay of the average must be at least 0 and below 1.");
        Require(
            Enum.IsDefined(Constraint) && Enum.IsDefined(Optimizer) && Enum.IsDefined(Estimator) && Enum.IsDefined(Schedule) && Enum.IsDefined(Sequence),
            "No such constraint, optimizer, estimator, schedule or sequence.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
