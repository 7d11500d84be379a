using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfolizer.Horology;
using RealtimeFlow.App;

namespace RealtimeFlow.Benchmarks;

/// <summary>The BenchmarkDotNet suite.</summary>
internal static class Suite
{
    /// <summary>The category of what is measured in under three minutes.</summary>
    public const string Quick = "quick";

    /// <summary>The category of all that the suite has.</summary>
    public const string Full = "full";

    private const string Results = "--results";

    /// <summary>Runs the benchmarks of a category.</summary>
    /// <param name="category"><see cref="Quick"/>, for a short run of each, or <see cref="Full"/>.</param>
    /// <param name="options">BenchmarkDotNet's, and <c>--results</c>.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string category, string[] options) =>
        Run(["--anyCategories", category, .. options], Brief(iterations: category == Quick ? 3 : 10).WithId(category).AsDefault());

    /// <summary>Runs the benchmarks that BenchmarkDotNet's options pick.</summary>
    /// <param name="options">BenchmarkDotNet's, and <c>--results</c>.</param>
    /// <param name="jobs">How to run them; as BenchmarkDotNet or its options think right, if there are none.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] options, params Job[] jobs)
    {
        // Tiering is off in the measured processes: with it on, a process that is pinned to one core takes seconds to reach optimised
        // code, and the harness then reports the unoptimised one. None is pinned: the engine's threads need all cores.
        Job tieringOff = Job.Default.WithEnvironmentVariable("DOTNET_TieredCompilation", "0").AsMutator();
        IConfig config = ManualConfig.Create(DefaultConfig.Instance)
            .WithArtifactsPath(Path.Combine(".artifacts", "benchmarks"))
            .AddJob([.. jobs, tieringOff])
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(new RateColumn());
        Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(Suite).Assembly).Run([.. options.Where(option => option != Results)], config)];
        if (summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)))
        {
            return ExitCodes.Failure;
        }

        if (options.Contains(Results))
        {
            Array.ForEach(summaries, Keep);
        }

        return 0;
    }

    /// <summary>A run of a second or two: an operation takes microseconds at least, beside which the harness's loop is nothing.</summary>
    private static Job Brief(int iterations) => Job.Default
        .WithIterationTime(TimeInterval.FromMilliseconds(100))
        .WithWarmupCount(3)
        .WithIterationCount(iterations)
        .WithMinInvokeCount(1)
        .WithUnrollFactor(1)
        .WithEvaluateOverhead(false);

    private static void Keep(Summary summary)
    {
        string folder = Directory.CreateDirectory(Path.Combine("benchmarks", "results", Machine.FolderName)).FullName;
        string name = string.Join('-', summary.BenchmarksCases.Select(one => one.Descriptor.Type.Name).Distinct());
        foreach ((IExporter exporter, string extension) in new (IExporter, string)[] { (MarkdownExporter.GitHub, ".md"), (JsonExporter.Brief, ".json") })
        {
            string path = Path.Combine(folder, name + extension);
            using StreamLogger file = new(path);
            exporter.ExportToLog(summary, file);
            Console.WriteLine(path);
        }
    }
}
