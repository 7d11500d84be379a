using RealtimeFlow.Differentiation;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;
using RealtimeFlow.Tests.Targets;

namespace RealtimeFlow.Tests.Differentiation;

public sealed class DualTests(ITestOutputHelper output)
{
    public static TheoryData<Function> Functions => [.. Enum.GetValues<Function>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Each_function_and_its_slopes_are_those_of_float64_in_both_modes(Function function)
    {
        FunctionEnergy energy = new(function);
        double Of(double[] z) => energy.Reference(z[0], z[1]);
        double worst = 0;
        foreach (Target target in (Target[])[Target.Create("plane", energy), Target.Create("any", 2, energy)])
        {
            foreach (TargetValue at in TargetValue.Of(target, TargetValue.RandomPoints(target, 1024)))
            {
                // Not where differences would straddle a kink.
                (double x, double y) = (at.Point[0], at.Point[1]);
                if (Math.Min(Math.Abs(x - y), Math.Min(Math.Abs(x), Math.Abs((x * x) - y))) < 0.01)
                {
                    continue;
                }

                double[] slopes = Derivative.Gradient(Of, at.Point);
                double size = 1 + (Math.Abs(x) * Math.Abs(slopes[0])) + (Math.Abs(y) * Math.Abs(slopes[1])) + Vectors.Norm(slopes);
                worst = Math.Max(worst, Math.Abs(Of(at.Point) - at.Energy) / (size + Math.Abs(Of(at.Point))));
                worst = Math.Max(worst, Vectors.Distance(slopes, at.Gradient) / (size * (1 + Math.Abs(x) + Math.Abs(y))));
            }
        }

        output.WriteLine($"{function}: {worst:e2}");
        Assert.InRange(worst, 0, 5e-7);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_width_gives_the_same_bits(Function function)
    {
        foreach (Target target in (Target[])[Target.Create("plane", new FunctionEnergy(function)), Target.Create("any", 2, new FunctionEnergy(function))])
        {
            int[] expected = TargetValue.Bits(target, LaneWidth.Scalar);
            Assert.All(Enum.GetValues<LaneWidth>(), width => Assert.Equal(expected, TargetValue.Bits(target, width)));
        }
    }

    [Theory]
    [InlineData(Function.Softplus)]
    [InlineData(Function.Sigmoid)]
    [InlineData(Function.Tanh)]
    [InlineData(Function.LogAddExp)]
    [InlineData(Function.Abs)]
    [InlineData(Function.SelectConstant)]
    public void Where_a_function_is_finite_at_its_ends_so_are_its_slopes(Function function)
    {
        double[][] ends = [[0, 0], [-0.0, 0], [1e4, -1e4], [-1e4, 1e4], [1e-30, 1e-30], [-1e30, 1e30], [1e30, -1e30]];
        foreach (Target target in (Target[])[Target.Create("plane", new FunctionEnergy(function)), Target.Create("any", 2, new FunctionEnergy(function))])
        {
            Assert.All(TargetValue.Of(target, ends), at => Assert.True(
                double.IsFinite(at.Energy) && at.Gradient.All(double.IsFinite), $"{target.Name} {at.Energy}: {string.Join(", ", at.Gradient)}"));
        }
    }

    [Fact]
    public void A_tape_grows_with_the_computation_and_starts_anew_for_the_next()
    {
        // On a thread of its own, whose tape is new: short, then longer than any capacity so far, then short again.
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(() =>
        {
            foreach (int repetitions in (int[])[1, 200, 3000, 1, 50_000, 2])
            {
                Target target = Target.Create("sum", 3, new RepeatedSum(repetitions));
                TargetValue at = TargetValue.Of(target, [[0.5, -1, 2]])[0];
                Assert.Equal(repetitions * 1.5, at.Energy, 1e-3 * repetitions);
                Assert.Equal([repetitions, repetitions, repetitions], at.Gradient);
            }
        }));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(37)]
    [InlineData(1000)]
    public void In_any_dimension_the_gradient_of_half_the_square_is_the_point(int dimension)
    {
        Target target = Target.Create("half square", dimension, new HalfSquare());
        TargetValue at = TargetValue.Of(target, TargetValue.RandomPoints(target, 1))[0];
        Assert.Equal(at.Point, at.Gradient);
        Assert.Equal(0.5 * at.Point.Sum(x => x * x), at.Energy, 1e-5 * (1 + at.Energy));
    }

    private readonly struct HalfSquare : IEnergy
    {
        public R Energy<R>(ReadOnlySpan<R> z)
            where R : struct, IReal<R>
        {
            R sum = 0;
            foreach (R x in z)
            {
                sum += 0.5f * R.Square(x);
            }

            return sum;
        }
    }

    private readonly struct RepeatedSum(int repetitions) : IEnergy
    {
        public R Energy<R>(ReadOnlySpan<R> z)
            where R : struct, IReal<R>
        {
            R sum = 0;
            for (int i = 0; i < repetitions; i++)
            {
                sum += z[0] + z[1] + z[2];
            }

            return sum;
        }
    }
}
