using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>ln u of the uniform number u = (word + ½) 2⁻³², within 1.7 ulp: full relative precision at both ends of (0, 1).</summary>
    /// <remarks>
    /// <para>
    /// Read as signed, the word gives p = (word + ½) 2⁻³² in (−½, ½): u = p above 0 and 1 + p below. With the e that brings 2⁻ᵉ u
    /// into [√½, √2), f = 2⁻ᵉ u − 1 = 2⁻ᵉ p + (2⁻ᵉ origin − 1) for the origin 0 or 1: the bracket is exact, and u near 1, which float32
    /// would round by as much as 1 − u, is never formed.
    /// </para>
    /// <para>Guarded by Logarithm_of_a_uniform_word_is_within_its_bound.</para>
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
