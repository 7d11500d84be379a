using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Random;

public class SobolTests
{
    private const double Unit = 4294967296.0;

    /// <summary>Words of the points 1, 2, 3, 5, 15, 16, 100, 1023 and 2000 in natural order, as an independent implementation (SciPy 1.10.1) has them.</summary>
    public static TheoryData<int, uint[]> KnownPoints => new()
    {
        { 0, [2147483648, 1073741824, 3221225472, 2684354560, 4026531840, 134217728, 637534208, 4290772992, 199229440] },
        { 1, [2147483648, 3221225472, 1073741824, 536870912, 268435456, 2281701376, 3321888768, 1094713344, 1038090240] },
        { 2, [2147483648, 3221225472, 1073741824, 3758096384, 2952790016, 3892314112, 2986344448, 3141533696, 3105882112] },
        { 3, [2147483648, 3221225472, 1073741824, 2684354560, 805306368, 4160749568, 4127195136, 1891631104, 1830813696] },
        { 9, [2147483648, 1073741824, 3221225472, 1610612736, 2415919104, 2550136832, 4261412864, 2805989376, 3512729600] },
        { 31, [2147483648, 3221225472, 1073741824, 1610612736, 2415919104, 1744830464, 771751936, 3066036224, 2699034624] },
        { 63, [2147483648, 1073741824, 3221225472, 3758096384, 1879048192, 3355443200, 2449473536, 2545942528, 2799697920] },
    };

    [Theory]
    [MemberData(nameof(KnownPoints))]
    public void Unscrambled_points_are_the_known_ones(int coordinate, uint[] expected)
    {
        uint[] indices = [1, 2, 3, 5, 15, 16, 100, 1023, 2000];
        Assert.Equal(0u, SobolDirections.WordAt(coordinate, 0));
        Assert.Equal(expected, indices.Select(index => Reverse(SobolDirections.WordAt(coordinate, index))));
    }

