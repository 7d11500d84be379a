using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>
/// Points of a Sobol' sequence, I. Sobol', <i>On the distribution of points in a cube and the approximate evaluation of integrals</i>
/// (1967), each coordinate of which is scrambled after A. Owen, <i>Randomly permuted (t,m,s)-nets and (t,s)-sequences</i> (1995): every
/// point is uniform, and together they stay a net.
/// </summary>
/// <remarks>
/// Owen's permutation of a digit depends on the digits before it. With the first digit in the lowest bit, so does any chain of additions of
/// a key and x ⊕ x · (even): S. Laine and T. Karras, <i>Stratified sampling for stochastic transparency</i> (2011); B. Burley,
/// <i>Practical hash-based Owen scrambling</i> (2020), whose multipliers these are. The four keys of a coordinate are the words of one
/// call of Philox, under the stream's seed and number.
/// </remarks>
internal static class SobolNoise
{
    /// <summary>Points of a sequence: 32 digits of an index.</summary>
    private const ulong Points = 1UL << SobolDirections.Digits;

    /// <summary>The block of the keys, of counters that no element of the independent sequence has.</summary>
    private const ulong KeyBlock = 0xC000_0000_0000_0000 / Words.Row;

    /// <summary>Rows of words that are made at a time: 4 KiB, at least a row for every coordinate.</summary>
    private const int Chunk = SobolDirections.Coordinates;

    /// <inheritdoc cref="PointNoise.Fill"/>
    /// <exception cref="ArgumentOutOfRangeException">More coordinates or points than the sequence has.</exception>
    [SkipLocalsInit]
    public static void Fill<V, TNoise>(
        in TNoise noise, in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination)
        where V : struct, ILanes<V>
        where TNoise : struct, INoise
    {
        int limit = SobolDirections.Coordinates / TNoise.WordsPerNumber;
        if (dimension > limit)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimension), dimension, $"A Sobol' sequence of this distribution has at most {limit} dimensions: take another sequence.");
        }

        if (firstGroup > Points / Words.Row || (ulong)groups > (Points / Words.Row) - firstGroup)
        {
            throw new ArgumentOutOfRangeException(
                nameof(firstGroup), firstGroup * Words.Row, $"A Sobol' sequence has {Points} points: take another stream for more.");
        }

        int coordinates = dimension * TNoise.WordsPerNumber;
        Span<float> keyBuffer = stackalloc float[SobolDirections.Coordinates * Words.RowsPerBlock];
        Span<float> wordBuffer = stackalloc float[Chunk * Words.Row];
        ref float keys = ref MemoryMarshal.GetReference(keyBuffer);
        ref float words = ref MemoryMarshal.GetReference(wordBuffer);
        Words.Fill<V>(stream, KeyBlock, (coordinates + Words.Row - 1) / Words.Row, ref keys);
        nint step = Chunk / coordinates;
        for (nint i = 0; i < groups; i += step)
        {
            nint count = Math.Min(step, groups - i);
            uint first = (uint)(firstGroup + (ulong)i) * Words.Row;
            for (int coordinate = 0; coordinate < coordinates; coordinate++)
            {
                ref float key = ref Unsafe.Add(ref keys, (coordinate / Words.Row * Words.BlockSize) + (coordinate % Words.Row));
                Rows<V>(coordinate, first, count, ref key, coordinates * Words.Row, ref Unsafe.Add(ref words, coordinate * Words.Row));
            }

            noise.OfWords<V>(ref words, count * dimension, ref Unsafe.Add(ref destination, i * dimension * Words.Row));
        }
    }

    /// <summary>The scrambled words of one coordinate: a row for every group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows<V>(int coordinate, uint firstPoint, nint groups, ref float key, nint stride, ref float words)
        where V : struct, ILanes<V>
    {
        V key0 = V.SplatBits(BitConverter.SingleToUInt32Bits(key));
        V key1 = V.SplatBits(BitConverter.SingleToUInt32Bits(Unsafe.Add(ref key, Words.Row)));
        V key2 = V.SplatBits(BitConverter.SingleToUInt32Bits(Unsafe.Add(ref key, 2 * Words.Row)));
        V key3 = V.SplatBits(BitConverter.SingleToUInt32Bits(Unsafe.Add(ref key, 3 * Words.Row)));
        ref readonly float pattern = ref SobolDirections.PatternOf(coordinate);
        ref uint cumulated = ref Unsafe.AsRef(in SobolDirections.CumulatedOf(coordinate));
        uint ofLane = Unsafe.Add(ref cumulated, BitOperations.Log2(Words.Row) - 1);
        uint word = SobolDirections.WordAt(coordinate, firstPoint);
        uint point = firstPoint;
        for (nint group = 0; group < groups; group++)
        {
            V shared = V.SplatBits(word);
            for (nint i = 0; i < Words.Row; i += V.Count)
            {
                V x = V.AddInt(V.Load(in pattern, i) ^ shared, key0);
                x = V.AddInt(Flip(x, 0x6C50B47C), key1);
                x = V.AddInt(Flip(x, 0xB82F1E52), key2);
                x = V.AddInt(Flip(x, 0xC7AFE638), key3);
                V.Store(V.ReverseBits(Flip(x, 0x8D22F6E6)), ref words, (group * stride) + i);
            }

            // The digits that change, but for the four of the lane. After the last point of the sequence the word is of no further use.
            point += Words.Row;
            word ^= ofLane ^ Unsafe.Add(ref cumulated, BitOperations.TrailingZeroCount(point) % SobolDirections.Digits);
        }
    }

    /// <summary>Turns digits as the digits before them say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Flip<V>(V x, uint even)
        where V : struct, ILanes<V> => x ^ V.MultiplyLowInt(x, V.SplatBits(even));
}
