namespace RealtimeFlow.App.Live;

/// <summary>How much of a picture a frame may recompute, learned from what the last portions took.</summary>
/// <param name="seconds">What a frame may spend on it.</param>
internal sealed class PictureBudget(double seconds)
{
    // The share of a new measurement: one frame that the system took away does not halve the next.
    private const double Freshness = 0.2;

    private int _whole = 1;
    private double _each;

    /// <summary>Of how many equal parts the picture is made; what they cost is unknown.</summary>
    public void Begin(int parts) => (_whole, _each) = (parts, 0);

    /// <summary>How many a frame may do: 1 at least.</summary>
    public int Portion => _each == 0 ? Math.Max(1, _whole / 16) : (int)Math.Clamp(seconds / _each, 1, _whole);

    /// <summary>Takes a measurement in.</summary>
    public void Spent(int parts, double took)
    {
        double each = took / Math.Max(1, parts);
        _each += (_each == 0 ? 1 : Freshness) * (each - _each);
    }
}
