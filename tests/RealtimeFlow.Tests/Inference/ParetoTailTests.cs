using CsCheck;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

public sealed class ParetoTailTests
{
    [Fact]
    public void The_shape_is_that_of_the_papers_formulas() =>
        Gen.Select(Gen.Int[25, 3000], Gen.Double[-3, 3], Gen.Int[0, 2], Gen.ULong).Sample(
            (count, logSpread, kind, seed) =>
            {
                float[] numbers = new float[count];
                new RandomStream(seed, 0).FillNormal(0, numbers);
                float spread = (float)Math.Exp(logSpread);

                // Log-weights of three kinds: with a tail like a normal's, bounded above, and rounded so that many are equal.
                float[] losses = [.. numbers.Select(z => kind switch
                {
                    0 => spread * z,
                    1 => spread * z * z,
                    _ => spread * MathF.Round(4 * z) / 4,
                })];
                double expected = ReferencePareto.Shape(losses.Select(loss => -(double)loss)), shape = new ParetoTail().Shape(losses);

                // Both take the mean of logarithms of factors that are rounded to 10⁻¹⁶ each.
                Assert.True(shape == expected || Math.Abs(shape - expected) <= 1e-9 * (1 + Math.Abs(expected)), $"{shape}, not {expected}");
            },
            iter: 300);

    [Theory]
    [InlineData(-0.4)]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1.5)]
    public void The_estimator_finds_the_shape_of_a_generalized_Pareto_distribution(double k)
    {
        const int Count = 4000;
        float[] uniform = new float[Count];
        new RandomStream(3, 0).FillUniform(0, uniform);
        double[] sample = [.. uniform.Select(u => k == 0 ? -Math.Log(u) : (Math.Pow(u, -k) - 1) / k).Order()];

        // The asymptotic standard error of an efficient estimate is (1 + k)/√n.
        double expected = ((Count * k) + 5) / (Count + 10);
        Assert.Equal(expected, GeneralizedPareto.Shape(sample), 4 * (1 + k) / Math.Sqrt(Count));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(20)]
    public void Too_narrow_a_Gaussian_on_the_plane_has_weights_of_a_known_tail(double squaredScale)
    {
        // w = p/q is proportional to e^(κ ‖x‖²/2) with κ = 1 − 1/s², and ‖x‖²/2 exponential: P(w > t) = t^(−1/κ) exactly, k = κ.
        const int Count = 1 << 18, Tail = 3 << 9;
        double k = 1 - (1 / squaredScale);
        float[] normal = new float[2 * Count];
        new RandomStream(5, 0).FillNormal(0, normal);
        float[] losses = [.. Enumerable.Range(0, Count).Select(
            i => (float)(-0.5 * k * (((double)normal[2 * i] * normal[2 * i]) + ((double)normal[(2 * i) + 1] * normal[(2 * i) + 1]))))];
        Assert.Equal(k, new ParetoTail().Shape(losses), (4 * (1 + k) / Math.Sqrt(Tail)) + (10.0 / Tail));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(20)]
    public void Too_narrow_a_Gaussian_on_the_line_has_weights_of_a_known_tail(double squaredScale)
    {
        // P(w > t) = P(|x| > √(2v)) with v = ln t/κ, which is t^(−1/κ) times about 1/√(πv): k = κ in the limit, but where the tail begins its
        // slope in logarithms is 1 + 1/(2v) times that, and the shape of what is found is in between.
        const int Count = 1 << 18, Tail = 3 << 9;
        double k = 1 - (1 / squaredScale);
        float[] normal = new float[Count];
        new RandomStream(5, 1).FillNormal(0, normal);
        double cutoff = normal.Select(Math.Abs).OrderDescending().ElementAt(Tail);
        float[] losses = [.. normal.Select(x => (float)(-0.5 * k * x * (double)x))];
        double least = k / (1 + (1 / (cutoff * cutoff))), error = (4 * (1 + k) / Math.Sqrt(Tail)) + (10.0 / Tail);
        Assert.InRange(new ParetoTail().Shape(losses), least - error, k + error);
    }

    [Fact]
    public void The_order_of_the_weights_does_not_matter()
    {
        float[] losses = new float[20_000];
        new RandomStream(6, 0).FillNormal(0, losses);
        ParetoTail tail = new();
        double shape = tail.Shape(losses);
        Array.Sort(losses);
        Assert.Equal(shape, tail.Shape(losses));
        Array.Reverse(losses);
        Assert.Equal(shape, tail.Shape(losses));
    }

    [Fact]
    public void Weights_that_are_equal_have_no_tail()
    {
        float[] losses = new float[4096];
        Assert.Equal(double.NegativeInfinity, new ParetoTail().Shape(losses));

        // Equal but for the rounding of ln q and U.
        new RandomStream(6, 0).FillUniform(0, losses);
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = 1000 + (1e-3f * losses[i]);
        }

        Assert.Equal(double.NegativeInfinity, new ParetoTail().Shape(losses));

        // Far more particles have the largest weight than there are in the tail.
        Array.Fill(losses, 0, 0, 1000);
        Assert.Equal(double.NegativeInfinity, new ParetoTail().Shape(losses));
    }

    [Fact]
    public void A_tail_of_two_values_has_a_shape_even_where_the_grid_meets_the_exponential_distribution()
    {
        // With 100 to 120 equal excesses x, the third point of the grid is θ = 1/x + (1 − √(40/2.5))/(3 x) = 0.
        float[] losses = new float[1600];
        Array.Fill(losses, 1);
        Array.Clear(losses, 700, 110);
        Assert.InRange(new ParetoTail().Shape(losses), -100, 0);
    }

    [Theory]
    [InlineData(0, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(4, double.PositiveInfinity)]
    public void Too_few_weights_above_zero_have_no_shape_to_rely_on(int positive, double expected)
    {
        float[] losses = new float[4096];
        Array.Fill(losses, float.PositiveInfinity);
        for (int i = 0; i < positive; i++)
        {
            losses[1000 * i] = i;
        }

        Assert.Equal(expected, new ParetoTail().Shape(losses));
    }

    [Fact]
    public void Weights_that_span_more_than_100_decades_are_not_to_be_relied_on()
    {
        float[] losses = [.. Enumerable.Range(0, 4096).Select(i => 1000f * i)];
        Assert.Equal(double.PositiveInfinity, new ParetoTail().Shape(losses));

        // 192 of them, of which the last is e^(−210) of the first.
        losses = [.. Enumerable.Range(0, 4096).Select(i => 1.1f * i)];
        Assert.InRange(new ParetoTail().Shape(losses), 10, 1000);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_loss_that_is_not_a_number_has_no_shape(float loss)
    {
        float[] losses = new float[4096];
        new RandomStream(6, 0).FillNormal(0, losses);
        losses[4000] = loss;
        Assert.Equal(double.NaN, new ParetoTail().Shape(losses));
        Array.Fill(losses, loss);
        Assert.Equal(double.NaN, new ParetoTail().Shape(losses));
    }
}
