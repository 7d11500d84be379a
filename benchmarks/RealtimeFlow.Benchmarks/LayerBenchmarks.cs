using BenchmarkDotNet.Attributes;

namespace RealtimeFlow.Benchmarks;

/// <summary>The kernels by the number of layers: D = 2, the widest vectors.</summary>
[BenchmarkCategory(Suite.Full)]
public class LayerBenchmarks : KernelBenchmarks
{
    /// <inheritdoc/>
    [Params(1, 8, 32, 256)]
    public override int Layers { get; set; }
}
