using BenchmarkDotNet.Attributes;
using RealtimeFlow.Density;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Benchmarks;

/// <summary>Both directions of a chain of 32 layers on 2²⁰ points of the plane, log-determinant included, by width. One operation is one particle-layer.</summary>
public class FlowBenchmarks
{
    private const int Particles = 1 << 20;
    private const int Layers = 32;

    private readonly float[] _points = new float[2 * Particles];
    private readonly float[] _result = new float[2 * Particles];
    private readonly float[] _logDeterminant = new float[Particles];
    private FlowDistribution _flow = null!;

    [Params("planar", "radial")]
    public string Kind { get; set; } = "";

    [Params(LaneWidth.Bits512, LaneWidth.Bits256, LaneWidth.Bits128)]
    public LaneWidth Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        FlowDistribution drawn = Chains.Draw($"{Kind}:{Layers}");
        _flow = new FlowDistribution(drawn.Shape, drawn.Parameters) { Width = Width };
        new RandomStream(1, StreamNumbers.Samples).FillNormal(0, _points);
    }

    [Benchmark(OperationsPerInvoke = Particles * Layers)]
    public void Forward() => _flow.Transform(_points, _result, _logDeterminant);

    [Benchmark(OperationsPerInvoke = Particles * Layers)]
    public void Inverse() => _flow.InverseTransform(_points, _result, _logDeterminant);
}
