using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace RealtimeFlow.Benchmarks;

/// <summary>The machine that is measured.</summary>
internal static partial class Machine
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>
    /// A folder name for this processor's results: its model name in lower case, words joined by dashes, with the numbers of its family and
    /// model, since a virtual machine often hides the name. "Intel(R) Xeon(R) Processor" of family 6, model 207 is <c>intel-xeon-6-207</c>.
    /// </summary>
    public static string FolderName { get; } = File.Exists(CpuInfo)
        ? NameOf(File.ReadLines(CpuInfo).TakeWhile(line => line.Length > 0))
        : Dashed(Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}");

    /// <summary>The same of the lines of /proc/cpuinfo about one processor.</summary>
    public static string NameOf(IEnumerable<string> lines)
    {
        Dictionary<string, string> fields = lines
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        string[] names = ["model name", "cpu family", "model"];
        return Dashed(string.Join(' ', names.Select(name => fields.GetValueOrDefault(name, ""))));
    }

    private static string Dashed(string name) =>
        NotWord().Replace(Filler().Replace(name.ToLowerInvariant(), " "), "-").Trim('-');

    [GeneratedRegex(@"\((r|tm|c)\)|@.*?hz|\b(cpu|processor|\d+-core)\b")]
    private static partial Regex Filler();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotWord();
}
