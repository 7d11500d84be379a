using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Engine;

public sealed class PartialFlowTests
{
    private const int Count = 500;

    private static readonly RandomStream Stream = new(2, 3);

    private static FlowShape Shape { get; } = FlowShape.Parse("planar:2,radial:2,planar:1", 2);

    private static float[] Parameters { get; } =
    [
        0.2f, -0.1f, 0.3f, 0.1f, 1.2f, -0.4f, 0.7f, 0.9f, 0.3f, -0.5f, 0.8f, 0.6f, 0.4f, -0.2f,
        0.5f, 0.2f, 0.8f, 0.9f, -0.4f, 1, 0.6f, -0.3f, 1, 0.3f, -0.8f, 0.5f, 0.1f,
    ];

    public static TheoryData<double, FlowDirection> Depths => new MatrixTheoryData<double, FlowDirection>(
        [0, 0.25, 1, 1.5, 2.75, 3, 4.01, 5, 77], [FlowDirection.Generative, FlowDirection.Normalizing]);

    [Theory]
    [MemberData(nameof(Depths))]
    public void A_depth_is_the_prefix_bit_for_bit(double depth, FlowDirection direction)
    {
        FlowDistribution whole = new(Shape, Parameters, direction);
        PartialFlow partial = new(whole);

        // From elsewhere, and back: nothing of another depth stays.
        partial.Update(whole, 3.5);
        partial.Update(whole, depth);
        int layers = (int)Math.Ceiling(Math.Min(depth, 5));
        FlowDistribution prefix = whole.Prefix(layers, depth >= 5 || layers == depth ? 1 : (float)(depth - Math.Floor(depth)));
        Assert.Equal(Seen(prefix), Seen(partial.Flow));
        Assert.Equal(Math.Min(depth, 5), partial.Depth);

        // Its parameters say the same to those who read them: layers that are not met are the identity.
        float[] seen = Seen(new FlowDistribution(Shape, partial.Flow.Parameters, direction));
        Assert.All(seen.Zip(Seen(prefix)), pair => Assert.Equal(pair.Second, pair.First, 2e-5f * (1 + Math.Abs(pair.Second))));
    }

    [Fact]
    public void Another_shape_is_taken_over()
    {
        PartialFlow partial = new(new FlowDistribution(Shape, Parameters));
        FlowDistribution shallow = new(new FlowShape(2, LayerKind.Planar), [0, 0, 0, 0, 1, 2, 0.3f, 0.2f, 0.1f]);
        partial.Update(shallow, double.PositiveInfinity);
        Assert.Equal(Seen(shallow), Seen(partial.Flow));
        FlowDistribution kept = partial.Flow;
        partial.Update(shallow, 0.5);
        Assert.Same(kept, partial.Flow);
        Assert.Throws<ArgumentOutOfRangeException>("depth", () => partial.Update(shallow, -1));
        Assert.Throws<ArgumentOutOfRangeException>("depth", () => partial.Update(shallow, double.NaN));
    }

    [Theory]
    [InlineData(FlowDirection.Generative)]
    [InlineData(FlowDirection.Normalizing)]
    public void A_trajectory_goes_through_the_samples_of_every_prefix(FlowDirection direction)
    {
        FlowDistribution whole = new(Shape, Parameters, direction);
        Trajectories trajectories = new(Count, Stream);
        trajectories.Update(whole);
        Assert.Equal(6, trajectories.Places);
        for (int k = 0; k <= 5; k++)
        {
            float[] points = Seen(whole.Prefix(k));
            for (int i = 0; i < 2; i++)
            {
                float[] coordinate = points[(i * Count)..((i + 1) * Count)];

                // The inverse of several layers at once may start its solvers elsewhere: the last bits.
                Assert.All(
                    coordinate.Zip(trajectories.At(k, i).ToArray()),
                    pair => Assert.Equal(pair.First, pair.Second, direction == FlowDirection.Generative ? 0 : 1e-5f * (1 + Math.Abs(pair.First))));
            }
        }
    }

    /// <summary>Points, and the log-density there.</summary>
    private static float[] Seen(FlowDistribution flow)
    {
        float[] points = new float[2 * Count], logDensity = new float[Count];
        flow.Sample(Stream, 0, points);
        flow.LogDensity(points, logDensity);
        return [.. points, .. logDensity];
    }
}
