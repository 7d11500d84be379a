using System.Runtime.InteropServices;
using CsCheck;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Random;

public class PointNoiseTests
{
    private const int Group = 16;

    private static readonly string[] Kinds = ["normal", "uniform", "student-t"];

    private static readonly Gen<(RandomStream Stream, string Kind, int Dimension, ulong First, int Groups)> Stretch = Gen.Select(
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Enum<RandomSequence>()),
        Gen.Int[0, 2].Select(i => Kinds[i]),
        Gen.Int[1, 32],
        Gen.OneOf(Gen.ULong[0, 40], Gen.ULong[(1UL << 28) - 40, (1UL << 28) - 20]),
        Gen.Int[0, 20],
        (s, kind, dimension, first, groups) => (new RandomStream(s.Item1, s.Item2, s.Item3), kind, dimension, first, groups));

    [Fact]
    public void Every_width_gives_the_same_bits() => Stretch.Sample(
        x =>
        {
            float[] expected = Points<Lane1>(x.Kind, x.Stream, x.Dimension, x.First, x.Groups);
            return expected.AsSpan().SequenceEqual(Points<Lanes512>(x.Kind, x.Stream, x.Dimension, x.First, x.Groups))
                && expected.AsSpan().SequenceEqual(Points<Lanes256>(x.Kind, x.Stream, x.Dimension, x.First, x.Groups))
                && expected.AsSpan().SequenceEqual(Points<Lanes128>(x.Kind, x.Stream, x.Dimension, x.First, x.Groups))
                && expected.AsSpan().SequenceEqual(Points<LanesT>(x.Kind, x.Stream, x.Dimension, x.First, x.Groups));
        },
        iter: 300);

    [Fact]
    public void Any_split_into_stretches_of_groups_gives_the_same_points() => Gen.Select(Stretch, Gen.Int[0, 20]).Sample(
        (x, cut) =>
        {
            int at = Math.Min(cut, x.Groups);
            float[] whole = Points<Lanes256>(x.Kind, x.Stream, x.Dimension, x.First, x.Groups);
            float[] left = Points<Lanes256>(x.Kind, x.Stream, x.Dimension, x.First, at);
            float[] right = Points<Lanes256>(x.Kind, x.Stream, x.Dimension, x.First + (ulong)at, x.Groups - at);
            return whole.AsSpan().SequenceEqual([.. left, .. right]);
        },
        iter: 500);

    [Fact]
    public void Independent_normal_points_are_the_rows_of_the_sequence() => Gen.Select(Gen.Int[1, 9], Gen.ULong[0, 300], Gen.Int[0, 9]).Sample(
        (dimension, first, groups) =>
        {
            var stream = new RandomStream(3, 4);
            var expected = new float[Group * dimension * groups];
            stream.FillNormal((ulong)(Group * dimension) * first, expected);
            return expected.AsSpan().SequenceEqual(Points<Lanes256>("normal", stream, dimension, first, groups));
        });

    [Theory]
    [MemberData(nameof(KindsAndDimensions))]
    public void Antithetic_groups_are_the_independent_ones_each_followed_by_its_negative(string kind, int dimension)
    {
        const int pairs = 9;
        var stream = new RandomStream(5, 6);
        int size = Group * dimension;
        float[] independent = Points<Lanes256>(kind, stream, dimension, 3, pairs);
        float[] antithetic = Points<Lanes256>(kind, stream with { Sequence = RandomSequence.Antithetic }, dimension, 6, 2 * pairs);
        for (int i = 0; i < independent.Length; i++)
        {
            int at = (i / size * 2 * size) + (i % size);
            Assert.Equal(independent[i], antithetic[at]);
            Assert.Equal(0f, antithetic[at] + antithetic[at + size]);
        }
    }

    [Fact]
    public void Symmetric_uniform_numbers_are_twice_a_uniform_number_less_one_exactly()
    {
        var stream = new RandomStream(7, 8);
        float[] symmetric = Points<Lanes256>("uniform", stream, 2, 0, 64);
        var unit = new float[symmetric.Length];
        stream.FillUniform(0, unit);
        Assert.All(unit.Zip(symmetric), pair => Assert.Equal((2.0 * pair.First) - 1, pair.Second));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(2.5f)]
    [InlineData(30f)]
    [InlineData(1e6f)]
    public void Student_t_numbers_are_those_of_two_words_by_the_polar_method(float freedom)
    {
        const double unit = 4294967296.0;
        var stream = new RandomStream(9, 10);
        var words = new uint[2 * 4096];
        stream.FillBits(0, words);
        float[] numbers = Points<Lanes256>("student-t", stream, 1, 0, 4096 / Group, freedom);
        for (int i = 0; i < numbers.Length; i++)
        {
            int word = (2 * (i - (i % Group))) + (i % Group);
            double logarithm = Math.Log((words[word] + 0.5) / unit), power = -2 / (double)freedom * logarithm;
            double radius = Math.Sqrt(freedom * 2 * Math.Sinh(power / 2) * Math.Exp(power / 2));
            double cos = double.CosPi(2 * (Math.Floor(words[word + Group] / 64.0) + 0.5) / (1 << 26));

            // The power is within 3 ulp, and an error of it counts as much in the square of the radius as its own value, at least once;
            // expm1 within 5, two products, the root halves; cosine, product: 2^-24 each.
            double tolerance = ((3 * Math.Max(power, 1)) + 12) / 16777216;
            Assert.Equal(radius * cos, numbers[i], tolerance * radius);
        }
    }

    [Theory]
    [InlineData("normal", 65)]
    [InlineData("uniform", 65)]
    [InlineData("student-t", 33)]
    public void A_sobol_sequence_refuses_more_dimensions_than_it_has(string kind, int dimension)
    {
        var stream = new RandomStream(1, 2, RandomSequence.Sobol);
        Assert.Equal(Group * (dimension - 1), Points<Lanes256>(kind, stream, dimension - 1, 0, 1).Length);
        ArgumentOutOfRangeException refusal =
            Assert.Throws<ArgumentOutOfRangeException>(() => Points<Lanes256>(kind, stream, dimension, 0, 1));
        Assert.Contains($"at most {dimension - 1} dimensions", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sobol_sequence_refuses_points_beyond_its_last()
    {
        var stream = new RandomStream(1, 2, RandomSequence.Sobol);
        Assert.Equal(Group, Points<Lanes256>("normal", stream, 1, (1UL << 28) - 1, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Points<Lanes256>("normal", stream, 1, (1UL << 28) - 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Points<Lanes256>("normal", stream, 1, ulong.MaxValue / Group, 1));
    }

    [Fact]
    public void An_unknown_sequence_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Points<Lanes256>("normal", new RandomStream(1, 2, (RandomSequence)3), 1, 0, 1));

    public static TheoryData<string, int> KindsAndDimensions()
    {
        var data = new TheoryData<string, int>();
        foreach (string kind in Kinds)
        {
            data.Add(kind, 1);
            data.Add(kind, 3);
        }

        return data;
    }

    private static float[] Points<V>(string kind, RandomStream stream, int dimension, ulong first, int groups, float freedom = 3)
        where V : struct, ILanes<V>
    {
        var points = new float[Group * dimension * groups];
        ref float destination = ref MemoryMarshal.GetArrayDataReference(points);
        switch (kind)
        {
            case "normal":
                PointNoise.Normal<V>(stream, dimension, first, groups, ref destination);
                break;
            case "uniform":
                PointNoise.SymmetricUniform<V>(stream, dimension, first, groups, ref destination);
                break;
            default:
                PointNoise.StudentT<V>(stream, dimension, first, groups, ref destination, freedom);
                break;
        }

        return points;
    }
}
