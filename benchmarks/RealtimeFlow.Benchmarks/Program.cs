using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using RealtimeFlow.Benchmarks;
using RealtimeFlow.Benchmarks.Curves;

// Beside the benchmarks there are two studies of training, by seeds and not by time, and the peers side by side in one run.
switch (args)
{
    case ["peers", .. string[] options]:
        return PeersCommand.Run(options);
    case ["stability", string seeds]:
        TrainingStudy.Stability(int.Parse(seeds, CultureInfo.InvariantCulture));
        return 0;
    case ["quality", string seeds, string steps]:
        TrainingStudy.Quality(int.Parse(seeds, CultureInfo.InvariantCulture), int.Parse(steps, CultureInfo.InvariantCulture));
        return 0;
    case ["curves", .. string[] options]:
        return CurvesCommand.Run(options);
    default:
        break;
}

// Tiering is off in the measured processes: with it on, a process that is pinned to one core takes seconds to reach optimised code,
// and the harness then reports the unoptimised one.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithEnvironmentVariable("DOTNET_TieredCompilation", "0"))
    .AddDiagnoser(MemoryDiagnoser.Default);
BenchmarkSwitcher.FromAssembly(typeof(FlowBenchmarks).Assembly).Run(args, config);
return 0;
