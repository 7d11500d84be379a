using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>log(1 + x), within 1.6 ulp, near 0 too: log1p(±0) = ±0, −∞ at −1, NaN below, ∞ at ∞, NaN stays NaN.</summary>
    /// <remarks>
    /// With e the exponent of 1 + x: log(1 + x) = e ln 2 + log(1 + f), f = 2⁻ᵉ (1 + x) − 1. Where e = 0, f is x itself. Below 2⁻²⁴ in
    /// magnitude the result rounds to x or its neighbour. Guarded by Log1p_is_within_its_bound.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1p<V>(V x)
        where V : struct, ILanes<V>
    {
        V sum = x + V.Splat(1f);
        V logarithm = V.Select(V.LessThan(V.Abs(x), V.Splat(5.9604645e-8f)), x, Log1pOfNormal(x, sum));
        return LogAtEnds(sum, logarithm);
    }

    /// <summary>log(1 + x) for finite x above −1, given 1 + x as rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Log1pOfNormal<V>(V x, V sum)
        where V : struct, ILanes<V>
    {
        // f = (1 + x) 2⁻ᵉ − 1 with one rounding that matters; 4·2⁻ᵉ is a normal number for each e ≤ 128.
        V exponent = ExponentAroundOne(sum);
        V scale = V.SubtractInt(V.Splat(4f), V.ShiftLeftInt(exponent, 23));
        V quarter = V.Splat(0.25f);
        V f = V.Fma(quarter * x, scale, V.Fma(quarter, scale, V.Splat(-1f)));
        return LogOfParts(V.FromInt(exponent), f);
    }
}
