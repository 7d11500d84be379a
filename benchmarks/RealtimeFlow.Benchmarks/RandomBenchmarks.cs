using BenchmarkDotNet.Attributes;
using RealtimeFlow.Benchmarks.Peers;
using RealtimeFlow.Random;

namespace RealtimeFlow.Benchmarks;

/// <summary>Standard normal numbers, 2²⁰ a call, against System.Random with Box–Muller. One operation is one number.</summary>
public class RandomBenchmarks
{
    private const int Count = 1 << 20;

    private readonly float[] _numbers = new float[Count];
    private readonly BoxMuller _boxMuller = new();

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void RandomStream() => new RandomStream(1, StreamNumbers.Samples).FillNormal(0, _numbers);

    [Benchmark(OperationsPerInvoke = Count)]
    public void SystemRandom() => _boxMuller.Fill(_numbers);
}
