using BenchmarkDotNet.Attributes;
using RealtimeFlow.App.Benchmarking;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks;

/// <summary>A whole frame: 16 training steps of 4,096 particles, then 2²⁰ fresh ones with ln q through what the flow has become; 32 planar layers on u1.</summary>
[BenchmarkCategory(Suite.Quick, Suite.Full)]
public class FrameBenchmarks : ThreadedBenchmarks
{
    private const int Particles = 1 << 20, Steps = 16, Batch = 4_096, Layers = 32;

    private BenchBlocks _blocks = null!;
    private Trainer _trainer = null!;

    /// <inheritdoc/>
    public override long ParticleLayers => (Particles + ((long)Steps * Batch)) * Layers;

    /// <summary>The frame.</summary>
    [Benchmark]
    public void Frame()
    {
        for (int step = 0; step < Steps; step++)
        {
            _trainer.Step(progress: 1);
        }

        _blocks.Sample(Workers, Particles, new RandomStream(1, StreamNumbers.Samples), _trainer.Flow);
    }

    /// <inheritdoc/>
    private protected override void Prepare()
    {
        FlowShape shape = FlowShape.Parse($"planar:{Layers}", dimension: 2);
        _blocks = new BenchBlocks(shape.Dimension, Particles);
        _trainer = new Trainer(shape, TargetLibrary.Find("u1")!, new TrainerOptions { BatchSize = Batch }, Workers);
    }
}
