using System.Runtime.InteropServices;
using CsCheck;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Random;

public class RandomStreamTests
{
    private const int Longest = 700;

    private static readonly float[] Pinned =
    [
        -0.42886275f, 0.501497f, -0.6345771f, -0.43047583f, 0.18050946f, -0.71589243f, -0.99227023f, -1.2073396f,
    ];

    private delegate void Fill(RandomStream stream, ulong first, Span<uint> destination, LaneWidth width);

    private static readonly Fill[] Kinds =
    [
        (stream, first, destination, width) => stream.FillBits(first, destination, width),
        (stream, first, destination, width) => stream.FillUniform(first, MemoryMarshal.Cast<uint, float>(destination), width),
        (stream, first, destination, width) => stream.FillNormal(first, MemoryMarshal.Cast<uint, float>(destination), width),
    ];

    // A Sobol' sequence ends at 2³².
    private static readonly Gen<(RandomStream Stream, ulong First, int Length)> Stretch = Gen.Select(
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Enum<RandomSequence>()),
        Gen.OneOf(Gen.ULong[0, 300], Gen.ULong[(1UL << 34) - 300, (1UL << 34) + 300], Gen.ULong[0, 1UL << 63]),
        Gen.Int[0, Longest],
        (s, first, length) => (
            new RandomStream(s.Item1, s.Item2, s.Item3),
            s.Item3 == RandomSequence.Sobol ? first % ((1UL << 32) - Longest) : first,
            length));

    [Fact]
    public void Every_width_gives_the_same_bits() => Stretch.Sample(
        x => Kinds.All(fill =>
        {
            uint[] expected = Elements(fill, x.Stream, x.First, x.Length, LaneWidth.Scalar);
            return Enum.GetValues<LaneWidth>().All(width =>
                expected.AsSpan().SequenceEqual(Elements(fill, x.Stream, x.First, x.Length, width)));
        }),
        iter: 200);

    [Fact]
    public void Any_split_of_a_stretch_gives_the_same_elements() => Gen.Select(Stretch, Gen.Int[0, Longest]).Sample(
        (x, cut) => Kinds.All(fill =>
        {
            uint[] whole = Elements(fill, x.Stream, x.First, x.Length, LaneDispatch.Width);
            int at = Math.Min(cut, x.Length);
            uint[] left = Elements(fill, x.Stream, x.First, at, LaneDispatch.Width);
            uint[] right = Elements(fill, x.Stream, x.First + (ulong)at, x.Length - at, LaneDispatch.Width);
            return whole.AsSpan(0, at).SequenceEqual(left) && whole.AsSpan(at).SequenceEqual(right);
        }),
        iter: 500);

    [Fact]
    public void Nothing_is_written_outside_the_destination() => Stretch.Sample(
        x => Kinds.All(fill =>
        {
            var guarded = new uint[x.Length + 200];
            Array.Fill(guarded, 0xdeadbeef);
            fill(x.Stream, x.First, guarded.AsSpan(100, x.Length), LaneDispatch.Width);
            return guarded.AsSpan(0, 100).ContainsAnyExcept(0xdeadbeef) is false
                && guarded.AsSpan(100 + x.Length).ContainsAnyExcept(0xdeadbeef) is false;
        }),
        iter: 200);

    [Fact]
    public void Antithetic_elements_mirror_those_sixteen_before_them()
    {
        var stream = new RandomStream(3, 4, RandomSequence.Antithetic);
        var normals = new float[320];
        var uniforms = new float[320];
        var words = new uint[320];
        stream.FillNormal(64, normals);
        stream.FillUniform(64, uniforms);
        stream.FillBits(64, words);
        for (int i = 0; i < 320; i++)
        {
            if (i % 32 < 16)
            {
                Assert.Equal(-normals[i], normals[i + 16]);
                Assert.Equal(1f, uniforms[i] + uniforms[i + 16]);
                Assert.Equal(~words[i], words[i + 16]);
            }
        }
    }

    [Fact]
    public void Uniform_numbers_are_odd_multiples_of_two_to_the_minus_24_made_of_the_high_bits_of_a_word()
    {
        var words = new uint[4096];
        var numbers = new float[4096];
        var stream = new RandomStream(5, 6);
        stream.FillBits(0, words);
        stream.FillUniform(0, numbers);
        Assert.All(words.Zip(numbers), pair => Assert.Equal((2 * (pair.First >> 9)) + 1, pair.Second * 16777216.0));
    }

    [Fact]
    public void Normal_numbers_are_radius_times_cosine_in_even_rows_and_sine_in_odd_rows()
    {
        const double unit = 4294967296.0;
        var words = new uint[4096];
        var numbers = new float[4096];
        var stream = new RandomStream(7, 8);
        stream.FillBits(0, words);
        stream.FillNormal(0, numbers);
        for (int i = 0; i < words.Length; i++)
        {
            int even = i & ~16;
            double radius = Math.Sqrt(-2 * Math.Log((words[even] + 0.5) / unit));
            (double sin, double cos) = double.SinCosPi(2 * (Math.Floor(words[even + 16] / 64.0) + 0.5) / (1 << 26));

            // The logarithm is within 2 ulp of this one, its root within 1.5, sine and cosine within 1, the product rounds: 6 units of 2⁻²⁴ in all.
            Assert.Equal(radius * (even == i ? cos : sin), numbers[i], 6 * radius / 16777216);
        }
    }

    [Fact]
    public void A_seed_means_the_same_numbers_for_ever()
    {
        // The first eight of stream 2 of seed 1: whoever changes the sequence changes every picture and every result.
        var numbers = new float[8];
        new RandomStream(1, 2).FillNormal(0, numbers);
        Assert.Equal(Pinned, numbers);
    }

    [Fact]
    public void Filling_allocates_nothing()
    {
        var numbers = new float[1000];
        var words = new uint[1000];
        var stream = new RandomStream(9, 10);
        void Body()
        {
            stream.FillNormal(3, numbers);
            stream.FillUniform(3, numbers);
            stream.FillBits(3, words);
        }

        for (int i = 0; i < 3000; i++)
        {
            Body();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            Body();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0f, numbers.Sum());
    }

    private static uint[] Elements(Fill fill, RandomStream stream, ulong first, int length, LaneWidth width)
    {
        var destination = new uint[length];
        fill(stream, first, destination, width);
        return destination;
    }
}
