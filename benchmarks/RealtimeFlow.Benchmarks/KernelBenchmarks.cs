using BenchmarkDotNet.Attributes;
using RealtimeFlow.Density;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Benchmarks;

/// <summary>What a flow is asked, from memory into memory on one thread: both directions with ln det, fresh points with ln q, ln q and ∇ ln q at a point.</summary>
public abstract class KernelBenchmarks : IParticleLayers
{
    // So many that the memory of all is the same in every dimension, and less than a second-level cache.
    private const int Coordinates = 1 << 17;

    private static readonly RandomStream Stream = new(1, StreamNumbers.Samples);

    private float[] _points = [], _images = [], _logarithms = [];
    private FlowDistribution _flow = null!;

    /// <summary>The kind of all layers.</summary>
    [Params("planar", "radial")]
    public string Kind { get; set; } = "";

    /// <summary>D.</summary>
    public virtual int Dimension { get; set; } = 2;

    /// <summary>K.</summary>
    public virtual int Layers { get; set; } = 32;

    /// <summary>The width of the kernels.</summary>
    public virtual LaneWidth Width { get; set; } = LaneDispatch.Width;

    /// <inheritdoc/>
    public long ParticleLayers => (long)Particles * Layers;

    private int Particles => Coordinates / Dimension;

    /// <summary>Draws the flow and its points.</summary>
    [GlobalSetup]
    public void Setup()
    {
        FlowDistribution drawn = Chains.Draw($"{Kind}:{Layers}", Dimension);
        _flow = new FlowDistribution(drawn.Shape, drawn.Parameters) { Width = Width };
        _points = new float[Dimension * Particles];
        _images = new float[Dimension * Particles];
        _logarithms = new float[Particles];
        Stream.FillNormal(0, _points);
    }

    /// <summary>From the base to the data.</summary>
    [Benchmark]
    public void Transform() => _flow.Transform(_points, _images, _logarithms);

    /// <summary>From the data to the base.</summary>
    [Benchmark]
    public void InverseTransform() => _flow.InverseTransform(_points, _images, _logarithms);

    /// <summary>Fresh points with ln q.</summary>
    [Benchmark]
    public void Sample() => _flow.Sample(Stream, 0, _images, _logarithms);

    /// <summary>ln q at the points.</summary>
    [Benchmark]
    public void LogDensity() => _flow.LogDensity(_points, _logarithms);

    /// <summary>∇ ln q at the points, with ln q.</summary>
    [Benchmark]
    public void Score() => _flow.Score(_points, _images, _logarithms);
}
