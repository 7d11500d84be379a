using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Targets;

public sealed class TargetTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. ReferenceEnergy.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Energy_and_gradient_are_those_of_the_reference(string name)
    {
        Func<double[], double> energy = ReferenceEnergy.Of(name);
        Target target = TargetLibrary.Find(name)!;
        double worstEnergy = 0, worstGradient = 0;
        foreach (TargetValue at in TargetValue.Of(target, TargetValue.RandomPoints(target, 2048)))
        {
            double expected = energy(at.Point);
            double[] gradient = Derivative.Gradient(energy, at.Point);

            // The energy is a sum of squares of differences that are exact to ε |z|: relative to itself and to its slope times |z|.
            double scale = 1 + Math.Abs(expected) + (Vectors.Norm(gradient) * at.Point.Sum(Math.Abs));
            worstEnergy = Math.Max(worstEnergy, Math.Abs(expected - at.Energy) / scale);

            // Second derivatives reach 1/0.35² times slopes squared of up to 7.5.
            double steepness = (1 + Vectors.Norm(gradient)) * (1 + at.Point.Sum(Math.Abs));
            worstGradient = Math.Max(worstGradient, Vectors.Distance(gradient, at.Gradient) / (steepness * 10));
        }

        output.WriteLine($"{name}: energy {worstEnergy:e2}, gradient {worstGradient:e2}");
        Assert.InRange(worstEnergy, 0, 1e-6);
        Assert.InRange(worstGradient, 0, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_width_gives_the_same_bits(string name)
    {
        Target target = TargetLibrary.Find(name)!;
        int[] expected = TargetValue.Bits(target, LaneWidth.Scalar);
        Assert.All(Enum.GetValues<LaneWidth>(), width => Assert.Equal(expected, TargetValue.Bits(target, width)));
    }

    [Theory]
    [InlineData("u1", 1.87750)]
    [InlineData("u2", 2.20017)]
    [InlineData("u3", 2.75978)]
    [InlineData("u4", 2.82409)]
    [InlineData("banana", 0)]
    [InlineData("eight-gaussians", 0)]
    public void Ln_Z_is_the_integral(string name, double expected)
    {
        Assert.Equal(expected, TargetLibrary.Find(name)!.LogNormalizer!.Value, 1e-5);

        // The reference's own integral, by the midpoint rule.
        const double Step = 0.03;
        Func<double[], double> energy = ReferenceEnergy.Of(name);
        double sum = 0;
        for (double x = -8; x < 8; x += Step)
        {
            for (double y = -8; y < 26; y += Step)
            {
                sum += Math.Exp(-energy([x, y])) * Step * Step;
            }
        }

        Assert.Equal(expected, Math.Log(sum), 1e-4);
    }

    [Fact]
    public void Ln_Z_of_the_funnel_is_the_integral_in_widths_of_it()
    {
        Func<double[], double> energy = ReferenceEnergy.Of("funnel");
        const double Step = 0.1;
        double sum = 0;
        for (double v = -25; v < 25; v += Step)
        {
            for (double width = -8; width < 8; width += Step)
            {
                sum += Math.Exp(-energy([width * Math.Exp(v / 2), v]) + (v / 2)) * Step * Step;
            }
        }

        Assert.Equal(0, Math.Log(sum), 1e-9);
        Assert.Equal(0, TargetLibrary.Find("funnel")!.LogNormalizer);
        Assert.Equal(0, TargetLibrary.Find("funnel10")!.LogNormalizer);
    }

    [Theory]
    [InlineData("u2-paper")]
    [InlineData("u3-paper")]
    [InlineData("u4-paper")]
    public void An_improper_target_has_no_ln_Z(string name) => Assert.Null(TargetLibrary.Find(name)!.LogNormalizer);

    /// <summary>Except for the funnels and the schools where e^(−v), τ² or 1/τ² times the square of a coordinate leaves float32.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Far_away_and_at_the_origin_energy_and_gradient_are_finite(string name)
    {
        Target target = TargetLibrary.Find(name)!;
        (double, double)[] ends = [(0, 0), (-0.0, -0.0), (1e-30, -1e-30), (1e3, -20), (-1e4, 20), (1e8, 0), (0, 1e8)];
        double[][] points = [.. ends.Select(end => target.Dimension == 2
            ? (double[])[end.Item1, end.Item2]
            : [end.Item1, .. Enumerable.Repeat(Math.Clamp(end.Item2, -20, 20), target.Dimension - 1)])];
        Assert.All(TargetValue.Of(target, points), at => Assert.True(
            double.IsFinite(at.Energy) && at.Gradient.All(double.IsFinite), $"{at.Energy}, ({string.Join(", ", at.Gradient)})"));
    }

    [Fact]
    public void A_target_is_found_by_its_name_in_any_case_and_another_name_finds_none()
    {
        Assert.Equal("u3-paper", TargetLibrary.Find("U3-Paper")!.Name);
        Assert.Null(TargetLibrary.Find("u5"));
        Assert.Equal(TargetLibrary.All.Count, TargetLibrary.All.Select(target => target.Name).Distinct().Count());
    }

    [Fact]
    public void Points_of_the_callers_have_the_energy_and_gradient_of_the_tiles_at_every_count()
    {
        foreach (string name in (string[])["u1", "eight-schools", "funnel10"])
        {
            Target target = TargetLibrary.Find(name)!;
            TargetValue[] all = TargetValue.Of(target, TargetValue.RandomPoints(target, 700));
            foreach (int count in (int[])[0, 1, 2, 15, 16, 17, 63, 64, 65, 511, 512, 513, 700])
            {
                float[] points = new float[count * target.Dimension], energy = new float[count], gradient = new float[points.Length];
                for (int i = 0; i < points.Length; i++)
                {
                    points[i] = (float)all[i % count].Point[i / count];
                }

                target.Evaluate(points, energy, gradient);
                Assert.Equal(all.Take(count).Select(at => (float)at.Energy), energy);
                Assert.Equal(Enumerable.Range(0, points.Length).Select(i => (float)all[i % count].Gradient[i / count]), gradient);
                Array.Clear(energy);
                target.Evaluate(points, energy, default);
                Assert.Equal(all.Take(count).Select(at => (float)at.Energy), energy);
            }
        }
    }

    [Fact]
    public void Spans_that_do_not_fit_are_refused_by_name()
    {
        Target target = TargetLibrary.Find("u1")!;
        float[] memory = new float[10];
        Assert.Throws<ArgumentException>("points", () => target.Evaluate(new float[3], new float[1], default));
        Assert.Throws<ArgumentException>("energy", () => target.Evaluate(new float[4], new float[3], default));
        Assert.Throws<ArgumentException>("gradient", () => target.Evaluate(new float[4], new float[2], new float[2]));
        Assert.Throws<ArgumentException>("energy", () => target.Evaluate(memory.AsSpan(0, 4), memory.AsSpan(3, 2), default));
        Assert.Throws<ArgumentException>("gradient", () => target.Evaluate(memory.AsSpan(0, 4), memory.AsSpan(4, 2), memory.AsSpan(5, 4)));
    }

    [Fact]
    public void A_quadrature_of_another_dimension_is_refused() =>
        Assert.Throws<ArgumentException>("target", () => PlaneQuadrature.LogNormalizer(TargetLibrary.Find("funnel10")!));
}
