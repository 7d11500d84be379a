using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Inference;

/// <summary>
/// A training run between two steps: all that decides how it goes on. A trainer made of it takes the same steps, bit for bit, as the one
/// that it was taken from. <see cref="Files.CheckpointFile"/> keeps it.
/// </summary>
public sealed class Checkpoint
{
    /// <summary>The longest note, in characters.</summary>
    public const int MostNote = 1000;

    internal Checkpoint(FlowShape shape, FlowDirection direction, TrainerOptions options, TrainerState state)
    {
        Shape = shape;
        Direction = direction;
        Options = options;
        State = state;
    }

    /// <summary>The flow.</summary>
    public FlowShape Shape { get; }

    /// <summary>How its chain is read.</summary>
    public FlowDirection Direction { get; }

    /// <summary>How it is trained.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The name of the target of a <see cref="Trainer"/>; empty for a <see cref="LikelihoodTrainer"/>, whose data a checkpoint does not hold.</summary>
    public string Target { get; internal init; } = "";

    /// <summary>What the caller wants to find again with it, such as the length of the run; or empty.</summary>
    public string Note { get; internal init; } = "";

    /// <summary>Parameters of the flow that the caller wants to find again with it, such as those that foretold best; or empty.</summary>
    public ReadOnlySpan<float> Kept => KeptParameters;

    /// <summary>Steps so far, the skipped ones included.</summary>
    public long Steps => State.Steps;

    /// <summary>The numbers that are not one a parameter.</summary>
    internal TrainerState State { get; }

    /// <inheritdoc cref="Kept"/>
    internal float[] KeptParameters { get; init; } = [];

    /// <summary>The raw parameters.</summary>
    internal float[] Raw { get; init; } = [];

    /// <summary>As <see cref="GradientNoise.Mean"/>.</summary>
    internal double[] GradientMean { get; init; } = [];

    /// <summary>As <see cref="GradientNoise.Square"/>.</summary>
    internal double[] GradientSquare { get; init; } = [];

    /// <summary>As <see cref="ParameterAverage.Sum"/>; empty where the parameters are not averaged.</summary>
    internal double[] AverageSum { get; init; } = [];

    /// <summary>As <see cref="Optimizer.State"/>.</summary>
    internal double[][] OptimizerState { get; init; } = [];
}

/// <summary>What a trainer has counted, and what its last step reported.</summary>
internal sealed record TrainerState(
    long Steps,
    long SkippedSteps,
    long Particles,
    double Progress,
    double Loss,
    double GradientNorm,
    double GradientWeight,
    double AverageWeight,
    UsualNorm UsualNorm)
{
    /// <summary>Whether a trainer can have counted so.</summary>
    public bool IsSound =>
        Steps >= 0 && SkippedSteps >= 0 && SkippedSteps <= Steps && Particles >= 0 && Particles % FlowTile.ColumnGranularity == 0
        && Progress is >= 0 and <= 1 && GradientWeight is >= 0 and <= 1 && AverageWeight is >= 0 and <= 1
        && UsualNorm is { Sum: >= 0 and < double.PositiveInfinity, Weight: >= 0 and <= 1 };
}
