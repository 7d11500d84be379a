using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>What the numbers depend on.</summary>
internal static partial class Machine
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>The processor as it names itself.</summary>
    public static string Processor { get; } = ReadProcessor();

    /// <summary>The processor as a folder is named.</summary>
    public static string Folder { get; } =
        Separators().Replace(Marks().Replace(Processor, "").ToLowerInvariant(), "-").Trim('-');

    /// <summary>Processor, system, runtime, width.</summary>
    public static string Line { get; } =
        $"{Processor}, {Environment.ProcessorCount} logical cores; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}, kernels of {LaneDispatch.NameOf(LaneDispatch.Width)} bits, tiered compilation off";

    /// <summary>The calling thread, which is the main one, and with it the programs that it starts, stay on the last core they may use.</summary>
    public static void Pin()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using Process process = Process.GetCurrentProcess();
            process.ProcessorAffinity = (nint)(1L << BitOperations.Log2((ulong)process.ProcessorAffinity));
        }
    }

    private static string ReadProcessor()
    {
        const string key = "model name";
        string? line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? $"unnamed {RuntimeInformation.ProcessArchitecture} processor";
    }

    [GeneratedRegex(@"\((R|TM)\)|Processor|CPU|@.*")]
    private static partial Regex Marks();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Separators();
}
