using BenchmarkDotNet.Attributes;
using RealtimeFlow.Benchmarks.Peers;
using RealtimeFlow.Density;
using RealtimeFlow.Random;

namespace RealtimeFlow.Benchmarks;

/// <summary>The same chain of 32 planar layers as a good .NET engineer would write it with the base library, and as a plain loop. One operation is one particle-layer.</summary>
public class PeerBenchmarks
{
    private const int Particles = 1 << 18;
    private const int Layers = 32;

    private readonly float[] _points = new float[2 * Particles];
    private readonly float[] _result = new float[2 * Particles];
    private readonly float[] _logDeterminant = new float[Particles];
    private FlowDistribution _flow = null!;
    private PlanarParameters[] _layers = [];

    [GlobalSetup]
    public void Setup()
    {
        _flow = Chains.Draw($"planar:{Layers}");
        _layers = PlanarParameters.Of(_flow);
        new RandomStream(1, StreamNumbers.Samples).FillNormal(0, _points);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Particles * Layers)]
    public void RealtimeFlow() => _flow.Transform(_points, _result, _logDeterminant);

    [Benchmark(OperationsPerInvoke = Particles * Layers)]
    public void TensorPrimitives() => TensorPeer.Transform(_layers, _points, _result, _logDeterminant);

    [Benchmark(OperationsPerInvoke = Particles * Layers)]
    public void ScalarLoop() => ScalarPeer.Transform(_layers, _points, _result, _logDeterminant);
}
