using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Random;

/// <summary>
/// Statistics of fixed seeds. Each threshold is where a fair generator would fail with probability 10⁻⁶:
/// 4.9 standard deviations, and 2.7 for the statistic of Kolmogorov and Smirnov (2 exp(−2 · 2.7²)).
/// </summary>
public class RandomStatisticsTests
{
    private const int Draws = 1 << 24;
    private const double Deviations = 4.9;
    private const double KolmogorovSmirnov = 2.7;

    private static readonly Lazy<float[]> Normals = new(() => Normal(new RandomStream(2015, 1), Draws));

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
        foreach (float value in Normals.Value)
        {
            double z = value, square = z * z;
            m1 += z;
            m2 += square;
            m3 += square * z;
            m4 += square * square;
        }

        // Var zᵏ = E z²ᵏ − (E zᵏ)²: 1, 2, 15, 96.
        AssertNear(0, m1, 1);
        AssertNear(1, m2, 2);
        AssertNear(0, m3, 15);
        AssertNear(3, m4, 96);
    }

    [Fact]
    public void Normal_numbers_fill_bins_as_the_normal_distribution_does()
    {
        // 32 bins to the unit over ±8; those that expect fewer than 25 are joined with their neighbour.
        const int perUnit = 32, bins = 16 * perUnit;
        var counts = new long[bins];
        foreach (float z in Normals.Value)
        {
            counts[(int)((z + 8f) * perUnit)]++;
        }

        var expected = new double[bins];
        for (int i = 0; i < bins; i++)
        {
            expected[i] = Draws * (Cumulative(((i + 1.0) / perUnit) - 8) - Cumulative(((double)i / perUnit) - 8));
        }

        AssertGoodFit(counts, expected);
    }

    [Fact]
    public void Tails_of_normal_numbers_have_their_weight_out_to_six_deviations()
    {
        // Two draws in a thousand million lie beyond 6: more draws than elsewhere, four streams of 2²⁴.
        const int streams = 4;
        double[] thresholds = [3, 3.5, 4, 4.5, 5, 5.5, 6];
        var beyond = new long[thresholds.Length];
        float largest = 0;
        var values = new float[Draws];
        for (ulong s = 0; s < streams; s++)
        {
            new RandomStream(1958, s).FillNormal(0, values);
            foreach (float z in values)
            {
                float magnitude = Math.Abs(z);
                if (magnitude > 3f)
                {
                    largest = Math.Max(largest, magnitude);
                    for (int i = 0; i < thresholds.Length && magnitude > thresholds[i]; i++)
                    {
                        beyond[i]++;
                    }
                }
            }
        }

        for (int i = 0; i < thresholds.Length; i++)
        {
            // Poisson; the term added is the skewness of few counts.
            double mean = 2.0 * Cumulative(-thresholds[i]) * Draws * streams;
            Assert.InRange(beyond[i], mean - (Deviations * Math.Sqrt(mean)), mean + (Deviations * Math.Sqrt(mean)) + 5);
        }

        Assert.InRange(largest, 5f, 6.77f);
    }

    [Fact]
    public void Normal_numbers_of_even_and_odd_rows_are_independent_of_each_other()
    {
        float[] z = Normals.Value;
        double product = 0, squares = 0;
        for (int i = 0; i < Draws; i += 32)
        {
            for (int l = i; l < i + 16; l++)
            {
                double even = z[l], odd = z[l + 16];
                product += even * odd;
                squares += ((even * even) - 1) * ((odd * odd) - 1);
            }
        }

        // Variances 1 and Var(z² − 1)² = 4.
        Assert.InRange(product / Math.Sqrt(Draws / 2), -Deviations, Deviations);
        Assert.InRange(squares / Math.Sqrt(4.0 * Draws / 2), -Deviations, Deviations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(1024)]
    public void Normal_numbers_are_not_correlated_with_later_ones(int lag)
    {
        float[] z = Normals.Value;
        AssertUncorrelated(z.AsSpan(0, Draws - lag), z.AsSpan(lag));
    }

    [Theory]
    [InlineData(2015UL, 2UL)]
    [InlineData(2015UL, 0x1_0000_0001UL)]
    [InlineData(2016UL, 1UL)]
    [InlineData(0x1_0000_07dfUL, 1UL)]
    public void Streams_that_differ_in_one_bit_are_independent(ulong seed, ulong number) =>
        AssertUncorrelated(Normals.Value, Normal(new RandomStream(seed, number), Draws));

    [Fact]
    public void Uniform_numbers_fill_bins_evenly()
    {
        var values = new float[Draws];
        new RandomStream(2011, 1).FillUniform(0, values);
        const int bins = 4096;
        var counts = new long[bins];
        foreach (float u in values)
        {
            counts[(int)(u * bins)]++;
        }

        var expected = new double[bins];
        Array.Fill(expected, (double)Draws / bins);
        AssertGoodFit(counts, expected);
    }

    [Fact]
    public void Every_bit_of_a_word_is_set_half_of_the_time()
    {
        var words = new uint[Draws];
        new RandomStream(2011, 2).FillBits(0, words);
        Span<int> set = stackalloc int[32];
        foreach (uint word in words)
        {
            for (int bit = 0; bit < 32; bit++)
            {
                set[bit] += (int)((word >> bit) & 1);
            }
        }

        foreach (int count in set)
        {
            Assert.InRange((count - (Draws / 2.0)) / Math.Sqrt(Draws / 4.0), -Deviations, Deviations);
        }
    }

    private static float[] Normal(RandomStream stream, int count)
    {
        var values = new float[count];
        stream.FillNormal(0, values);
        return values;
    }

    private static void AssertNear(double expected, double sum, double variance) =>
        Assert.InRange(((sum / Draws) - expected) / Math.Sqrt(variance / Draws), -Deviations, Deviations);

    private static void AssertUncorrelated(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        Assert.InRange(sum / Math.Sqrt(a.Length), -Deviations, Deviations);
    }

    /// <summary>Pearson's χ², made normal by the cube root of Wilson and Hilferty (1931), and the largest distance of the cumulative counts.</summary>
    private static void AssertGoodFit(long[] counts, double[] expected)
    {
        double total = counts.Sum(), chiSquare = 0, cumulated = 0, distance = 0, joinedCount = 0, joinedExpected = 0;
        int cells = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            joinedCount += counts[i];
            joinedExpected += expected[i];
            cumulated += counts[i] - expected[i];
            distance = Math.Max(distance, Math.Abs(cumulated));
            if (joinedExpected >= 25)
            {
                chiSquare += (joinedCount - joinedExpected) * (joinedCount - joinedExpected) / joinedExpected;
                cells++;
                joinedCount = joinedExpected = 0;
            }
        }

        double freedom = cells - 1, spread = 2 / (9 * freedom);
        Assert.InRange((Math.Cbrt(chiSquare / freedom) - (1 - spread)) / Math.Sqrt(spread), -Deviations, Deviations);
        Assert.InRange(distance / Math.Sqrt(total), 0, KolmogorovSmirnov);
    }

    /// <summary>
    /// The normal distribution function. Near 0 by the power series φ(x) Σ x²ⁿ⁺¹ / (1·3···(2n+1)), in the tails by
    /// Laplace's continued fraction: M. Abramowitz and I. Stegun, 26.2.11 and 26.2.14.
    /// </summary>
    private static double Cumulative(double x)
    {
        double density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        if (Math.Abs(x) < 3)
        {
            double term = x, sum = x;
            for (int n = 1; n < 60; n++)
            {
                term *= x * x / ((2 * n) + 1);
                sum += term;
            }

            return 0.5 + (density * sum);
        }

        double fraction = Math.Abs(x);
        for (int n = 60; n > 0; n--)
        {
            fraction = Math.Abs(x) + (n / fraction);
        }

        return x < 0 ? density / fraction : 1 - (density / fraction);
    }
}
