using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>
    /// ln u, within 1 ulp, of the uniform number u that a word stands for: p above 0 and 1 + p below, for the float32 p next to the signed
    /// word's (word + ½) 2⁻³². So u is (word + ½) 2⁻³² of the unsigned word but for 2⁻²⁴ of its distance from the nearer end of (0, 1);
    /// against the logarithm of that number the error is within 1.7 ulp.
    /// </summary>
    /// <remarks>
    /// <para>
    /// With the e that brings 2⁻ᵉ u into [√½, √2), f = 2⁻ᵉ u − 1 = 2⁻ᵉ p + (2⁻ᵉ origin − 1) for the origin 0 or 1: bracket and sum are
    /// exact, and u near 1, which float32 would round by as much as 1 − u, is never formed.
    /// </para>
    /// <para>
    /// Guarded by Logarithm_of_a_uniform_word_is_within_its_bound and Logarithm_of_a_word_is_near_that_of_its_unrounded_number.
    /// </para>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V LogOfUniformBits<V>(V word)
        where V : struct, ILanes<V>
    {
        V one = V.Splat(1f);
        V p = V.Fma(V.FromInt(word), V.Splat(2.3283064365386963e-10f), V.Splat(1.1641532182693481e-10f));
        V origin = V.ShiftRightArithmeticInt(word, 31) & one;
        V exponent = ExponentAroundOne(origin + p);
        V scale = V.SubtractInt(one, V.ShiftLeftInt(exponent, 23));
        V f = V.Fma(p, scale, V.Fma(origin, scale, -one));
        return LogOfParts(V.FromInt(exponent), f);
    }
}
