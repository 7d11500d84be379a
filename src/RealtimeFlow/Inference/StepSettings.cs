namespace RealtimeFlow.Inference;

/// <summary>What a step follows that may change from step to step.</summary>
/// <param name="Progress">The part of the run that is over, 0 to 1.</param>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="Beta">β.</param>
/// <param name="BatchSize">Particles, or rows of data: a multiple of 64, up to <see cref="TrainerOptions.LargestBatch"/>.</param>
internal readonly record struct StepSettings(double Progress, double LearningRate, double Beta, int BatchSize)
{
    /// <summary>What the options' schedules say.</summary>
    public static StepSettings At(double progress, TrainerOptions options) =>
        new(progress, options.LearningRateAt(progress), options.BetaAt(progress), options.BatchSizeAt(progress));
}
