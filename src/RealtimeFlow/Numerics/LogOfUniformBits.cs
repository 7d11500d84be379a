using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>
    /// ln u of a uniform number u in (0, 1) that a random word stands for, with full relative precision at both ends.
    /// With p = (n + ½) 2⁻³², n the low 31 bits: u = p where the top bit is clear, u = 1 − p where it is set.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V LogOfUniformBits<V>(V word)
        where V : struct, ILanes<V>
    {
        V one = V.Splat(1f);
        V sign = V.Splat(-0f);
        V n = V.FromInt(V.SplatBits(0x7fffffff) & word);
        V p = V.Fma(n, V.Splat(2.3283064365386963e-10f), V.Splat(1.1641532182693481e-10f)) ^ (word & sign);

        // u = base + p with base 0 or 1 and p signed; f = 2⁻ᵉ u − 1 = 2⁻ᵉ p + (2⁻ᵉ base − 1), whose bracket is exact: 0 or 1 where base is 1.
        V origin = V.ShiftRightArithmeticInt(word, 31) & one;
        V exponent = ExponentAroundOne(origin + p);
        V scale = V.SubtractInt(one, V.ShiftLeftInt(exponent, 23));
        V f = V.Fma(p, scale, V.Fma(origin, scale, -one));
        return LogOfParts(V.FromInt(exponent), f);
    }
}
