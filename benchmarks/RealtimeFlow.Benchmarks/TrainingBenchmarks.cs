using BenchmarkDotNet.Attributes;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks;

/// <summary>One training step of 32 layers on u1: noise, base, forward, energy, backward, Adam. Particles a second are Batch / Mean.</summary>
public class TrainingBenchmarks
{
    private Trainer _trainer = null!;
    private WorkerPool _workers = null!;

    [Params("planar:32", "radial:32")]
    public string Formula { get; set; } = "";

    [Params(2048, 65_536)]
    public int Batch { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        _trainer = new Trainer(
            FlowShape.Parse(Formula, dimension: 2), TargetLibrary.Find("u1")!, new TrainerOptions { BatchSize = Batch }, _workers);
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void Step() => _trainer.Step(progress: 1);
}
