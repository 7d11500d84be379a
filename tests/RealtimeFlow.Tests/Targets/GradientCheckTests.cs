using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Targets;

public sealed class GradientCheckTests(ITestOutputHelper output)
{
    public enum Mistake
    {
        None,
        Sign,
        MissingTerm,
        SmallMissingTerm,
        Factor,
        Transposed,
        NotANumber,
        InfiniteEnergy,
    }

    public static TheoryData<string> Names => [.. ReferenceEnergy.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_target_of_the_library_passes(string name)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            GradientReport report = GradientCheck.AtRandomPoints(TargetLibrary.Find(name)!, seed: seed);
            output.WriteLine($"{report.Excess:f3} {report}");
            Assert.True(report.Agrees, report.ToString());
        }
    }

    [Theory]
    [InlineData(Mistake.None, true)]
    [InlineData(Mistake.Sign, false)]
    [InlineData(Mistake.MissingTerm, false)]
    [InlineData(Mistake.SmallMissingTerm, false)]
    [InlineData(Mistake.Factor, false)]
    [InlineData(Mistake.Transposed, false)]
    [InlineData(Mistake.NotANumber, false)]
    [InlineData(Mistake.InfiniteEnergy, false)]
    public void A_mistake_is_found_and_nothing_else(Mistake mistake, bool agrees)
    {
        foreach (Target target in (Target[])[
            Target.CreateWithGradient("mistaken", new Mistaken(mistake)), Target.CreateWithGradient("mistaken", 2, new Mistaken(mistake))])
        {
            GradientReport report = GradientCheck.AtRandomPoints(target, 20);
            output.WriteLine(report.ToString());
            Assert.Equal(agrees, report.Agrees);
            Assert.Contains(agrees ? "agrees" : "does NOT agree", report.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_report_names_the_point_the_coordinate_and_how_far_off_it_is()
    {
        Target target = Target.CreateWithGradient("mistaken", new Mistaken(Mistake.Sign));
        GradientReport report = GradientCheck.At(target, [1, 2]);
        Assert.Equal(("mistaken", 1), (report.Target, report.Coordinate));
        Assert.Equal([1, 2], report.Point);
        Assert.Equal(-report.Derivative, report.Difference, 1e-4 * Math.Abs(report.Derivative));
        Assert.Equal(2, report.RelativeError, 1e-3);
    }

    [Fact]
    public void A_constant_energy_has_the_gradient_zero() =>
        Assert.True(GradientCheck.AtRandomPoints(Target.CreateWithGradient("flat", new Flat())).Agrees);

    [Fact]
    public void No_point_and_half_a_point_are_refused()
    {
        Target target = TargetLibrary.Find("u1")!;
        Assert.Throws<ArgumentException>("points", () => GradientCheck.At(target, []));
        Assert.Throws<ArgumentException>("points", () => GradientCheck.At(target, [1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => GradientCheck.AtRandomPoints(target, 0));
    }

    /// <summary>U = x² + sin(3y)/2 + x y/4, and a gradient that may be wrong.</summary>
    private readonly struct Mistaken(Mistake mistake) : IPlaneGradient, IGradient
    {
        public V Energy<V>(ReadOnlySpan<V> z, Span<V> gradient)
            where V : struct, ILanes<V>
        {
            V energy = Energy(z[0], z[1], out V byX, out V byY);
            (gradient[0], gradient[1]) = (byX, byY);
            return energy;
        }

        public V Energy<V>(V x, V y, out V byX, out V byY)
            where V : struct, ILanes<V>
        {
            LaneMath.SinCosTurns(y * V.Splat(1.5f / float.Pi), out V sin, out V cos);
            V slope = V.Splat(1.5f) * cos;
            V quarter = V.Splat(0.25f);
            byX = x + x + (quarter * y);
            byY = slope + (quarter * x);
            V energy = V.Fma(x, x, V.Fma(V.Splat(0.5f), sin, quarter * x * y));
            switch (mistake)
            {
                case Mistake.Sign:
                    byY = -byY;
                    break;
                case Mistake.MissingTerm:
                    byY = slope;
                    break;
                case Mistake.SmallMissingTerm:
                    energy += V.Splat(0.01f) * x;
                    break;
                case Mistake.Factor:
                    byX *= V.Splat(1.01f);
                    break;
                case Mistake.Transposed:
                    (byX, byY) = (byY, byX);
                    break;
                case Mistake.NotANumber:
                    byX = V.Select(V.LessThan(V.Splat(1), x), V.Splat(float.NaN), byX);
                    break;
                case Mistake.InfiniteEnergy:
                    energy = V.Select(V.LessThan(V.Splat(1), x), V.Splat(float.PositiveInfinity), energy);
                    break;
                default:
                    break;
            }

            return energy;
        }
    }

    private readonly struct Flat : IPlaneGradient
    {
        public V Energy<V>(V x, V y, out V byX, out V byY)
            where V : struct, ILanes<V> => byX = byY = V.Splat(0);
    }
}
