using BenchmarkDotNet.Attributes;

namespace RealtimeFlow.Benchmarks;

/// <summary>The kernels by dimension: K = 32, the widest vectors.</summary>
[BenchmarkCategory(Suite.Full)]
public class DimensionBenchmarks : KernelBenchmarks
{
    /// <inheritdoc/>
    [Params(1, 2, 3, 8, 64)]
    public override int Dimension { get; set; }
}
