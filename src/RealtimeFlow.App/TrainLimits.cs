namespace RealtimeFlow.App;

/// <summary>What ends a training run; the first that is reached does.</summary>
/// <param name="Steps">So many steps.</param>
/// <param name="Seconds">So much time, from the first step on, estimates included.</param>
/// <param name="UntilKl">KL + 2 standard errors at most this, in nats.</param>
internal readonly record struct TrainLimits(long? Steps, double? Seconds, double? UntilKl)
{
    /// <summary>Whether there is a limit, and each is one that can be reached.</summary>
    public bool IsSound => this != default && !(Steps <= 0 || Seconds is <= 0 or double.NaN || UntilKl is <= 0 or double.NaN);
}

/// <summary>Over how many steps, or how much time, what follows a schedule does; then it stays as it is.</summary>
/// <param name="Steps">So many steps.</param>
/// <param name="Seconds">So much time.</param>
internal readonly record struct TrainSchedule(long? Steps, double? Seconds)
{
    // Where a divergence decides the end, nobody knows the length of the run: its schedule has this length at most.
    private const int MostStepsUntilKl = 24_000;

    /// <summary>Whether it has a length.</summary>
    public bool IsSound => this != default && !(Steps <= 0 || Seconds is <= 0 or double.NaN);

    /// <summary>The schedule of a run with these limits.</summary>
    public static TrainSchedule For(TrainLimits limits) => limits.UntilKl == null
        ? new TrainSchedule(limits.Steps, limits.Seconds)
        : new TrainSchedule(Math.Min(limits.Steps ?? MostStepsUntilKl, MostStepsUntilKl), null);

    /// <summary>The part of it that is over, 0 to 1.</summary>
    public double Progress(long steps, double seconds) => Math.Min(1, Math.Max(
        Steps is long lastStep ? (double)steps / lastStep : 0, Seconds is double end ? seconds / end : 0));
}
