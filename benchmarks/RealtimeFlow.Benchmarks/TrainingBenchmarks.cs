using BenchmarkDotNet.Attributes;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks;

/// <summary>One training step of 32 layers on u1: noise, base, forward, energy, backward, Adam.</summary>
[BenchmarkCategory(Suite.Quick, Suite.Full)]
public class TrainingBenchmarks : ThreadedBenchmarks
{
    private const int Layers = 32;

    private Trainer _trainer = null!;

    /// <summary>The kind of all layers.</summary>
    [Params("planar", "radial")]
    public string Kind { get; set; } = "";

    /// <summary>Particles of a step.</summary>
    [Params(512, 4_096, 65_536)]
    public int Batch { get; set; }

    /// <inheritdoc/>
    public override long ParticleLayers => (long)Batch * Layers;

    /// <summary>The step.</summary>
    [Benchmark]
    public void Step() => _trainer.Step(progress: 1);

    /// <inheritdoc/>
    private protected override void Prepare() => _trainer = new Trainer(
        FlowShape.Parse($"{Kind}:{Layers}", dimension: 2), TargetLibrary.Find("u1")!, new TrainerOptions { BatchSize = Batch }, Workers);
}
