using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Random;

/// <summary>Correlations of fixed seeds, with the thresholds of <see cref="GoodnessOfFit"/>.</summary>
public class RandomStatisticsTests
{
    private const int Draws = 1 << 24;
    private const double Deviations = GoodnessOfFit.Deviations;

    private static readonly Lazy<float[]> Normals = new(() => Normal(new RandomStream(2015, 1), Draws));

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

    private static void AssertUncorrelated(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        Assert.InRange(sum / Math.Sqrt(a.Length), -Deviations, Deviations);
    }
}
