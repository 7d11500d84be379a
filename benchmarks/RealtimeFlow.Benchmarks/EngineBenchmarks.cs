using BenchmarkDotNet.Attributes;
using RealtimeFlow.App.Benchmarking;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks;

/// <summary>Sampling, density and evaluation from end to end: 2²⁰ particles, or pixels, and 32 layers in the plane.</summary>
[BenchmarkCategory(Suite.Quick, Suite.Full)]
public class EngineBenchmarks : ThreadedBenchmarks
{
    private const int Side = 1 << 10, Particles = Side * Side, Layers = 32;

    private static readonly Target Target = TargetLibrary.Find("u1")!;
    private static readonly RandomStream Stream = new(1, StreamNumbers.Samples);

    private FlowDistribution _flow = null!;
    private BenchBlocks _blocks = null!;
    private ParticleSystem _particles = null!;
    private DensityGrid _density = null!;
    private FlowEvaluator _evaluator = null!;

    /// <summary>The kind of all layers.</summary>
    [Params("planar", "radial")]
    public string Kind { get; set; } = "";

    /// <inheritdoc/>
    public override long ParticleLayers => (long)Particles * Layers;

    /// <summary>Fresh particles with ln q, into memory.</summary>
    [Benchmark]
    public void Sample() => _blocks.Sample(Workers, Particles, Stream, _flow);

    /// <summary>Particles into the bins of an image.</summary>
    [Benchmark]
    public void CountImage() => _particles.Advance(_flow);

    /// <summary>The exact density at every pixel.</summary>
    [Benchmark]
    public void DensityImage() => _density.Evaluate(_flow);

    /// <summary>The free energy of fresh particles and what follows from it.</summary>
    [Benchmark]
    public Evaluation Evaluate() => _evaluator.Evaluate(_flow, Target, Stream, Particles);

    /// <inheritdoc/>
    private protected override void Prepare()
    {
        _flow = Chains.Draw($"{Kind}:{Layers}");
        _blocks = new BenchBlocks(_flow.Shape.Dimension, Particles);
        _particles = new ParticleSystem(Particles, Stream, Side, Target.ViewRadius, Workers);
        _density = new DensityGrid(Side, Target.ViewRadius, Workers);
        _evaluator = new FlowEvaluator(Workers);
    }
}
