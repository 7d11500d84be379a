using BenchmarkDotNet.Attributes;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Benchmarks;

/// <summary>The kernels by width: D = 2, K = 32.</summary>
[BenchmarkCategory(Suite.Quick, Suite.Full)]
public class WidthBenchmarks : KernelBenchmarks
{
    /// <summary>The vectors that this machine has.</summary>
    public static IEnumerable<LaneWidth> Widths =>
        new[] { LaneWidth.Bits512, LaneWidth.Bits256, LaneWidth.Bits128, LaneWidth.Scalar }.Where(width => width <= LaneDispatch.Width);

    /// <inheritdoc/>
    [ParamsSource(nameof(Widths))]
    public override LaneWidth Width { get; set; }
}
