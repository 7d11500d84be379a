using System.Globalization;
using System.Text;
using RealtimeFlow.App;

namespace RealtimeFlow.Benchmarks.Tables;

/// <summary>A report of <c>rtflow bench</c> as Markdown.</summary>
internal static class BenchText
{
    /// <summary>The whole file.</summary>
    public static string Of(BenchReport report)
    {
        BenchMachine machine = report.Machine;
        string[] threads = [.. machine.Limits.Select(limit => $"{limit.Threads} thread{(limit.Threads == 1 ? "" : "s")}")];
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # What `rtflow bench` measures

            {machine.Cpu}, {machine.Cores} cores; {machine.Runtime}; {machine.Os}; kernels of {machine.VectorWidth} bits; tiering {machine.Tiering}.
            D = 2, 32 layers; medians of rounds. `dotnet run -c Release --project benchmarks/RealtimeFlow.Benchmarks -- summary`

            ## Speed

            10⁹ a second: particle-layers, for gaussian normal numbers; how many times faster all threads are than one; and, on one thread,
            the share of what the machine's arithmetic, divisions or memory, whichever takes longest, would allow.

            | | particles | {string.Join(" | ", threads)} | times | of the limit | allocated bytes |
            |---|---:|{string.Concat(threads.Select(_ => "---:|"))}---:|---:|---:|

            """);
        foreach (IGrouping<string, BenchResult> row in report.Results.GroupBy(result => result.Name))
        {
            BenchResult first = row.First(), last = row.Last();
            IEnumerable<string> speeds = row.Select(result => (result.PerSecond / 1e9).ToString("0.000", CultureInfo.InvariantCulture));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Key} | {first.Particles:N0} | {string.Join(" | ", speeds)} | {last.PerSecond / first.PerSecond:0.00} | {100 * first.ShareOfLimit:F0} % of {first.Limit} | {row.Max(result => result.AllocatedBytes)} |\n");
        }

        text.Append("""

            ## Limits

            Measured between the rows: fused multiply-adds, divisions, bytes read and written far beyond the caches.

            | threads | FMA GFLOP/s | 10⁹ divisions/s | GB/s read | GB/s written |
            |---:|---:|---:|---:|---:|

            """);
        foreach (BenchLimits limit in machine.Limits)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {limit.Threads} | {limit.FmaFlops / 1e9:F0} | {limit.Divisions / 1e9:0.00} | {limit.MemoryReading / 1e9:F1} | {limit.MemoryWriting / 1e9:F1} |\n");
        }

        return text.ToString();
    }
}
