using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Flows;

namespace RealtimeFlow.Tests.Density;

/// <summary>Points as far out as float32 goes: squares and products overflow on the way, and results stay numbers, or −∞ where the density underflows.</summary>
public sealed class FarPointTests
{
    private const int Count = 100;

    public static MatrixTheoryData<string, int, FlowDirection> Cases => new(
        ["planar:6", "radial:6", "planar:3,radial:3,planar:2"], [1, 2, 3, 5], Enum.GetValues<FlowDirection>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_finite_point_has_a_density_that_is_not_a_number(string formula, int dimension, FlowDirection direction)
    {
        foreach (BaseKind kind in (BaseKind[])[BaseKind.Gaussian, BaseKind.Uniform, BaseKind.StudentT(2)])
        {
            FlowDistribution q = Make(FlowShape.Parse(formula, dimension, kind), direction);
            float[] points = FarPoints(dimension), images = new float[points.Length], numbers = new float[Count];
            q.LogDensity(points, numbers);
            Assert.All(numbers, number => Assert.True(number < 100));
            q.Transform(points, images, numbers);
            Assert.All(numbers, number => Assert.True(float.IsFinite(number)));
            Assert.All(images, image => Assert.True(float.IsFinite(image)));
            q.InverseTransform(points, images, numbers);
            Assert.All(numbers, number => Assert.True(float.IsFinite(number)));
            Assert.All(images, image => Assert.True(float.IsFinite(image)));
        }
    }

    [Fact]
    public void A_heavy_tail_keeps_its_power_to_the_ends_of_the_range()
    {
        // ln p(z) of the Cauchy distribution is −ln(π (1 + z²)), and −2 ln |z| − ln π far out.
        FlowDistribution cauchy = new(new FlowShape(1, BaseKind.StudentT(1)), [0, 0]);
        float[] points = [1e-30f, 0.5f, 3, 1e4f, 1e9f, 1.1e9f, 1e19f, -1e30f, float.MaxValue], numbers = new float[9];
        cauchy.LogDensity(points, numbers);
        for (int i = 0; i < points.Length; i++)
        {
            double expected = -Math.Log(Math.PI * (1 + ((double)points[i] * points[i])));
            Assert.Equal(expected, numbers[i], 4 * Math.ScaleB(1 + Math.Abs(expected), -24));
        }
    }

    private static FlowDistribution Make(FlowShape shape, FlowDirection direction)
    {
        float[] raw = new float[shape.ParameterCount];
        new RandomStream(3, 4).FillNormal(0, raw);
        return new FlowDistribution(shape, RandomChain.Constrain(shape, FlowConstraint.Identity, raw), direction);
    }

    /// <summary>Every power of ten up to 10³⁸, of either sign, in directions that change with the point.</summary>
    private static float[] FarPoints(int dimension)
    {
        float[] points = new float[Count * dimension];
        new RandomStream(5, 6).FillNormal(0, points);
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = (float)Math.Clamp(points[i] * Math.Pow(10, i % Count % 39), -float.MaxValue, float.MaxValue);
        }

        return points;
    }
}
