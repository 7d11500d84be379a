using RealtimeFlow.App.Benchmarking;
using RealtimeFlow.Flows;
using RealtimeFlow.Numerics;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using Point = RealtimeFlow.Flows.Point2<RealtimeFlow.App.Tests.Benchmarking.CountingLanes>;

namespace RealtimeFlow.App.Tests.Benchmarking;

/// <summary>The counts by which shares of the limit are reckoned are those of the kernels.</summary>
public sealed unsafe class OperationCountTests
{
    // s = 1.5, and a centre away from the points: no special case.
    private static readonly float[] PlanarNumbers = [1, 0, 0.5f, 0.25f, 0.1f], RadialNumbers = [2, 1, 1, 0.5f];

    [Fact]
    public void A_planar_layer_does_what_is_counted_for_it() => AssertCounts<PlanarLayer<Gentle>>(LayerKind.Planar, PlanarNumbers);

    [Fact]
    public void A_radial_layer_does_what_is_counted_for_it() => AssertCounts<RadialLayer>(LayerKind.Radial, RadialNumbers);

    [Fact]
    public void A_normal_number_takes_what_is_counted_for_it()
    {
        // Two vectors of counters at a time: two whole blocks.
        const int Blocks = 2;
        float[] numbers = new float[Blocks * Words.BlockSize];
        OperationCount all = CountingLanes.CountIn(() =>
        {
            Words.Fill<CountingLanes>(new RandomStream(1, 2), 0, Blocks, ref numbers[0]);
            NormalNoise.InPlace<CountingLanes>(ref numbers[0], Blocks);
        });

        Assert.Equal(OperationCount.IndependentNormal, 1.0 / numbers.Length * all);
    }

    [Fact]
    public void What_a_particle_takes_beside_the_layers_is_counted()
    {
        OperationCount logDeterminant = CountingLanes.CountIn(() =>
        {
            FlowTile tile = new(dimension: 2, savedLayers: 0);
            tile.ResetDeterminants(tile.Columns);
            CountingLanes sum = tile.LogDeterminant<CountingLanes>(0, radial: false);
            _ = CountingLanes.Fma(sum, sum, sum);
        });
        OperationCount energy = CountingLanes.CountIn(() =>
            _ = default(Ring).Energy(CountingLanes.Splat(1), CountingLanes.Splat(2), out CountingLanes _, out CountingLanes _));
        OperationCount quantile = CountingLanes.CountIn(() => _ = LaneMath.NormalQuantileOfBits(CountingLanes.SplatBits(12345)));

        Assert.Equal(
            (OperationCount.LogDeterminant, OperationCount.Energy, OperationCount.NormalQuantile), (logDeterminant, energy, quantile));
    }

    private static void AssertCounts<TLayer>(LayerKind kind, float[] numbers)
        where TLayer : struct, ILayer
    {
        float[] constants = GC.AllocateArray<float>(TLayer.ConstantCount(2), pinned: true);
        TLayer.Prepare(2, numbers, constants);
        Point point = new(CountingLanes.Splat(0.5f), CountingLanes.Splat(-0.25f)), cotangent = point;
        Determinant<CountingLanes> determinant = default;
        GradientSums<Point, CountingLanes> sums = default;
        fixed (float* start = constants)
        {
            float* c = start;
            CountingLanes saved = default;
            OperationCount forward = CountingLanes.CountIn(() => TLayer.Forward(c, 2, ref point, ref determinant, out saved));
            OperationCount backward = CountingLanes.CountIn(() => TLayer.Backward<CountingLanes, Point, WithGradient>(
                c, 2, saved, CountingLanes.Splat(-1), ref point, ref cotangent, ref sums));
            OperationCount inverse = CountingLanes.CountIn(() =>
            {
                TLayer.InverseStart(c, 2, in point, out CountingLanes given, out CountingLanes root);
                for (int step = 0; step < TLayer.InverseSteps(c); step++)
                {
                    root = TLayer.InverseStep(c, given, root);
                }

                TLayer.InverseEnd(c, 2, given, root, ref point, ref determinant);
            });

            Assert.Equal(
                (OperationCount.Forward(kind), OperationCount.Backward(kind), OperationCount.Inverse(kind)), (forward, backward, inverse));
        }
    }
}
