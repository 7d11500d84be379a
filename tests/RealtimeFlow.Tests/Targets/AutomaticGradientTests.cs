using RealtimeFlow.Differentiation;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Targets;

/// <summary>The paper's energies and eight schools, from the formulas alone, against the kernels by hand.</summary>
public sealed class AutomaticGradientTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("u1")]
    [InlineData("u2-paper")]
    [InlineData("u3-paper")]
    [InlineData("u4-paper")]
    [InlineData("eight-gaussians")]
    [InlineData("eight-schools")]
    [InlineData("eight-schools-centred")]
    public void The_automatic_gradient_is_the_one_by_hand(string name)
    {
        Target byHand = TargetLibrary.Find(name)!;
        Target[] automatic = byHand.Dimension == 2
            ? [Target.Create(name, new Formula(name)), Target.Create(name, 2, new Formula(name))]
            : [Target.Create(name, byHand.Dimension, new Formula(name))];
        double[][] points = TargetValue.RandomPoints(byHand, 2048);
        double worst = 0;
        foreach (Target target in automatic)
        {
            foreach ((TargetValue expected, TargetValue actual) in TargetValue.Of(byHand, points).Zip(TargetValue.Of(target, points)))
            {
                double conditioning = expected.Point.Sum(Math.Abs);
                double steepness = (1 + Vectors.Norm(expected.Gradient)) * (1 + conditioning);
                worst = Math.Max(worst, Vectors.Distance(expected.Gradient, actual.Gradient) / (steepness * 10));
                worst = Math.Max(worst, Math.Abs(expected.Energy - actual.Energy) / (Math.Abs(expected.Energy) + steepness));
            }

            int[] bits = TargetValue.Bits(target, LaneWidth.Scalar);
            Assert.All(Enum.GetValues<LaneWidth>(), width => Assert.Equal(bits, TargetValue.Bits(target, width)));
        }

        output.WriteLine($"{name}: {worst:e2}");
        Assert.InRange(worst, 0, 1e-6);
    }

    [Fact]
    public void At_the_origin_a_radius_whose_slope_is_chosen_there_has_it_in_both_modes()
    {
        foreach (Target target in (Target[])[Target.Create("plane", new Formula("u1")), Target.Create("any", 2, new Formula("u1"))])
        {
            TargetValue at = TargetValue.Of(target, [[0, 0]])[0];
            Assert.Equal(TargetValue.Of(TargetLibrary.Find("u1")!, [[0, 0]])[0].Energy, at.Energy, 1e-5);
            Assert.Equal([0, 0], at.Gradient);
        }
    }

    private readonly struct Formula(string name) : IPlaneEnergy, IEnergy
    {
        private static readonly float[] Effects = [28, 8, -3, 7, -1, 1, 18, 12], Errors = [15, 10, 16, 11, 9, 11, 10, 18];

        public R Energy<R>(ReadOnlySpan<R> z)
            where R : struct, IReal<R> => z.Length == 2 ? Energy(z[0], z[1]) : Schools(z);

        public R Energy<R>(R x, R y)
            where R : struct, IReal<R> => name switch
            {
                "u1" => Well(Radius(x, y) - 2, 0.4f) - R.LogAddExp(-Well(x - 2, 0.6f), -Well(x + 2, 0.6f)),
                "u2-paper" => Well(y - Wave(x), 0.4f),
                "u3-paper" => -R.LogAddExp(
                    -Well(y - Wave(x), 0.35f), -Well(y - Wave(x) + (3 * R.Exp(-Well(x - 1, 0.6f))), 0.35f)),
                "u4-paper" => -R.LogAddExp(
                    -Well(y - Wave(x), 0.4f), -Well(y - Wave(x) + (3 * R.Sigmoid((x - 1) / 0.3f)), 0.35f)),
                "eight-gaussians" => Mixture(x, y),
                _ => throw new InvalidOperationException(name),
            };

        private static R Radius<R>(R x, R y)
            where R : struct, IReal<R>
        {
            R square = R.Square(x) + R.Square(y);
            return R.SelectLess(0, square, R.Sqrt(square), 0);
        }

        private static R Wave<R>(R x)
            where R : struct, IReal<R> => R.Sin(float.Pi / 2 * x);

        private static R Well<R>(R offset, float width)
            where R : struct, IReal<R> => 0.5f * R.Square(offset / width);

        private static R Mixture<R>(R x, R y)
            where R : struct, IReal<R>
        {
            R sum = -Well(x - 3, 0.4f) - Well(y, 0.4f);
            for (int k = 1; k < 8; k++)
            {
                (double sin, double cos) = Math.SinCos(k * Math.PI / 4);
                sum = R.LogAddExp(sum, -Well(x - (float)(3 * cos), 0.4f) - Well(y - (float)(3 * sin), 0.4f));
            }

            return MathF.Log(8 * 2 * MathF.PI * 0.16f) - sum;
        }

        private R Schools<R>(ReadOnlySpan<R> z)
            where R : struct, IReal<R>
        {
            bool centred = name == "eight-schools-centred";
            R tau = R.Exp(z[1]);
            R energy = Well(z[0], 5) + R.Log1p(R.Square(tau / 5)) - z[1] + MathF.Log(5 * MathF.PI / 2) + LogNorm(5);
            for (int j = 0; j < 8; j++)
            {
                R theta = centred ? z[2 + j] : z[0] + (tau * z[2 + j]);
                energy += centred ? (0.5f * R.Square((theta - z[0]) / tau)) + z[1] + LogNorm(1) : Well(z[2 + j], 1) + LogNorm(1);
                energy += Well(theta - Effects[j], Errors[j]) + LogNorm(Errors[j]);
            }

            return energy;
        }

        private static float LogNorm(float deviation) => MathF.Log(deviation * MathF.Sqrt(2 * MathF.PI));
    }
}
