using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Engine;

/// <summary>What a live flow is made of, and how it learns.</summary>
public sealed record LiveTrainingOptions
{
    /// <summary>
    /// The layers, as <see cref="FlowShape.Parse"/> reads them. Radial ones nearest to the base help the planar ones: of 192 Gaussians on the circle
    /// of eight that jumped, 40 planar layers followed 181, four radial ones and 36 planar 189, eight and 32 all; with twelve, or with the radial
    /// ones last, it was no better than without.
    /// </summary>
    public string Formula { get; init; } = "radial:8,planar:32";

    /// <summary>Decides parameters, training noise and estimates.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Steps over which the learning rate and β follow their schedules; training then goes on at the final rate, until something changes.
    /// </summary>
    public int ScheduledSteps { get; init; } = 24_000;

    /// <summary>The largest learning rate; positive and finite.</summary>
    public double LearningRate { get; init; } = new TrainerOptions().LearningRate;

    /// <summary>Particles, or rows of data, a step: a multiple of 64 up to <see cref="LiveTraining.LargestBatch"/>.</summary>
    public int BatchSize { get; init; } = new TrainerOptions().BatchSize;
}
