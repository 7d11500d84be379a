using RealtimeFlow.Numerics;

namespace RealtimeFlow.Tests.Numerics;

public sealed class ScalarMathTests
{
    // Roundings of the last operations; the series' own are of terms that are smaller by a factor of at least four.
    private const double Bound = 3.0 / (1L << 52);

    [Fact]
    public void ExpM1_and_what_is_left_of_it_without_x_keep_their_digits()
    {
        System.Random random = new(1);
        double worst = 0, worstMinusX = 0;
        for (int i = 0; i < 20_000; i++)
        {
            // Down to where the decimals that the reference is made of have 17 digits left of x². A decimal is made of 15 digits of a double.
            double x = (random.Next(2) - 0.5) * Math.Pow(10, -5 * random.NextDouble());
            (decimal expected, decimal expectedMinusX) = Reference((decimal)x);
            double actual = ScalarMath.ExpM1((double)(decimal)x, out double minusX);
            worst = Math.Max(worst, Math.Abs((actual / (double)expected) - 1));
            worstMinusX = Math.Max(worstMinusX, Math.Abs((minusX / (double)expectedMinusX) - 1));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"expm1 {worst:g3}, less x {worstMinusX:g3}");
        Assert.InRange(worst, 0, Bound);
        Assert.InRange(worstMinusX, 0, Bound);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, Math.E - 1, Math.E - 2)]
    [InlineData(-1000, -1, 999)]
    [InlineData(1000, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(1e-200, 1e-200, 0)]
    public void ExpM1_far_and_near(double x, double expected, double expectedMinusX)
    {
        Assert.Equal(expected, ScalarMath.ExpM1(x, out double minusX), 1e-15);
        Assert.Equal(expectedMinusX, minusX, 1e-15);
    }

    private static (decimal ExpM1, decimal MinusX) Reference(decimal x)
    {
        decimal term = x, sum = 0;
        for (int n = 2; n < 30; n++)
        {
            term *= x / n;
            sum += term;
        }

        return (x + sum, sum);
    }
}
