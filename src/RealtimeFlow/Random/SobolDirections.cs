using System.Numerics;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>
/// The direction numbers of the Sobol' sequence, by S. Joe and F. Kuo, <i>Constructing Sobol' sequences with better two-dimensional
/// projections</i> (2008), their set new-joe-kuo-6. Every word here has its bits reversed: the first digit of a coordinate is bit 0.
/// </summary>
internal static class SobolDirections
{
    /// <summary>The number of coordinates there are.</summary>
    public const int Coordinates = 64;

    /// <summary>Binary digits of an index, and of a coordinate.</summary>
    public const int Digits = 32;

    /// <summary>
    /// For each coordinate but the first: its primitive polynomial as bits, the highest power first, and the initial numbers m₁ … m_s,
    /// s the degree.
    /// </summary>
    private static ReadOnlySpan<ushort> Polynomials =>
    [
        3, 1,
        7, 1, 3,
        11, 1, 3, 1,
        13, 1, 1, 1,
        19, 1, 1, 3, 3,
        25, 1, 3, 5, 13,
        37, 1, 1, 5, 5, 17,
        41, 1, 1, 5, 5, 5,
        47, 1, 1, 7, 11, 19,
        55, 1, 1, 5, 1, 1,
        59, 1, 1, 1, 3, 11,
        61, 1, 3, 5, 5, 31,
        67, 1, 3, 3, 9, 7, 49,
        91, 1, 1, 1, 15, 21, 21,
        97, 1, 3, 1, 13, 27, 49,
        103, 1, 1, 1, 15, 7, 5,
        109, 1, 3, 1, 15, 13, 25,
        115, 1, 1, 5, 5, 19, 61,
        131, 1, 3, 7, 11, 23, 15, 103,
        137, 1, 3, 7, 13, 13, 15, 69,
        143, 1, 1, 3, 13, 7, 35, 63,
        145, 1, 3, 5, 9, 1, 25, 53,
        157, 1, 3, 1, 13, 9, 35, 107,
        167, 1, 3, 1, 5, 27, 61, 31,
        171, 1, 1, 5, 11, 19, 41, 61,
        185, 1, 3, 5, 3, 3, 13, 69,
        191, 1, 1, 7, 13, 1, 19, 1,
        193, 1, 3, 7, 5, 13, 19, 59,
        203, 1, 1, 3, 9, 25, 29, 41,
        211, 1, 3, 5, 13, 23, 1, 55,
        213, 1, 3, 7, 3, 13, 59, 17,
        229, 1, 3, 1, 3, 5, 53, 69,
        239, 1, 1, 5, 5, 23, 33, 13,
        241, 1, 1, 7, 7, 1, 61, 123,
        247, 1, 1, 7, 9, 13, 61, 49,
        253, 1, 3, 3, 5, 3, 55, 33,
        285, 1, 3, 1, 15, 31, 13, 49, 245,
        299, 1, 3, 5, 15, 31, 59, 63, 97,
        301, 1, 3, 1, 11, 11, 11, 77, 249,
        333, 1, 3, 1, 11, 27, 43, 71, 9,
        351, 1, 1, 7, 15, 21, 11, 81, 45,
        355, 1, 3, 7, 3, 25, 31, 65, 79,
        357, 1, 3, 1, 1, 19, 11, 3, 205,
        361, 1, 1, 5, 9, 19, 21, 29, 157,
        369, 1, 3, 7, 11, 1, 33, 89, 185,
        391, 1, 3, 3, 3, 15, 9, 79, 71,
        397, 1, 3, 7, 11, 15, 39, 119, 27,
        425, 1, 1, 3, 1, 11, 31, 97, 225,
        451, 1, 1, 1, 3, 23, 43, 57, 177,
        463, 1, 3, 7, 7, 17, 17, 37, 71,
        487, 1, 3, 1, 5, 27, 63, 123, 213,
        501, 1, 1, 3, 5, 11, 43, 53, 133,
        529, 1, 3, 5, 5, 29, 17, 47, 173, 479,
        539, 1, 3, 3, 11, 3, 1, 109, 9, 69,
        545, 1, 1, 1, 5, 17, 39, 23, 5, 343,
        557, 1, 3, 1, 5, 25, 15, 31, 103, 499,
        563, 1, 1, 1, 11, 11, 17, 63, 105, 183,
        601, 1, 1, 5, 11, 9, 29, 97, 231, 363,
        607, 1, 1, 5, 15, 19, 45, 41, 7, 383,
        617, 1, 3, 7, 7, 31, 19, 83, 137, 221,
        623, 1, 1, 1, 3, 23, 15, 111, 223, 83,
        631, 1, 1, 5, 13, 31, 15, 55, 25, 161,
        637, 1, 1, 3, 13, 25, 47, 39, 87, 257,
    ];

