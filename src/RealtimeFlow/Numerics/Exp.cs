using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>
    /// The exponential, within 1.1 ulp; exp(±0) = 1 exactly, +∞ from 88.7228 on, gradual underflow to 0 below −87.3; NaN stays NaN.
    /// </summary>
    /// <remarks>
    /// exp x = 2ⁿ exp r with n = round(x / ln 2), r = x − n ln 2 in two steps (W. Cody and W. Waite, <i>Software Manual for the Elementary
    /// Functions</i>, 1980: the leading part of ln 2 has few bits, so n times it is exact). Guarded by Exp_is_within_its_bound.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : struct, ILanes<V>
    {
        // Beyond these ends the result is +∞ or 0 after rounding.
        V clamped = V.Min(V.Splat(89f), V.Max(V.Splat(-104f), x));

        // n = round(x / ln 2) stands in the low bits of x / ln 2 + 1.5·2²³.
        V shifter = V.Splat(12582912f);
        V shifted = V.Fma(clamped, V.Splat(1.44269504f), shifter);
        V n = shifted - shifter;
        V power = V.SubtractInt(shifted, shifter);

        // 2ⁿ as two factors, each a normal number, for −150 ≤ n ≤ 128.
        V half = V.ShiftRightArithmeticInt(power, 1);
        V one = V.Splat(1f);
        V first = V.AddInt(V.ShiftLeftInt(half, 23), one);
        V second = V.AddInt(V.ShiftLeftInt(V.SubtractInt(power, half), 23), one);
        return ExpOfReduced(clamped, n) * first * second;
    }

    /// <summary>exp(x − n ln 2) where that is at most ½ ln 2 from 0.</summary>
    /// <remarks>
    /// exp r = 1 + (r + r² Q(r)), Q of degree 4: a minimax polynomial of the relative error (Remez; 0.051 · 2⁻²⁴), moved by single
    /// bits to lessen the error as computed. The sum in brackets is small beside 1, so that its rounding hardly counts.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpOfReduced<V>(V x, V n)
        where V : struct, ILanes<V>
    {
        V r = V.NegFma(n, V.Splat(-2.12194440e-4f), V.NegFma(n, V.Splat(0.693359375f), x));
        V q = V.Splat(0.00138145511f);
        q = V.Fma(q, r, V.Splat(0.00836878642f));
        q = V.Fma(q, r, V.Splat(0.0416683629f));
        q = V.Fma(q, r, V.Splat(0.166665211f));
        q = V.Fma(q, r, V.Splat(0.499999940f));
        return V.Fma(q, r * r, r) + V.Splat(1f);
    }
}