    [Fact]
    public void Every_coordinate_has_one_point_in_each_interval_of_every_stretch_after_scrambling()
    {
        // 2¹⁰ points from a multiple of 2¹⁰ on, and intervals of length 2⁻¹⁰.
        const int points = 1 << 10;
        foreach (ulong first in (ulong[])[0, 7 * points, (1UL << 32) - points])
        {
            double[][] coordinates = Scrambled(new RandomStream(11, 12), first, points, SobolDirections.Coordinates);
            Assert.All(coordinates, x => Assert.Equal(points, x.Select(v => (int)(v * points)).Distinct().Count()));
        }
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 3, 3)]
    public void Two_coordinates_have_the_same_number_of_points_in_each_elementary_interval_after_scrambling(int a, int b, int t)
    {
        // A (t, 10, 2)-net: t is the sum of the degrees less one of the two polynomials.
        const int m = 10;
        double[][] x = Scrambled(new RandomStream(13, 14), 5UL << m, 1 << m, 4);
        for (int k = 0; k <= m - t; k++)
        {
            var counts = new int[1 << (m - t)];
            for (int i = 0; i < 1 << m; i++)
            {
                counts[((int)(x[a][i] * (1 << k)) << (m - t - k)) + (int)(x[b][i] * (1 << (m - t - k)))]++;
            }

            Assert.All(counts, count => Assert.Equal(1 << t, count));
        }
    }

    [Fact]
    public void Scrambled_points_differ_by_seed_stream_and_coordinate()
    {
        double[][] x = Scrambled(new RandomStream(1, 2), 0, 64, 3);
        Assert.NotEqual(x[0], Scrambled(new RandomStream(2, 2), 0, 64, 3)[0]);
        Assert.NotEqual(x[0], Scrambled(new RandomStream(1, 3), 0, 64, 3)[0]);
        Assert.NotEqual(x[0], x[1]);
        Assert.NotEqual(x[1], x[2]);
    }

    [Fact]
    public void Every_digit_of_a_point_is_turned_half_of_the_time()
    {
        // Point 100 under 2¹⁴ seeds: each digit a fair coin, and each pair of neighbours independent; 4.9 deviations, one in 10⁶.
        const int seeds = 1 << 14;
        const int digits = 32;
        var set = new int[digits];
        var equal = new int[digits - 1];
        var word = new uint[1];
        for (ulong seed = 0; seed < seeds; seed++)
        {
            new RandomStream(seed, 15, RandomSequence.Sobol).FillBits(100, word);
            for (int digit = 0; digit < digits; digit++)
            {
                set[digit] += (int)((word[0] >> digit) & 1);
                if (digit > 0)
                {
                    equal[digit - 1] += (int)(~((word[0] >> digit) ^ (word[0] >> (digit - 1))) & 1);
                }
            }
        }

        Assert.All([.. set, .. equal], count => Assert.InRange((count - (seeds / 2.0)) / Math.Sqrt(seeds / 4.0), -4.9, 4.9));
    }

    [Fact]
    public void A_smooth_integral_is_far_closer_than_by_independent_points()
    {
        // ∏ (1 + (x² − 1/3)) over (−1, 1)⁴ is 1; its variance (1 + 4/45)⁴ − 1 = 0.406. The errors of 2¹⁴ independent points have a deviation
        // of 0.005; those of a scrambled net fall nearly as N^(−3/2).
        const int points = 1 << 14;
        const int dimension = 4;
        const int seeds = 16;
        double independent = Math.Sqrt((Math.Pow(1 + (4 / 45.0), dimension) - 1) / points);
        double squares = 0;
        for (ulong seed = 0; seed < seeds; seed++)
        {
            var x = new float[points * dimension];
            PointNoise.SymmetricUniform<Lanes256>(new RandomStream(seed, 1, RandomSequence.Sobol), dimension, 0, points / 16, ref x[0]);
            double sum = 0;
            for (int i = 0; i < points; i++)
            {
                double product = 1;
                for (int d = 0; d < dimension; d++)
                {
                    double value = x[(((i / 16 * dimension) + d) * 16) + (i % 16)];
                    product *= 1 + ((value * value) - (1 / 3.0));
                }

                sum += product;
            }

            squares += Math.Pow((sum / points) - 1, 2);
        }

        Assert.InRange(Math.Sqrt(squares / seeds), 0, independent / 100);
    }

    [Fact]
    public void Normal_points_are_the_quantiles_of_the_words()
    {
        // 2¹² points have one in each interval of probability 2⁻¹²: sorted, they lie between the quantiles of its ends.
        const int points = 1 << 12;
        var stream = new RandomStream(16, 17, RandomSequence.Sobol);
        var z = new float[points];
        stream.FillNormal(3 * points, z);
        Array.Sort(z);
        for (int i = 0; i < points; i++)
        {
            double u = Numerics.NormalReference.Cumulative(z[i]);
            Assert.InRange(u * points, i - 1e-3, i + 1 + 1e-3);
        }
    }

    /// <summary>Coordinates in [0, 1) by their words, from a point on that is a multiple of 16.</summary>
    private static double[][] Scrambled(RandomStream stream, ulong first, int points, int coordinates)
    {
        var words = new float[points * coordinates];
        PointNoise.Fill<Lanes256, WordNoise<Word>>(
            default, stream with { Sequence = RandomSequence.Sobol }, coordinates, first / 16, points / 16, ref words[0]);
        var x = new double[coordinates][];
        for (int d = 0; d < coordinates; d++)
        {
            x[d] = new double[points];
            for (int i = 0; i < points; i++)
            {
                x[d][i] = BitConverter.SingleToUInt32Bits(words[(((i / 16 * coordinates) + d) * 16) + (i % 16)]) / Unit;
            }
        }

        return x;
    }

    private static uint Reverse(uint word) =>
        Enumerable.Range(0, 32).Aggregate(0u, (reversed, i) => reversed | (((word >> i) & 1) << (31 - i)));
}
