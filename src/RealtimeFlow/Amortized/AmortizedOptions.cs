using RealtimeFlow.Inference;

namespace RealtimeFlow.Amortized;

/// <summary>How a <see cref="LatentGaussianModel"/> is trained.</summary>
public sealed record AmortizedOptions
{
    private const int LargestMinibatch = 1 << 16, MostSamples = 1 << 10;

    /// <summary>Images a step, 1 to 65,536. The paper has 100.</summary>
    public int MinibatchSize { get; init; } = 100;

    /// <summary>
    /// S, the samples of z for each image, 1 to 1,024. With more than one the bound is the importance-weighted one,
    /// E ln 1/S Σ p(x, z_s)/q(z_s|x) (Y. Burda, R. Grosse, R. Salakhutdinov, ICLR 2016), with its whole gradient.
    /// </summary>
    public int ImportanceSamples { get; init; } = 1;

    /// <summary>How gradients become steps.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>The largest learning rate, which the schedule scales. Positive.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>
    /// ε of Adam and RMSprop, in nats for each unit of a parameter. Positive. With the usual 10⁻⁸ a weight whose derivative is nearly always 0
    /// takes a step of full length when for once it is not: among the many weights of long flows some always do, and now and then a whole run
    /// is lost to it.
    /// </summary>
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>
    /// A gradient longer than so many times the mean norm of about the last hundred is shortened to that. Above 1; null where none is. The
    /// parameters of long flows come out of one network: a few images whose layers contract make a gradient that would throw all images'
    /// layers out.
    /// </summary>
    public double? LargestNormRatio { get; init; } = 2;

    /// <summary>The length of the run, in steps, to which a schedule that falls is fitted; at least 1. Training may go on beyond.</summary>
    public long Steps { get; init; } = 100_000;

    /// <summary>How the learning rate goes on after <see cref="HoldShare"/>.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;

    /// <summary>The share of the run in which the learning rate stays before a cosine begins, 0 to below 1.</summary>
    public double HoldShare { get; init; }

    /// <summary>The share of the learning rate that a cosine leaves at the end of the run, 0 to 1.</summary>
    public double FinalRateShare { get; init; }

    /// <summary>
    /// T: after so many steps β is 1, at least 0 (no annealing). The paper has 10,000, at a learning rate of 10⁻⁵: as long as β is small the
    /// entropy is nearly all that counts, and at a rate of 10⁻³ it drives long flows apart.
    /// </summary>
    public long AnnealingSteps { get; init; }

    /// <summary>Decides the initial parameters, the minibatches and all noise.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>β = min(1, 0.01 + t/T): Rezende &amp; Mohamed 2015, eq. 20.</summary>
    /// <param name="step">t: how many steps there were before.</param>
    public double BetaAt(long step) => AnnealingSteps == 0 ? 1 : Math.Min(1, 0.01 + ((double)step / AnnealingSteps));

    /// <summary>The learning rate of a step.</summary>
    /// <inheritdoc cref="BetaAt"/>
    public double LearningRateAt(long step)
    {
        double progress = Math.Min(1, (double)step / Steps), rest = Math.Max(0, progress - HoldShare) / (1 - HoldShare);
        return Schedule == RateSchedule.Constant
            ? LearningRate
            : LearningRate * (FinalRateShare + ((1 - FinalRateShare) * 0.5 * (1 + Math.Cos(Math.PI * rest))));
    }

    internal void Validate()
    {
        Require(MinibatchSize is >= 1 and <= LargestMinibatch, $"A minibatch has between 1 and {LargestMinibatch} images.");
        Require(ImportanceSamples is >= 1 and <= MostSamples, $"An image has between 1 and {MostSamples} samples.");
        Require(LearningRate is > 0 and < float.MaxValue, "The learning rate must be positive and finite.");
        Require(Epsilon is > 0 and < float.MaxValue, "Epsilon must be positive and finite.");
        Require(LargestNormRatio is null or (> 1 and < double.PositiveInfinity), "The largest ratio of gradient norms must be above 1 and finite.");
        Require(Steps >= 1, "A run has at least one step.");
        Require(AnnealingSteps >= 0, "The steps of annealing must be at least 0.");
        Require(HoldShare is >= 0 and < 1, "The share in which the learning rate stays must be at least 0 and below 1.");
        Require(FinalRateShare is >= 0 and <= 1, "The final share of the learning rate must lie between 0 and 1.");
        Require(Optimizer != OptimizerKind.Soap, "SOAP keeps a number of each pair of parameters: it suits flows, not networks.");
        Require(Enum.IsDefined(Optimizer) && Enum.IsDefined(Schedule), "No such optimizer or schedule.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
