using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>
    /// The standard normal quantile Φ⁻¹((word + ½) 2⁻³²) of an unsigned 32-bit word, within 5.5 ulp, out to ±6.34; a word and its complement
    /// give numbers of opposite sign, bit for bit.
    /// </summary>
    /// <remarks>
    /// <para>
    /// With t = 2u − 1 and w = −ln(1 − t²), Φ⁻¹(u) / t is a smooth function of w that starts at √(π/2) and grows like √(2w): a rational minimax
    /// approximation of degrees 6 and 5 serves both the centre and the tails (Remez on 0 ≤ w ≤ 21.49; 0.16 · 2⁻²⁴), all of whose
    /// coefficients are positive. The variable is that of M. Giles, <i>Approximating the erfinv function</i> (2011).
    /// </para>
    /// <para>
    /// |t| and 1 − |t| are made of the word's bits separately, so that both keep their digits: 1 − t² = (1 − |t|)(1 + |t|).
    /// Guarded by Normal_quantile_of_a_word_is_within_its_bound and Normal_quantiles_of_complementary_words_are_opposite.
    /// </para>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V NormalQuantileOfBits<V>(V word)
        where V : struct, ILanes<V>
    {
        V w = NormalQuantileVariable(word, out V t);
        return NormalQuantileAt(w, t);
    }

    /// <summary>The first half of <see cref="NormalQuantileOfBits"/>: w, and t.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V NormalQuantileVariable<V>(V word, out V t)
        where V : struct, ILanes<V>
    {
        // The distance from the nearer end, in 0 … 2³¹ − 1, and from the middle.
        V tail = word ^ V.ShiftRightArithmeticInt(word, 31);
        V unit = V.Splat(4.6566129e-10f), half = V.Splat(2.3283064e-10f);
        V distance = V.Fma(V.FromInt(tail ^ V.SplatBits(int.MaxValue)), unit, half);
        V rest = V.Fma(V.FromInt(tail), unit, half);
        V square = V.Fma(rest, distance, rest);
        V exponent = ExponentAroundOne(square);
        V mantissa = V.SubtractInt(square, V.ShiftLeftInt(exponent, 23));

        // Words in the lower half are below the middle.
        t = V.FlipSign(-distance, word);
        return -LogOfParts(V.FromInt(exponent), mantissa - V.Splat(1f));
    }

    /// <summary>Its second half: t times the function of w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V NormalQuantileAt<V>(V w, V t)
        where V : struct, ILanes<V>
    {
        V p = V.Fma(V.Splat(1.9090231e-07f), w, V.Splat(5.927379e-05f));
        p = V.Fma(p, w, V.Splat(0.0011375813f));
        p = V.Fma(p, w, V.Splat(0.012520285f));
        p = V.Fma(p, w, V.Splat(0.090991855f));
        p = V.Fma(p, w, V.Splat(0.44742507f));
        p = V.Fma(p, w, V.Splat(1.2533141f));
        V q = V.Fma(V.Splat(3.7343523e-06f), w, V.Splat(0.00024830535f));
        q = V.Fma(q, w, V.Splat(0.0023108826f));
        q = V.Fma(q, w, V.Splat(0.03464854f));
        q = V.Fma(q, w, V.Splat(0.095193885f));
        q = V.Fma(q, w, V.Splat(1f));
        return t * p / q;
    }
}
