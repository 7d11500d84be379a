using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>Under which the peers are measured.</summary>
internal static class Conditions
{
    private const string CpuInfo = "/proc/cpuinfo";

    private static ulong? AllCores;

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

    /// <summary>
    /// The calling thread, which is the main one, and with it the threads and programs that it starts from now on, stay on the last of the cores that they
    /// might use in the beginning.
    /// </summary>
    /// <param name="cores">On how many.</param>
    public static void Pin(int cores = 1)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using Process process = Process.GetCurrentProcess();
            ulong rest = AllCores ??= (ulong)process.ProcessorAffinity, mask = 0;
            for (int core = 0; core < cores && rest != 0; core++)
            {
                ulong last = 1UL << BitOperations.Log2(rest);
                (mask, rest) = (mask | last, rest & ~last);
            }

            process.ProcessorAffinity = (nint)mask;
        }
    }
}
