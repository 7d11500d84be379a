using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;

// Tiering is off in the measured processes: with it on, a process that is pinned to one core takes seconds to reach optimised code,
// and the harness then reports the unoptimised one.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithEnvironmentVariable("DOTNET_TieredCompilation", "0"))
    .AddDiagnoser(MemoryDiagnoser.Default);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
