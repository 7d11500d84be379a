namespace RealtimeFlow.App.Live;

/// <summary>Times of frames, counted in bins: the memory of any number of them is the same, and percentiles are known to a twentieth of a millisecond.</summary>
internal sealed class FrameTimes
{
    private const double BinsPerMillisecond = 20;

    // A second: what takes longer shares the last bin.
    private readonly long[] _counts = new long[(int)(1000 * BinsPerMillisecond) + 1];

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, in milliseconds; 0 before the first.</summary>
    public double Longest { get; private set; }

    /// <summary>Takes one in, in milliseconds.</summary>
    public void Add(double milliseconds)
    {
        Count++;
        Longest = Math.Max(Longest, milliseconds);
        _counts[(int)Math.Min(milliseconds * BinsPerMillisecond, _counts.Length - 1)]++;
    }

    /// <summary>The time, in milliseconds, that a share of them does not exceed; NaN before the first.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Percentile(double share)
    {
        if (Count == 0)
        {
            return double.NaN;
        }

        long wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        int bin = 0;
        for (long below = _counts[0]; below < wanted; below += _counts[bin])
        {
            bin++;
        }

        return Math.Min(Longest, (bin + 1) / BinsPerMillisecond);
    }

    /// <summary>The percentiles that are reported.</summary>
    public FrameTimesReport Report() => new(
        Json.Number(Percentile(0.5)), Json.Number(Percentile(0.95)), Json.Number(Percentile(0.99)), Longest);
}
