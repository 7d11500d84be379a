using System.Numerics;

namespace RealtimeFlow.App;

/// <summary>What ends a training run; the first that is reached does.</summary>
/// <param name="Steps">So many steps.</param>
/// <param name="Seconds">So much time, from the first step on, estimates included.</param>
/// <param name="UntilKl">KL + 2 standard errors at most this, in nats.</param>
internal readonly record struct TrainLimits(long? Steps, double? Seconds, double? UntilKl)
{
    // Of 512 particles through 32 layers in the plane, on a core of 2020 or later.
    private const double StepsASecond = 20_000;

    /// <summary>About how many steps there will be, or less; 0 where a divergence decides.</summary>
    public double ExpectedSteps => UntilKl != null ? 0 : Math.Min(Steps ?? double.PositiveInfinity, Seconds * StepsASecond ?? double.PositiveInfinity);

    /// <summary>Whether there is a limit, and each is one that can be reached.</summary>
    public bool IsSound => this != default && !(Steps <= 0 || Seconds is <= 0 or double.NaN || UntilKl is <= 0 or double.NaN);
}

/// <summary>Over how many steps, or how much time, what follows a schedule does; then it stays as it is, or begins anew.</summary>
/// <param name="Steps">So many steps.</param>
/// <param name="Seconds">So much time.</param>
/// <param name="Repeats">
/// Whether it begins anew when its steps are over, each time twice as long: I. Loshchilov, F. Hutter, <i>SGDR: stochastic gradient descent
/// with warm restarts</i>, ICLR 2017. β restarts with the rate, so that a mode that was lost is found again.
/// </param>
internal readonly record struct TrainSchedule(long? Steps, double? Seconds, bool Repeats = false)
{
    // Where a divergence decides the end, nobody knows the length of the run.
    private const int FirstSteps = 2_000;

    /// <summary>Whether it has a length.</summary>
    public bool IsSound => (Steps != null || (Seconds != null && !Repeats)) && !(Steps <= 0 || Seconds is <= 0 or double.NaN);

    /// <summary>The schedule of a run with these limits.</summary>
    public static TrainSchedule For(TrainLimits limits) => limits.UntilKl == null
        ? new TrainSchedule(limits.Steps, limits.Seconds)
        : new TrainSchedule(Math.Min(limits.Steps ?? FirstSteps, FirstSteps), null, Repeats: true);

    /// <summary>The part of it that is over, 0 to 1.</summary>
    public double Progress(long steps, double seconds)
    {
        if (Repeats)
        {
            // Before the n-th repetition lie 2ⁿ − 1 lengths of the first.
            long length = Steps!.Value << BitOperations.Log2((ulong)((steps / Steps.Value) + 1));
            return (double)(steps - (length - Steps.Value)) / length;
        }

        return Math.Min(1, Math.Max(
            Steps is long lastStep ? (double)steps / lastStep : 0, Seconds is double end ? seconds / end : 0));
    }
}
