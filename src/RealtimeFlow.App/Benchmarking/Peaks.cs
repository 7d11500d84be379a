using RealtimeFlow.Engine;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>What some threads can do at most at one moment: the next one, the clock of a shared machine is another.</summary>
/// <param name="Arithmetic">Fused multiply-adds of one lane a second.</param>
/// <param name="Division">Divisions of one lane a second.</param>
/// <param name="Reading">Bytes a second, from an array as large as those that are worked on.</param>
/// <param name="Writing">Bytes a second, into it.</param>
internal readonly record struct Peaks(double Arithmetic, double Division, double Reading, double Writing)
{
    /// <summary>
    /// The least seconds that work can take, and what it is then waiting for. Arithmetic, divisions and memory go on side by side, so the
    /// slowest of them is the limit.
    /// </summary>
    public (double Seconds, string Limit) LeastSeconds(OperationCount count)
    {
        (double Seconds, string Limit) least = (count.Arithmetic / Arithmetic, "arithmetic");
        double dividing = count.Divisions / Division, moving = (count.Read / Reading) + (count.Written / Writing);
        least = dividing > least.Seconds ? (dividing, "division") : least;
        return moving > least.Seconds ? (moving, "memory") : least;
    }

    /// <summary>Between two moments.</summary>
    public static Peaks Mean(Peaks a, Peaks b) => new(
        (a.Arithmetic + b.Arithmetic) / 2, (a.Division + b.Division) / 2, (a.Reading + b.Reading) / 2, (a.Writing + b.Writing) / 2);
}

/// <summary>Measures the peaks of some threads again and again, and remembers them.</summary>
/// <param name="workers">The threads.</param>
/// <param name="memory">An array far beyond the caches.</param>
/// <param name="cache">An array as large as those that are worked on.</param>
internal sealed class PeakMeter(WorkerPool workers, MemoryPeak memory, MemoryPeak cache)
{
    private readonly ArithmeticPeak<FusedMultiplyAdds> _arithmetic = new(workers);
    private readonly ArithmeticPeak<Divisions> _division = new(workers);
    private readonly List<Peaks> _measured = [];
    private readonly List<double> _reading = [], _writing = [];

    /// <summary>Measures the memory far beyond the caches: ten or twenty milliseconds.</summary>
    public void MeasureMemory()
    {
        _reading.Add(memory.MeasureReading(workers));
        _writing.Add(memory.MeasureWriting(workers));
    }

    /// <summary>Measures all else: a few milliseconds.</summary>
    public Peaks Measure()
    {
        Peaks now = new(_arithmetic.Measure(), _division.Measure(), cache.MeasureReading(workers), cache.MeasureWriting(workers));
        _measured.Add(now);
        return now;
    }

    /// <summary>The medians of all measurements.</summary>
    public BenchLimits Medians() => new(
        workers.Count,
        2 * Median.Of(_measured.Select(peaks => peaks.Arithmetic)),
        Median.Of(_measured.Select(peaks => peaks.Division)),
        Median.Of(_reading),
        Median.Of(_writing),
        memory.Bytes,
        Median.Of(_measured.Select(peaks => peaks.Reading)),
        Median.Of(_measured.Select(peaks => peaks.Writing)),
        cache.Bytes);
}
