using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>The natural logarithm, within 1 ulp: log 1 = 0 exactly, log(±0) = −∞, NaN below 0, log ∞ = ∞, NaN stays NaN; denormals included.</summary>
    /// <remarks>Guarded by Log_is_within_its_bound.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V>(V x)
        where V : struct, ILanes<V>
    {
        V denormal = V.LessThan(x, V.Splat(1.17549435e-38f));
        V scaled = V.Select(denormal, x * V.Splat(8388608f), x);
        V exponent = ExponentAroundOne(scaled);
        V mantissa = V.SubtractInt(scaled, V.ShiftLeftInt(exponent, 23));
        V e = V.FromInt(exponent) - (denormal & V.Splat(23f));
        return LogAtEnds(x, LogOfParts(e, mantissa - V.Splat(1f)));
    }

    /// <summary>ln(x 2ⁿ) of a normal positive x and an integer n, within 1 ulp while |n| &lt; 2¹⁵; ∞ and NaN stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V LogOfScaled<V>(V x, V n)
        where V : struct, ILanes<V>
    {
        V exponent = ExponentAroundOne(x);
        V mantissa = V.SubtractInt(x, V.ShiftLeftInt(exponent, 23));
        V logarithm = LogOfParts(V.FromInt(V.AddInt(exponent, n)), mantissa - V.Splat(1f));
        return V.Select(V.LessThan(x, V.Splat(float.PositiveInfinity)), logarithm, x);
    }

    /// <summary>The integer e with 2⁻ᵉ x in [√½, √2), for normal positive x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExponentAroundOne<V>(V x)
        where V : struct, ILanes<V> =>
        V.ShiftRightArithmeticInt(V.SubtractInt(x, V.Splat(0.70710678f)), 23);

    /// <summary>e ln 2 + log(1 + f) for an integer e and √½ ≤ 1 + f &lt; √2.</summary>
    /// <remarks>
    /// log(1 + f) = f + f² (f R(f) − ½), R of degree 7: a minimax polynomial of the error relative to log(1 + f) (Remez; 0.098 · 2⁻²⁴),
    /// moved by single bits to lessen the error as computed. ln 2 in two parts: e times the leading one is exact.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOfParts<V>(V e, V f)
        where V : struct, ILanes<V>
    {
        V r = V.Splat(-0.0763461962f);
        r = V.Fma(r, f, V.Splat(0.127616554f));
        r = V.Fma(r, f, V.Splat(-0.131602153f));
        r = V.Fma(r, f, V.Splat(0.142017454f));
        r = V.Fma(r, f, V.Splat(-0.166233763f));
        r = V.Fma(r, f, V.Splat(0.200012267f));
        r = V.Fma(r, f, V.Splat(-0.250008196f));
        r = V.Fma(r, f, V.Splat(0.333333313f));
        V tail = V.Fma(e, V.Splat(-2.12194440e-4f), V.Fma(r, f, V.Splat(-0.5f)) * (f * f));
        return V.Fma(e, V.Splat(0.693359375f), f + tail);
    }

    /// <summary>The logarithm where x is a normal positive number, else what IEEE 754 asks for at 0, below it, at ∞ and NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogAtEnds<V>(V x, V logarithm)
        where V : struct, ILanes<V>
    {
        V zero = V.Splat(0f);
        V notPositive = V.Select(V.LessThan(x, zero), V.Splat(float.NaN), V.Splat(float.NegativeInfinity));
        V positive = V.Select(V.LessThan(zero, x), logarithm, notPositive);
        return V.Select(V.LessThan(x, V.Splat(float.PositiveInfinity)), positive, x);
    }
}
