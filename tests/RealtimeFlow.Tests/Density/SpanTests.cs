using CsCheck;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Density;

/// <summary>How spans are cut must not show: neither in the bits nor beyond their ends.</summary>
public sealed class SpanTests
{
    private const int Total = 1000;

    public static TheoryData<int> Dimensions => [1, 2, 3, 4, 5, 16, 64];

    public static TheoryData<int, int> Lengths
    {
        get
        {
            TheoryData<int, int> cases = [];
            foreach (int dimension in Dimensions.Select(row => row.Data))
            {
                foreach (int length in (int[])[0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 511, 512, 513, Total])
                {
                    cases.Add(dimension, length);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_stretch_of_samples_has_the_same_bits_from_any_offset_and_in_any_length(int dimension, int length)
    {
        FlowDistribution q = Make(dimension);
        RandomStream stream = new(3, 4);
        (float[] all, float[] allDensity) = Sample(q, stream, 0, Total + 40);
        foreach (int first in (int[])[0, 1, 15, 16, 17, 33])
        {
            (float[] part, float[] density) = Sample(q, stream, (ulong)first, length);
            AssertColumns(all, part, first, dimension);
            Assert.Equal(allDensity[first..(first + length)], density);
        }
    }

    [Fact]
    public void Any_cut_of_a_sequence_gives_the_same_samples() =>
        Gen.Select(Gen.Int[1, 5], Gen.ULong[0, 1UL << 40], Gen.Int[0, 300].Array[1, 6]).Sample((dimension, first, parts) =>
        {
            FlowDistribution q = Make(dimension);
            RandomStream stream = new(first, 9);
            (float[] all, float[] allDensity) = Sample(q, stream, first, parts.Sum());
            int done = 0;
            foreach (int length in parts)
            {
                (float[] part, float[] density) = Sample(q, stream, first + (ulong)done, length);
                AssertColumns(all, part, done, dimension);
                Assert.Equal(allDensity[done..(done + length)], density);
                done += length;
            }
        });

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_point_is_mapped_to_the_same_bits_whatever_stands_beside_it(int dimension, int length)
    {
        FlowDistribution q = Make(dimension);
        (float[] points, _) = Sample(q, new RandomStream(1, 2), 0, Total);
        foreach (Map map in Maps(q))
        {
            float[] all = new float[points.Length], allNumbers = new float[Total];
            map(points, all, allNumbers);
            float[] some = Columns(points, Total - length, length, dimension), someNumbers = new float[length];
            map(some, some, someNumbers);
            AssertColumns(all, some, Total - length, dimension);
            Assert.Equal(allNumbers[(Total - length)..], someNumbers);
        }
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void A_point_that_is_not_finite_spoils_its_own_column_alone(int dimension)
    {
        FlowDistribution q = Make(dimension);
        (float[] points, _) = Sample(q, new RandomStream(1, 2), 0, 40);
        float[] spoilt = [.. points];
        spoilt[17] = float.NaN;
        spoilt[(40 * (dimension - 1)) + 39] = float.PositiveInfinity;
        foreach (Map map in Maps(q))
        {
            float[] expected = new float[points.Length], expectedNumbers = new float[40];
            map(points, expected, expectedNumbers);
            float[] actual = new float[points.Length], numbers = new float[40];
            map(spoilt, actual, numbers);
            Assert.True(float.IsNaN(numbers[17]));
            for (int column = 0; column < 40; column++)
            {
                if (column is not (17 or 39))
                {
                    Assert.Equal(Columns(expected, column, 1, dimension), Columns(actual, column, 1, dimension));
                    Assert.Equal(expectedNumbers[column], numbers[column]);
                }
            }
        }
    }

    [Fact]
    public void A_determinant_that_is_no_number_stays_none_where_exponents_are_split_off()
    {
        // s = 5 a layer: 64 of them do not fit into the exponent of one product.
        const int Layers = 64;
        float[] layer = [2, 0, 2, 0, 0.1f];
        FlowShape shape = FlowShape.Parse($"planar:{Layers}", 2);
        FlowDistribution q = new(shape, [0, 0, 1, 1, .. Enumerable.Repeat(layer, Layers).SelectMany(numbers => numbers)]);
        float[] points = [float.NaN, 0, 0, 0], images = new float[4], logDeterminants = new float[2];
        q.Transform(points, images, logDeterminants);
        Assert.True(float.IsNaN(logDeterminants[0]));
        Assert.True(float.IsFinite(logDeterminants[1]));
        q.InverseTransform(points, images, logDeterminants);
        Assert.True(float.IsNaN(logDeterminants[0]));
        Assert.True(float.IsFinite(logDeterminants[1]));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Nothing_is_written_beyond_the_ends_of_a_span(int dimension, int length)
    {
        const float Guard = 12345.678f;
        const int Margin = 70;
        FlowDistribution q = Make(dimension);
        float[] points = new float[(length * dimension) + (2 * Margin)], numbers = new float[length + (2 * Margin)];
        Array.Fill(points, Guard);
        Array.Fill(numbers, Guard);
        Span<float> inside = points.AsSpan(Margin, length * dimension), inner = numbers.AsSpan(Margin, length);
        q.Sample(new RandomStream(1, 2), 5, inside, inner);
        q.Transform(inside, inside, inner);
        q.InverseTransform(inside, inside, inner);
        q.LogDensity(inside, inner);
        Assert.DoesNotContain(Guard, inside.ToArray());
        Assert.DoesNotContain(Guard, inner.ToArray());
        Assert.All(points[..Margin].Concat(points[^Margin..]), x => Assert.Equal(Guard, x));
        Assert.All(numbers[..Margin].Concat(numbers[^Margin..]), x => Assert.Equal(Guard, x));
    }

    [Fact]
    public void Two_threads_may_read_one_distribution_at_once()
    {
        FlowDistribution q = Make(2);
        (float[] expected, _) = Sample(q, new RandomStream(1, 2), 0, 5000);
        float[][] results = new float[2][];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(i => new Thread(() => results[i] = Sample(q, new RandomStream(1, 2), 0, 5000).Points))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(results, result => Assert.Equal(expected, result));
    }

    private delegate void Map(ReadOnlySpan<float> points, Span<float> result, Span<float> numbers);

    private static Map[] Maps(FlowDistribution q) =>
    [
        q.Transform,
        q.InverseTransform,
        (points, result, numbers) =>
        {
            q.LogDensity(points, numbers);
            points.CopyTo(result);
        },
    ];

    private static FlowDistribution Make(int dimension)
    {
        FlowShape shape = FlowShape.Parse("planar:2,radial:2,planar:1", dimension);
        System.Random random = new(dimension);
        float[] raw = new float[shape.ParameterCount];
        for (int i = 0; i < raw.Length; i++)
        {
            raw[i] = (float)(random.NextDouble() - 0.5) * 3 / MathF.Sqrt(dimension);
        }

        return new FlowDistribution(shape, Flows.RandomChain.Constrain(shape, FlowConstraint.Identity, raw));
    }

    private static (float[] Points, float[] LogDensity) Sample(FlowDistribution q, RandomStream stream, ulong first, int count)
    {
        float[] points = new float[count * q.Shape.Dimension], logDensity = new float[count];
        q.Sample(stream, first, points, logDensity);
        return (points, logDensity);
    }

    private static float[] Columns(float[] rows, int first, int count, int dimension)
    {
        int stride = rows.Length / dimension;
        return [.. Enumerable.Range(0, dimension).SelectMany(i => rows[((i * stride) + first)..((i * stride) + first + count)])];
    }

    private static void AssertColumns(float[] all, float[] part, int first, int dimension) =>
        Assert.Equal(Columns(all, first, part.Length / dimension, dimension), part);
}
