using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>
    /// Sine and cosine of 2πx for |x| ≤ 2²⁰ turns, each within 1 ulp; exact at whole quarters of a turn. The cosine is even, the sine
    /// odd (but for the sign of a zero). Beyond 2²⁰ turns, at ∞ and NaN the results mean nothing.
    /// </summary>
    /// <remarks>
    /// Guarded by Sine_of_turns_is_within_its_bound, Cosine_of_turns_is_within_its_bound and Sine_of_turns_is_odd_and_cosine_even.
    /// </remarks>
    /// <param name="x">The angle in turns.</param>
    /// <param name="sin">sin 2πx.</param>
    /// <param name="cos">cos 2πx.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCosTurns<V>(V x, out V sin, out V cos)
        where V : struct, ILanes<V>
    {
        // q = round(4x) stands in the low bits of 4x + 1.5·2²³; 4x − q is exact.
        V quarters = x * V.Splat(4f);
        V shifter = V.Splat(12582912f);
        V shifted = quarters + shifter;
        SinCosOfQuadrant(V.ShiftLeftInt(shifted, 30), quarters - (shifted - shifter), out sin, out cos);
    }

    /// <summary>
    /// Sine and cosine of the angle (⌊bits / 2⁶⌋ + ½) 2⁻²⁶ turns, each within 1 ulp: 2²⁶ angles, none of them special, symmetric about
    /// every eighth of a turn. Complementary words give the same cosine and sines of opposite sign, bit for bit.
    /// </summary>
    /// <remarks>
    /// 24 bits are left for a quarter of a turn, so that the distance to the nearest quarter is exact in float32.
    /// Guarded by Sine_of_a_word_is_within_its_bound, Cosine_of_a_word_is_within_its_bound and Complementary_words_are_mirrored_angles.
    /// </remarks>
    /// <param name="bits">The angle.</param>
    /// <param name="sin">The sine.</param>
    /// <param name="cos">The cosine.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCosTurnsOfBits<V>(V bits, out V sin, out V cos)
        where V : struct, ILanes<V>
    {
        // The low 30 bits, read as signed, are the distance to the nearest quarter turn; the bit added carries into the quadrant.
        V distance = V.ShiftRightArithmeticInt(V.ShiftLeftInt(bits, 2), 8);
        V r = V.Fma(V.FromInt(distance), V.Splat(5.9604645e-8f), V.Splat(2.9802322e-8f));
        SinCosOfQuadrant(V.AddInt(bits, V.SplatBits(0x20000000)), r, out sin, out cos);
    }

    /// <summary>Sine and cosine of (q + r) quarter turns: q in the top two bits of <paramref name="quadrant"/>, |r| ≤ ½.</summary>
    /// <remarks>
    /// sin(πr/2) = r (π/2 + r² S(r²)) and cos(πr/2) = 1 + r² C(r²): S of degree 2 and C of degree 3 are minimax polynomials of the
    /// relative error (Remez; 0.064 and 0.001 · 2⁻²⁴), moved by single bits to lessen the error as computed.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCosOfQuadrant<V>(V quadrant, V r, out V sin, out V cos)
        where V : struct, ILanes<V>
    {
        V y = r * r;
        V s = V.Fma(V.Fma(V.Splat(-0.00460472237f), y, V.Splat(0.0796812847f)), y, V.Splat(-0.645963609f));
        V c = V.Fma(V.Fma(V.Fma(V.Splat(9.03758570e-4f), y, V.Splat(-0.0208601728f)), y, V.Splat(0.253669113f)), y, V.Splat(-1.23370051f));

        // π/2 = 1.57079637 − 4.37113883e-8, the first of them exact in the last, single rounding.
        s = V.Fma(r, V.Splat(1.57079637f), r * V.Fma(s, y, V.Splat(-4.37113883e-8f)));
        c = V.Fma(c, y, V.Splat(1f));

        // Odd quadrants exchange the two; the sine is negative in quadrants 2 and 3, the cosine in 1 and 2.
        V low = V.ShiftLeftInt(quadrant, 1);
        V odd = V.ShiftRightArithmeticInt(low, 31);
        sin = V.FlipSign(V.Select(odd, c, s), quadrant);
        cos = V.FlipSign(V.Select(odd, s, c), quadrant ^ low);
    }
}
