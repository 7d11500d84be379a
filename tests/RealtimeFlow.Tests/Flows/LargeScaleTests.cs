using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Flows;

public sealed class LargeScaleTests(ITestOutputHelper output)
{
    /// <summary>
    /// Beyond s = 16, 1 − tanh² has lost the digits that k = s − 1 then magnifies; g from the exponential keeps them. What remains
    /// is the rounding of the pre-activation, which no form can avoid.
    /// </summary>
    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(2_000)]
    [InlineData(100_000)]
    public void The_determinant_of_a_planar_layer_keeps_its_digits_at_any_s(double s)
    {
        const int Count = 400;
        FlowShape shape = new(2, LayerKind.Planar);
        float length = (float)Math.Sqrt((s - 1) / 2);
        float[] parameters = [0, 0, 0, 0, length, length, length, length, 0];
        FlowDistribution q = new(shape, parameters);
        ReferenceFlow flow = new(shape, Vectors.ToDoubles(parameters));
        float[] points = new float[2 * Count], images = new float[2 * Count], logDet = new float[Count], back = new float[Count];
        for (int j = 0; j < Count; j++)
        {
            // Pre-activations from 0 to 20.
            points[j] = 10f * j / Count / length;
            points[Count + j] = 10f * j / Count / length;
        }

        q.Transform(points, images, logDet);
        q.InverseTransform(images, images, back);
        double forward = 0, inverse = 0, worst = 0;
        for (int j = 0; j < Count; j++)
        {
            double[] z = Points.At(points, 2, j);
            RoundingBounds bounds = RoundingBounds.From(flow, z);
            double error = Math.Abs(flow.Forward([.. z]) - logDet[j]);
            worst = Math.Max(worst, error);
            forward = Math.Max(forward, error / bounds.LogDet);
            inverse = Math.Max(inverse, Vectors.Distance(z, Points.At(images, 2, j)) / bounds.Origin);
        }

        output.WriteLine($"s = {s}: |Δ ln det| = {worst:e2}, {forward:f2} of its bound, the way back {inverse:f2} of its bound");
        Assert.InRange(forward, 0, 1);
        Assert.InRange(inverse, 0, 1);
    }

    /// <summary>Of mean(−ln det + ½‖z_K − 1‖²), by every effective parameter, against central differences of the reference.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(2_000)]
    public void The_gradient_of_a_planar_layer_keeps_its_digits_at_any_s(double s)
    {
        FlowShape shape = new(2, LayerKind.Planar);
        float length = (float)Math.Sqrt((s - 1) / 2);
        float[] parameters = [0, 0, 0, 0, length, length, length, length, 0.25f];
        double[][] points = [.. Enumerable.Range(0, 40).Select(
            j => (double[])[(float)(((0.4 * j) - 8) / length), (float)((8 - (0.39 * j)) / length * 0.5)])];
        double[] expected = Derivative.Gradient(
            x =>
            {
                ReferenceFlow flow = new(shape, [0, 0, 0, 0, .. x]);
                return points.Average(point =>
                {
                    double[] z = [.. point];
                    double logDet = flow.Forward(z);
                    return (0.5 * z.Sum(y => (y - 1) * (y - 1))) - logDet;
                });
            },
            Vectors.ToDoubles(parameters.AsSpan(4)));
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            double[] actual = EngineGradient.OfChain(shape, parameters, points, z => [.. z.Select(y => y - 1)], width);
            double error = Vectors.Distance(expected, actual) / Vectors.Norm(expected);
            output.WriteLine($"s = {s} {width}: ‖Δ‖/‖g‖ = {error:e2}");
            Assert.InRange(error, 0, 1e-5);
        }
    }
}
