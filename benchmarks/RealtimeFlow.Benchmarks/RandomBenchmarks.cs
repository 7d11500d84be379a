using BenchmarkDotNet.Attributes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Benchmarks;

/// <summary>Standard normal numbers, 2²⁰ a call, against System.Random with Box–Muller. One operation is one number.</summary>
public class RandomBenchmarks
{
    private const int Count = 1 << 20;

    private readonly float[] _numbers = new float[Count];
    private readonly System.Random _random = new(1);

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void RandomStream() => new RandomStream(1, StreamNumbers.Samples).FillNormal(0, _numbers);

    [Benchmark(OperationsPerInvoke = Count)]
    public void SystemRandom()
    {
        for (int i = 0; i < Count; i += 2)
        {
            float radius = MathF.Sqrt(-2 * MathF.Log(1 - _random.NextSingle()));
            (float sin, float cos) = MathF.SinCos(2 * MathF.PI * _random.NextSingle());
            _numbers[i] = radius * cos;
            _numbers[i + 1] = radius * sin;
        }
    }
}
