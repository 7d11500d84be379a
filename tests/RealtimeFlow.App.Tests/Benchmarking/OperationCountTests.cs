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
    public void A_planar_layer_does_what_is_counted_for_it() => AssertCounts<PlanarLayer<Gentle>, PlanarKernel<Gentle, CountingLanes, Point>>(LayerKind.Planar, PlanarNumbers);

    [Fact]
    public void A_radial_layer_does_what_is_counted_for_it() => AssertCounts<RadialLayer, RadialKernel<CountingLanes, Point>>(LayerKind.Radial, RadialNumbers);

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
            _ = CountingLanes.Fma(CountingLanes.Splat(-1), LaneMath.LogOfScaled(Read(1), Read(0)), Read(2));
        });
        OperationCount energy = CountingLanes.CountIn(() =>
            _ = default(Ring).Energy(Read(1), Read(2), out CountingLanes _, out CountingLanes _));
        OperationCount quantile = CountingLanes.CountIn(() => _ = LaneMath.NormalQuantileOfBits(Read(3)));

        Assert.Equal(
            (OperationCount.LogDeterminant, OperationCount.Energy, OperationCount.NormalQuantile), (logDeterminant, energy, quantile));
    }

    /// <summary>A number from memory, of which the compiler knows nothing.</summary>
    private static CountingLanes Read(float number) => CountingLanes.Load(in number, 0);

    private static void AssertCounts<TLayer, TKernel>(LayerKind kind, float[] numbers)
        where TLayer : struct, ILayer
        where TKernel : struct, ILayerKernel<TKernel, CountingLanes, Point>
    {
        float[] constants = GC.AllocateArray<float>(TLayer.ConstantCount(2), pinned: true);
        TLayer.Prepare(2, numbers, constants);
        Point point = new(Read(0.5f), Read(-0.25f)), cotangent = point;
        Determinant<CountingLanes> determinant = new() { Product = Read(1) };
        GradientSums<Point, CountingLanes> sums = new() { First = point, Second = point, Third = Read(0), Fourth = Read(0) };
        fixed (float* start = constants)
        {
            TKernel kernel = TKernel.Load(start, 2);
            CountingLanes saved = default;
            OperationCount forward = CountingLanes.CountIn(() => kernel.Forward(kernel.Argument(in point), ref point, ref determinant, out saved));
            OperationCount backward = CountingLanes.CountIn(() =>
            {
                CountingLanes quotient = kernel.BackwardQuotient(saved, CountingLanes.Splat(-1));
                kernel.Backward<WithGradient>(saved, quotient, CountingLanes.Splat(-1), ref point, ref cotangent, ref sums);
            });
            OperationCount inverse = CountingLanes.CountIn(() =>
            {
                kernel.InverseStart(in point, out CountingLanes given, out CountingLanes root);
                for (int step = 0; step < kernel.InverseSteps; step++)
                {
                    root = kernel.InverseStep(given, root, kernel.Nonlinearity(root));
                }

                kernel.InverseEnd(given, root, ref point, ref determinant);
            });

            Assert.Equal(
                (OperationCount.Forward(kind), OperationCount.Backward(kind), OperationCount.Inverse(kind)), (forward, backward, inverse));
        }
    }
}
