using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>Under which the peers are measured.</summary>
internal static class Conditions
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>Processor, system, runtime, width, tiering.</summary>
    public static string Line { get; } =
        $"{Processor}, {Environment.ProcessorCount} logical cores; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}, kernels of {LaneDispatch.NameOf(LaneDispatch.Width)} bits, tiered compilation off";

    private static string Processor
    {
        get
        {
            const string key = "model name";
            string? line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal)) : null;
            return line?[(line.IndexOf(':') + 1)..].Trim() ?? $"unnamed {RuntimeInformation.ProcessArchitecture} processor";
        }
    }

    /// <summary>The calling thread, which is the main one, and with it the programs that it starts, stay on the last core they may use.</summary>
    public static void Pin()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using Process process = Process.GetCurrentProcess();
            process.ProcessorAffinity = (nint)(1L << BitOperations.Log2((ulong)process.ProcessorAffinity));
        }
    }
}
