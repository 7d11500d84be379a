using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Benchmarking;

/// <summary><c>rtflow bench</c>: how fast this machine is, and how near its limits, in under half a minute.</summary>
internal static class BenchCommand
{
    // The rest of the half minute is for the start, and for a slow machine's last round.
    private const double WarmUpSeconds = 0.1, SliceSeconds = 0.03, Seconds = 16;

    // Beyond the last cache of any processor that is about; where there is little memory, an eighth of it.
    private const long MostMemoryBytes = 1 << 30;

    public static Command Make()
    {
        Option<bool> json = Options.Json();
        Option<string> plot = Options.File("--plot", "FILE.png", "draw the roofline: operations a second against operations a byte, the machine's limits and all rows");
        Command command = new(
            "bench",
            "Measure random numbers, both directions of the flow, training and sampling, and the limits of the machine beside them: 32 layers in the plane, on one thread and on all; under 30 s.")
        {
            json,
            plot,
        };
        command.SetAction(parsed => Run(parsed.InvocationConfiguration, parsed.GetValue(json), parsed.GetValue(plot)));
        return command;
    }

    private static void Run(InvocationConfiguration configuration, bool json, string? plot)
    {
        if (plot != null)
        {
            AtomicFile.EnsureWritable(plot);
        }

        long memory = Math.Min(MostMemoryBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);
        BenchSettings settings = new(WarmUpSeconds, SliceSeconds, Seconds, (int)(memory / MemoryPeak.ShardBytes * MemoryPeak.ShardBytes));
        (BenchLimits[] limits, BenchResult[] results) = Bench.Run(settings, new ProgressLine(configuration.Error));
        BenchReport report = new(Machine.Describe(limits), results);
        if (plot != null)
        {
            AtomicFile.Write(plot, file => file.Write(Roofline.Png(report)));
        }

        configuration.Output.WriteLine(json ? Json.Text(report) : Text(report));
    }

    private static string Text(BenchReport report)
    {
        BenchMachine machine = report.Machine;
        BenchLimits first = machine.Limits[0];
        IEnumerable<string> limits = machine.Limits.Select(limit => string.Create(
            CultureInfo.InvariantCulture,
            $"{limit.Threads,7} {limit.FmaFlops / 1e9,12:F1} {limit.Divisions / 1e9,12:F2} {Gigabytes(limit.MemoryReading, limit.MemoryWriting),20} {Gigabytes(limit.CacheReading, limit.CacheWriting),20}"));
        IEnumerable<string> rows = report.Results.Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name,-18} {row.Threads,7} {row.Particles,9} {row.SecondsMedian * 1e3,10:F3} {row.PerSecond,12:0.000e0} {row.ShareOfLimit,6:P0} of {row.Limit,-10} {row.AllocatedBytes,9}"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            {machine.Cpu}, {machine.Cores} cores; {machine.Runtime}; {machine.Os}
            width {machine.VectorWidth}; tiering {machine.Tiering}; D = 2, 32 layers; medians of rounds
            the machine's limits, measured beside the rows: fused multiply-adds, 10⁹ divisions a second, GB/s read and written
            of {first.MemoryBytes >> 20} MiB, far beyond the caches, and of the {first.CacheBytes >> 20} MiB that the rows use

            threads  FMA GFLOP/s  divisions/s      {first.MemoryBytes >> 20,6} MiB  r/w      {first.CacheBytes >> 20,6} MiB  r/w
            {string.Join(Environment.NewLine, limits)}

            per second: particle-layers, for gaussian normals; the share is of what the slowest of arithmetic, division and memory
            would allow, were the others for nothing: an FMA, +, −, ×, min or max is one slot of the FMA units
            """) + Environment.NewLine + Environment.NewLine
            + "name               threads particles  median ms   per second  share of limit    allocated" + Environment.NewLine
            + string.Join(Environment.NewLine, rows);
    }

    private static string Gigabytes(double reading, double writing) =>
        string.Create(CultureInfo.InvariantCulture, $"{reading / 1e9:F1} / {writing / 1e9:F1}");
}
