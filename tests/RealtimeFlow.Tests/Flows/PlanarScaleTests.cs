using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Flows;

public sealed class PlanarScaleTests(ITestOutputHelper output)
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

    /// <summary>
    /// In one dimension with w = 1 and b = 0, z is the pre-activation and û is k, both exact: what is left is the rounding of the
    /// determinant itself, relative to it. That of tanh, 3.1 ulp, counts 2 |k| t times; at most 15 of them, beyond which the slope comes
    /// from the exponential, whose error counts once; then a few roundings more, and the logarithm's.
    /// </summary>
    [Fact]
    public void The_determinant_loses_nothing_to_cancellation_for_s_from_a_millionth_to_a_million()
    {
        const int Count = 1024;
        FlowDistribution? q = null;
        float[] points = new float[Count], images = new float[Count], logDet = new float[Count];
        double worst = 0, share = 0;
        foreach (float k in Scales())
        {
            float[] parameters = [0, 0, 1, k, 0];
            q ??= new FlowDistribution(new FlowShape(1, LayerKind.Planar), parameters);
            q.SetParameters(parameters);
            for (int j = 0; j < Count; j++)
            {
                // From 10⁻⁷ to 100, denser about 1 where tanh bends.
                points[j] = (float)(Math.Pow(10, (9.0 * j / Count) - 7) * (j % 2 == 0 ? 1 : -1));
            }

            q.Transform(points, images, logDet);
            for (int j = 0; j < Count; j++)
            {
                double t = Math.Tanh(points[j]), g = 1 / Math.Pow(Math.Cosh(points[j]), 2), det = (t * t) + ((1.0 + k) * g);
                double expected = Math.Log(det), error = Math.Abs(expected - logDet[j]);
                double ofTanh = Math.Min(Math.Abs(k), 15) * 2 * Math.Abs(t) * 3.1 * Ulp((float)t) / det;
                double bound = ((12 + (2 * Math.Abs(expected))) / (1 << 24)) + ofTanh;
                worst = Math.Max(worst, error);
                share = Math.Max(share, error / bound);
            }
        }

        output.WriteLine($"|Δ ln det| = {worst * (1 << 24):f1} ε at most, {share:f2} of its bound");
        Assert.InRange(share, 0, 1);
    }

    /// <summary>
    /// The steps of the inverse are fixed in number: they must do for every C. The bound is that of the error analysis at the same
    /// float32 point, 4 ε (|z| + 2 δ/det).
    /// </summary>
    [Fact]
    public void The_inverse_reaches_rounding_for_s_from_a_millionth_to_a_million()
    {
        float[] images = [0, .. Enumerable.Range(0, 600).Select(j => (float)(Math.Pow(10, (18.0 * j / 600) - 9) * (j % 2 == 0 ? 1 : -1)))];
        float[] origins = new float[images.Length], logDet = new float[images.Length];
        Worst worst = new();
        foreach (float k in Scales())
        {
            float[] parameters = [0, 0, 1, k, 0];
            FlowDistribution q = new(new FlowShape(1, LayerKind.Planar), parameters);
            ReferenceFlow flow = new(q.Shape, Vectors.ToDoubles(parameters));
            q.InverseTransform(images, origins, logDet);
            for (int j = 0; j < images.Length; j++)
            {
                RoundingBounds bounds = RoundingBounds.To(flow, [images[j]]);
                worst.Add("the way back", Math.Abs(flow.Inverse([images[j]])[0] - origins[j]), bounds.Origin);
            }
        }

        output.WriteLine(worst.ToString());
    }

    /// <summary>The kernels change at s = 16; the result does not, by more than both are off.</summary>
    [Fact]
    public void Nothing_jumps_where_the_steep_kernels_take_over()
    {
        float[] points = [.. Enumerable.Range(-400, 801).Select(j => j / 40f)];
        float[][] images = [[.. points], [.. points]], logDet = [new float[points.Length], new float[points.Length]];
        foreach ((int side, float k) in (ReadOnlySpan<(int, float)>)[(0, 15f), (1, MathF.BitIncrement(15))])
        {
            FlowDistribution q = new(new FlowShape(1, LayerKind.Planar), [0, 0, 1, k, 0]);
            q.Transform(points, images[side], logDet[side]);
        }

        for (int j = 0; j < points.Length; j++)
        {
            // k itself moves by an ulp of 15, and so do the images; then the bound of the determinant above, on either side.
            Assert.Equal(images[0][j], images[1][j], 4e-6);
            Assert.Equal(logDet[0][j], logDet[1][j], 4e-6);
        }
    }

    /// <summary>
    /// Long w leave little but the determinant's own rounding: the points are small, and what layers move them by. On either side of s = 16,
    /// and of 2, where tanh's rounding begins to count.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public void The_log_density_of_one_layer_is_within_its_bound_at_any_s(float w)
    {
        float[] points = [.. Enumerable.Range(0, 1000).Select(i => i / 100f / w)], logDensity = new float[points.Length];
        foreach (float k in (float[])[-0.9999f, -0.99f, -0.5f, 0.5f, 1, 1.5f, 2, 4, 8, 15, 15.5f, 30, 100, 1000])
        {
            FlowDistribution q = new(new FlowShape(1, LayerKind.Planar), [0, 0, w, k / w, 0]);
            ReferenceFlow flow = new(q.Shape, Vectors.ToDoubles(q.Parameters));
            float[] images = new float[points.Length];
            q.Transform(points, images);
            q.LogDensity(images, logDensity);
            double worst = Enumerable.Range(0, points.Length).Max(j =>
                Math.Abs(flow.LogDensity([images[j]]) - logDensity[j]) / RoundingBounds.To(flow, [images[j]]).LogDensity);
            output.WriteLine($"w = {w}, s = {1 + k}: {worst:f2} of its bound");
            Assert.InRange(worst, 0, 1);
        }
    }

    private static double Ulp(float x) => MathF.BitIncrement(MathF.Abs(x)) - MathF.Abs(x);

    /// <summary>k of s from 10⁻⁶ to 10⁶ by sixteenths of a decade, and about 1, 11 and 16, where the kernels or the steps change.</summary>
    private static IEnumerable<float> Scales() =>
        Enumerable.Range(-96, 193).Select(i => (float)(Math.Pow(10, i / 16.0) - 1))
            .Concat([-0.5f, -1e-3f, -1e-7f, 0, 1e-7f, 1e-3f, 9.99f, 10, 10.01f, MathF.BitDecrement(15), 15, MathF.BitIncrement(15), 15.5f]);
}
