using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>Without which a speed says nothing: the machine, the runtime and its settings.</summary>
internal static class Machine
{
    private const string CpuInfo = "/proc/cpuinfo";

    private static readonly string[] TieringVariables =
        ["DOTNET_TieredCompilation", "DOTNET_TieredPGO", "DOTNET_TC_QuickJitForLoops", "DOTNET_ReadyToRun"];

    /// <summary>All of it.</summary>
    /// <param name="limits">What was measured of it, by the number of threads.</param>
    public static BenchMachine Describe(BenchLimits[] limits) => new(
        Cpu(),
        Environment.ProcessorCount,
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription,
        LaneDispatch.NameOf(LaneDispatch.Width) + (LaneDispatch.IsForced ? " (forced)" : ""),
        Tiering(),
        limits);

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
}
