using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>The measurements of one row, round by round.</summary>
internal sealed class BenchSeries(BenchRow row, int threads)
{
    private const int MostRepetitions = 256;

    private readonly double[] _slice = new double[MostRepetitions];
    private readonly List<double> _seconds = [];
    private readonly List<(double Share, string Limit)> _shares = [];
    private long _bytes, _repetitions;

    /// <summary>Runs the row for a while, at least once, so that the runtime has optimised what calls the kernels.</summary>
    public void WarmUp(double seconds) => RunFor(seconds);

    /// <summary>Measures the row for a while, at least once.</summary>
    /// <returns>The median of a repetition, in seconds.</returns>
    public double MeasureSlice(double seconds)
    {
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        int repetitions = RunFor(seconds);
        _bytes += GC.GetTotalAllocatedBytes(precise: true) - bytes;
        _repetitions += repetitions;
        return Median.Of(_slice.AsSpan(0, repetitions).ToArray());
    }

    /// <summary>Keeps a round.</summary>
    /// <param name="seconds">Of a repetition.</param>
    /// <param name="peaks">Of the machine, just before and after.</param>
    public void Add(double seconds, Peaks peaks)
    {
        (double least, string limit) = peaks.LeastSeconds(row.Count);
        _seconds.Add(seconds);
        _shares.Add((row.Particles * least / seconds, limit));
    }

    /// <summary>The medians of all rounds.</summary>
    public BenchResult Result()
    {
        double seconds = Median.Of(_seconds), perUnit = row.Particles / row.Units;
        (double share, string limit) = _shares.Order().ElementAt(_shares.Count / 2);
        return new BenchResult(
            row.Name,
            LaneDispatch.NameOf(LaneDispatch.Width),
            row.Dimension,
            row.Layers,
            row.Particles,
            threads,
            seconds,
            row.Units / seconds,
            _bytes / _repetitions,
            perUnit * row.Count.Arithmetic,
            perUnit * row.Count.Divisions,
            perUnit * (row.Count.Read + row.Count.Written),
            limit,
            share);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{row.Name} on {threads} thread{(threads == 1 ? "" : "s")}");

    private int RunFor(double seconds)
    {
        int repetitions = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            long begin = Stopwatch.GetTimestamp();
            row.Work();
            _slice[repetitions++] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }
        while (repetitions < MostRepetitions && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return repetitions;
    }
}
