using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App;

/// <summary><c>rtflow bench</c>: how fast this machine is, in under half a minute.</summary>
internal static class BenchCommand
{
    // Sixteen rows in half a minute.
    private const double WarmUpSeconds = 0.25, MeasuredSeconds = 0.8;
    private const string CpuInfo = "/proc/cpuinfo";

    private static readonly string[] TieringVariables =
        ["DOTNET_TieredCompilation", "DOTNET_TieredPGO", "DOTNET_TC_QuickJitForLoops", "DOTNET_ReadyToRun"];

    public static Command Make()
    {
        Option<bool> json = Options.Json();
        Command command = new(
            "bench",
            "Measure random numbers, both directions of the flow, training and sampling: 32 layers in the plane, on one thread and on all; under 30 s.")
        {
            json,
        };
        command.SetAction(parsed => Run(parsed.InvocationConfiguration, parsed.GetValue(json)));
        return command;
    }

    private static void Run(InvocationConfiguration configuration, bool json)
    {
        BenchReport report = new(Machine(), [.. Bench.Run(new ProgressLine(configuration.Error), WarmUpSeconds, MeasuredSeconds)]);
        configuration.Output.WriteLine(json ? Json.Text(report) : Text(report));
    }

    private static BenchMachine Machine() => new(
        Cpu(),
        Environment.ProcessorCount,
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription,
        LaneDispatch.NameOf(LaneDispatch.Width) + (LaneDispatch.IsForced ? " (forced)" : ""),
        Tiering());

    private static string Cpu()
    {
        string? line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return line?.Split(':')[^1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Tiering()
    {
        IEnumerable<string> set = TieringVariables
            .Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
            .Where(variable => !string.IsNullOrEmpty(variable.Value))
            .Select(variable => $"{variable.Name}={variable.Value}");
        return string.Join(' ', set.DefaultIfEmpty("on, but loops in full at once and no profiles"));
    }

    private static string Text(BenchReport report)
    {
        BenchMachine machine = report.Machine;
        IEnumerable<string> rows = report.Results.Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name,-15} {row.Threads,7} {row.Particles,9} {row.SecondsMedian * 1e3,10:F3} {row.PerSecond,12:0.000e0} {row.AllocatedBytes,9}"));
        return $"""
            {machine.Cpu}, {machine.Cores} cores; {machine.Runtime}; {machine.Os}
            width {machine.VectorWidth}; tiering {machine.Tiering}; D = 2, 32 layers; median after warm-up
            per second: particle-layers, for gaussian normals

            name            threads particles  median ms   per second allocated
            {string.Join(Environment.NewLine, rows)}
            """;
    }
}