    // Row d: v₁ ⊕ … ⊕ v_k at place k − 1. From an index to the next, its lowest k digits change.
    private static readonly uint[] Cumulated = MakeCumulated();

    // Row d: the contributions of the four lowest digits, in 16 lanes.
    private static readonly float[] Patterns = MakePatterns();

    /// <summary>The first of the cumulated direction numbers of a coordinate.</summary>
    public static ref readonly uint CumulatedOf(int coordinate) => ref Cumulated[coordinate * Digits];

    /// <summary>The first of the 16 words of a coordinate at the indices 0 to 15.</summary>
    public static ref readonly float PatternOf(int coordinate) => ref Patterns[coordinate * Words.Row];

    /// <summary>The word of a coordinate at an index, unscrambled.</summary>
    public static uint WordAt(int coordinate, uint index)
    {
        // Σ over the digits nᵢ vᵢ = Σ (nᵢ ⊕ nᵢ₊₁)(v₁ ⊕ … ⊕ vᵢ).
        uint word = 0;
        for (uint digits = index ^ (index >> 1); digits != 0; digits &= digits - 1)
        {
            word ^= Cumulated[(coordinate * Digits) + BitOperations.TrailingZeroCount(digits)];
        }

        return word;
    }

    private static uint[] MakeCumulated()
    {
        var cumulated = new uint[Coordinates * Digits];
        ReadOnlySpan<ushort> rest = Polynomials;
        Span<uint> v = stackalloc uint[Digits];
        for (int coordinate = 0; coordinate < Coordinates; coordinate++)
        {
            if (coordinate == 0)
            {
                // The sequence of J. van der Corput: digit k of the index is digit k of the coordinate.
                for (int k = 0; k < Digits; k++)
                {
                    v[k] = 1u << k;
                }
            }
            else
            {
                int degree = BitOperations.Log2(rest[0]);
                Recur(rest[0], rest.Slice(1, degree), v);
                rest = rest[(degree + 1)..];
            }

            uint sum = 0;
            for (int k = 0; k < Digits; k++)
            {
                sum ^= v[k];
                cumulated[(coordinate * Digits) + k] = sum;
            }
        }

        return cumulated;
    }

    /// <summary>vₖ = vₖ₋ₛ ⊕ vₖ₋ₛ / 2ˢ ⊕ Σ cⱼ vₖ₋ⱼ, the division by a power of two a shift to later digits.</summary>
    private static void Recur(uint polynomial, ReadOnlySpan<ushort> initial, Span<uint> v)
    {
        int degree = initial.Length;
        for (int k = 0; k < Digits; k++)
        {
            if (k < degree)
            {
                // m has k + 1 binary digits, the first of them the first of the coordinate.
                v[k] = (uint)Lane1.ReverseBits(Lane1.SplatBits((uint)initial[k] << (Digits - 1 - k))).Bits;
                continue;
            }

            v[k] = v[k - degree] ^ (v[k - degree] << degree);
            for (int j = 1; j < degree; j++)
            {
                v[k] ^= v[k - j] * ((polynomial >> (degree - j)) & 1);
            }
        }
    }

    private static float[] MakePatterns()
    {
        var patterns = new float[Coordinates * Words.Row];
        Span<uint> words = MemoryMarshal.Cast<float, uint>(patterns.AsSpan());
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = WordAt(i / Words.Row, (uint)(i % Words.Row));
        }

        return patterns;
    }
}
