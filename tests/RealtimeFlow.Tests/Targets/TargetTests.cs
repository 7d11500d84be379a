using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Targets;

public sealed unsafe class TargetTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. TargetLibrary.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Energy_and_gradient_are_those_of_the_reference(string name)
    {
        Func<double[], double> energy = ReferenceEnergy.Of(name);
        double worstEnergy = 0, worstGradient = 0;
        foreach (((double x, double y), float value, float byX, float byY) in Evaluate(name, RandomPoints(4096), LaneDispatch.Width))
        {
            double expected = energy([x, y]);
            double[] gradient = Derivative.Gradient(energy, [x, y]);

            // The energy is a sum of squares of differences that are exact to ε |z|: relative to itself and to its slope times |z|.
            double scale = 1 + Math.Abs(expected) + (Vectors.Norm(gradient) * (Math.Abs(x) + Math.Abs(y)));
            worstEnergy = Math.Max(worstEnergy, Math.Abs(expected - value) / scale);

            // Second derivatives reach 1/0.35² times slopes squared of up to 7.5.
            double steepness = (1 + Vectors.Norm(gradient)) * (1 + Math.Abs(x) + Math.Abs(y));
            worstGradient = Math.Max(worstGradient, Vectors.Distance(gradient, [byX, byY]) / (steepness * 10));
        }

        output.WriteLine($"{name}: energy {worstEnergy:e2}, gradient {worstGradient:e2}");
        Assert.InRange(worstEnergy, 0, 1e-6);
        Assert.InRange(worstGradient, 0, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_width_gives_the_same_bits(string name)
    {
        (double, double)[] points = RandomPoints(256);
        (int, int, int)[] Bits(LaneWidth width) => [.. Evaluate(name, points, width).Select(
            at => (BitConverter.SingleToInt32Bits(at.Energy), BitConverter.SingleToInt32Bits(at.ByX), BitConverter.SingleToInt32Bits(at.ByY)))];
        (int, int, int)[] expected = Bits(LaneWidth.Scalar);
        Assert.All(Enum.GetValues<LaneWidth>(), width => Assert.Equal(expected, Bits(width)));
    }

    [Theory]
    [InlineData("u1", 1.87750)]
    [InlineData("u2", 2.20017)]
    [InlineData("u3", 2.75978)]
    [InlineData("u4", 2.82409)]
    public void Ln_Z_is_the_integral(string name, double expected)
    {
        Assert.Equal(expected, TargetLibrary.Find(name)!.LogNormalizer!.Value, 1e-5);

        // The reference's own integral, by the midpoint rule.
        const double Step = 0.03;
        Func<double[], double> energy = ReferenceEnergy.Of(name);
        double sum = 0;
        for (double x = -8; x < 8; x += Step)
        {
            for (double y = -8; y < 8; y += Step)
            {
                sum += Math.Exp(-energy([x, y])) * Step * Step;
            }
        }

        Assert.Equal(expected, Math.Log(sum), 1e-4);
    }

    [Theory]
    [InlineData("u2-paper")]
    [InlineData("u3-paper")]
    [InlineData("u4-paper")]
    public void An_improper_target_has_no_ln_Z(string name) => Assert.Null(TargetLibrary.Find(name)!.LogNormalizer);

    [Theory]
    [MemberData(nameof(Names))]
    public void Far_away_and_at_the_origin_energy_and_gradient_are_finite(string name)
    {
        foreach ((_, float energy, float byX, float byY) in Evaluate(
            name, [(0, 0), (-0.0, -0.0), (1e3, -1e3), (-1e4, 1e4), (1e8, 0), (0, -1e8)], LaneDispatch.Width))
        {
            Assert.True(float.IsFinite(energy) && float.IsFinite(byX) && float.IsFinite(byY), $"{energy}, ({byX}, {byY})");
        }
    }

    [Fact]
    public void A_target_is_found_by_its_name_in_any_case_and_another_name_finds_none()
    {
        Assert.Equal("u3-paper", TargetLibrary.Find("U3-Paper")!.Name);
        Assert.Null(TargetLibrary.Find("u5"));
        Assert.Equal(TargetLibrary.All.Count, TargetLibrary.All.Select(target => target.Name).Distinct().Count());
    }

    private static (double X, double Y)[] RandomPoints(int count)
    {
        System.Random random = new(42);
        return [.. Enumerable.Range(0, count).Select(
            _ => ((double)(float)((random.NextDouble() - 0.5) * 12), (double)(float)((random.NextDouble() - 0.5) * 12)))];
    }

    private static List<((double X, double Y) Point, float Energy, float ByX, float ByY)> Evaluate(
        string name, (double X, double Y)[] points, LaneWidth width)
    {
        FlowTile tile = new(2, savedLayers: 0);
        List<((double X, double Y) Point, float Energy, float ByX, float ByY)> results = [];
        for (int start = 0; start < points.Length; start += tile.Columns)
        {
            for (int i = 0; i < tile.Columns; i++)
            {
                (double x, double y) = points[Math.Min(start + i, points.Length - 1)];
                (tile.Row(0)[i], tile.Row(1)[i]) = ((float)x, (float)y);
            }

            TargetLibrary.Find(name)!.Evaluate(tile, tile.Columns, width);
            for (int i = 0; i < Math.Min(tile.Columns, points.Length - start); i++)
            {
                results.Add((points[start + i], tile.ValueRow[i], tile.Cotangents[i], tile.Cotangents[tile.Stride + i]));
            }
        }

        return results;
    }
}
