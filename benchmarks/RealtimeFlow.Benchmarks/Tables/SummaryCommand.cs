using System.Diagnostics;
using System.Text.Json;
using RealtimeFlow.App;

namespace RealtimeFlow.Benchmarks.Tables;

/// <summary>The verb <c>summary</c>: what <c>rtflow bench</c> measures, as a file of tables.</summary>
internal static class SummaryCommand
{
    /// <summary>Runs <c>rtflow bench</c>, in a process of its own and so with the settings that people have, and writes Bench.md.</summary>
    /// <returns>The exit code.</returns>
    public static int Run()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "rtflow.dll"), "bench", "--json"]) { RedirectStandardOutput = true };
        using Process bench = Process.Start(start)!;
        string json = bench.StandardOutput.ReadToEnd();
        bench.WaitForExit();
        if (bench.ExitCode != 0)
        {
            return bench.ExitCode;
        }

        string path = Path.Combine(Directory.CreateDirectory(Path.Combine("benchmarks", "results", Machine.FolderName)).FullName, "Bench.md");
        File.WriteAllText(path, BenchText.Of(JsonSerializer.Deserialize(json, Json.Default.BenchReport)!));
        Console.WriteLine(path);
        return 0;
    }
}
