namespace RealtimeFlow.Engine;

/// <summary>
/// Holds a frame rate by recomputing as much of each picture in a frame as the time allows, and making pictures coarser where their passes
/// would take too long. It measures nothing itself: what it decides is a function of what it is told.
/// </summary>
/// <param name="framesPerSecond">The rate to hold; positive.</param>
public sealed class FramePacing(double framesPerSecond)
{
    // Kept free, for what no measurement foresees.
    private const double Reserve = 0.15;

    // Of a frame, where drawing alone takes all of it: pictures go on changing, and the rate falls.
    private const double LeastShare = 0.1;

    // The share of a new measurement: one frame that the system took away does not halve the next.
    internal const double Freshness = 0.2;

    private readonly List<PacedWork> _works = [];
    private double _rest;

    /// <summary>Seconds that a frame may take.</summary>
    public double Period { get; } = framesPerSecond > 0
        ? 1 / framesPerSecond
        : throw new ArgumentOutOfRangeException(nameof(framesPerSecond), framesPerSecond, "Expected a positive number.");

    /// <summary>Seconds of a frame that are left for the pictures.</summary>
    public double Available => Math.Max(LeastShare * Period, ((1 - Reserve) * Period) - _rest);

    /// <summary>A picture more among which the time is divided.</summary>
    /// <param name="weight">Its share of it, in proportion to the others'; positive.</param>
    /// <param name="longestPass">Seconds after which all of it should be new; a coarser picture is, where a finer one is not.</param>
    public PacedWork Add(double weight, double longestPass = 0.25)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longestPass);
        PacedWork work = new(this, weight, longestPass);
        _works.Add(work);
        return work;
    }

    /// <summary>Takes in what a frame took beside the pictures: drawing, uploading, reading input; not waiting for the next.</summary>
    /// <param name="seconds">That time.</param>
    public void EndFrame(double seconds)
    {
        _rest += (_rest == 0 ? 1 : Freshness) * (seconds - _rest);
        foreach (PacedWork work in _works)
        {
            work.EndFrame();
        }
    }

    /// <summary>What is left for one of the works, if only those that are under way count.</summary>
    internal double AvailableFor(PacedWork work)
    {
        double weights = 0;
        foreach (PacedWork other in _works)
        {
            weights += other == work || other.IsUnderWay ? other.Weight : 0;
        }

        return Available * work.Weight / weights;
    }
}
