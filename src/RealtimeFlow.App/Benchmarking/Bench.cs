using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Engine;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>How long to measure, and on how much memory.</summary>
/// <param name="WarmUpSeconds">Of a row, before anything counts; one repetition at least.</param>
/// <param name="SliceSeconds">Of a row in a round; one repetition at least.</param>
/// <param name="Seconds">Rounds begin as long as this is not over; one at least.</param>
/// <param name="MemoryBytes">Of the array whose bandwidth counts as the memory's: far beyond the last cache.</param>
internal sealed record BenchSettings(double WarmUpSeconds, double SliceSeconds, double Seconds, int MemoryBytes);

/// <summary>The measurements of <c>rtflow bench</c>.</summary>
/// <remarks>
/// All rows, on one thread and on as many as there are cores, are measured in rounds, a slice of time each, and between any two of them
/// the machine's peaks: a row is compared with those just before and after it. What a shared machine does meanwhile then comes to all
/// alike, and medians over the rounds are free of it.
/// </remarks>
internal static class Bench
{
    private const int MemoryWindow = 64 * MemoryPeak.ShardBytes;

    /// <summary>Measures the machine's limits by the number of threads, and all rows.</summary>
    /// <param name="settings">How long.</param>
    /// <param name="progress">Says what is being measured.</param>
    public static (BenchLimits[] Limits, BenchResult[] Results) Run(BenchSettings settings, ProgressLine progress)
    {
        WorkerPool[] pools = [.. new[] { 1, Environment.ProcessorCount }.Distinct().Select(threads => new WorkerPool(threads))];
        try
        {
            BenchRows rows = new(pools[^1]);
            MemoryPeak memory = new(settings.MemoryBytes, Math.Min(settings.MemoryBytes, MemoryWindow), pools[^1]);
            MemoryPeak cache = new(rows.Bytes, rows.Bytes, pools[^1]);
            PeakMeter[] meters = [.. pools.Select(workers => new PeakMeter(workers, memory, cache))];
            BenchSeries[][] series = [.. pools.Select(workers => rows.On(workers).Select(row => new BenchSeries(row, workers.Count)).ToArray())];
            foreach (BenchSeries one in series.SelectMany(all => all))
            {
                Show(progress, $"warming up {one}");
                one.WarmUp(settings.WarmUpSeconds);
            }

            long start = Stopwatch.GetTimestamp();
            double elapsed = 0;
            for (; elapsed == 0 || elapsed < settings.Seconds; elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds)
            {
                for (int i = 0; i < pools.Length; i++)
                {
                    meters[i].MeasureMemory();
                    Peaks before = meters[i].Measure();
                    foreach (BenchSeries one in series[i])
                    {
                        Show(progress, string.Create(CultureInfo.InvariantCulture, $"{elapsed:F0} of {settings.Seconds:F0} s: measuring {one}"));
                        double seconds = one.MeasureSlice(settings.SliceSeconds);
                        Peaks after = meters[i].Measure();
                        one.Add(seconds, Peaks.Mean(before, after));
                        before = after;
                    }
                }
            }

            progress.End();
            return ([.. meters.Select(meter => meter.Medians())], [.. series.SelectMany(all => all.Select(one => one.Result()))]);
        }
        finally
        {
            Array.ForEach(pools, workers => workers.Dispose());
        }
    }

    private static void Show(ProgressLine progress, string line)
    {
        if (progress.IsDue)
        {
            progress.Show(line);
        }
    }
}
