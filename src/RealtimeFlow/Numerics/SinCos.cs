using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>Sine and cosine of 2πx for |x| ≤ 2²⁰ turns; the reduction to a quadrant is exact.</summary>
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

    /// <summary>Sine and cosine of an angle given as an unsigned 32-bit fraction of a turn: 2π bits / 2³².</summary>
    /// <param name="bits">The angle.</param>
    /// <param name="sin">The sine.</param>
    /// <param name="cos">The cosine.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCosTurnsOfBits<V>(V bits, out V sin, out V cos)
        where V : struct, ILanes<V>
    {
        // The low 30 bits, read as signed, are the distance to the nearest quarter turn; the bit added carries into the quadrant.
        V r = V.FromInt(V.ShiftLeftInt(bits, 2)) * V.Splat(2.3283064365386963e-10f);
        SinCosOfQuadrant(V.AddInt(bits, V.SplatBits(0x20000000)), r, out sin, out cos);
    }

    /// <summary>Sine and cosine of (q + r) quarter turns: q in the top two bits of <paramref name="quadrant"/>, |r| ≤ ½.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCosOfQuadrant<V>(V quadrant, V r, out V sin, out V cos)
        where V : struct, ILanes<V>
    {
        V y = r * r;
        V s = V.Fma(V.Fma(V.Splat(-0.00460483419f), y, V.Splat(0.0796814128f)), y, V.Splat(-0.645963630f));
        V c = V.Fma(V.Fma(V.Fma(V.Splat(9.03766535e-4f), y, V.Splat(-0.0208601652f)), y, V.Splat(0.253669226f)), y, V.Splat(-1.23370054f));

        // π/2 = 1.57079637 − 4.37113883e-8, the first of them exact in the last, single rounding.
        s = V.Fma(r, V.Splat(1.57079637f), r * V.Fma(s, y, V.Splat(-4.37113883e-8f)));
        c = V.Fma(c, y, V.Splat(1f));

        V odd = V.ShiftRightArithmeticInt(V.ShiftLeftInt(quadrant, 1), 31);
        V sign = V.Splat(-0f);
        V sinSign = quadrant & sign;
        V cosSign = (quadrant ^ V.ShiftLeftInt(quadrant, 1)) & sign;
        sin = V.Select(odd, c, s) ^ sinSign;
        cos = V.Select(odd, s, c) ^ cosSign;
    }
}
