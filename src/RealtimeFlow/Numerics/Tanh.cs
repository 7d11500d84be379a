using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

/// <summary>
/// Elementary functions over lanes: the same bits at every width, inlined into the kernel that calls them.
/// Bounds are in units in the last place of the exact value, measured over every float32; README.md in this folder has the table.
/// </summary>
public static partial class LaneMath
{
    /// <summary>
    /// The hyperbolic tangent, within 3 ulp; odd bit for bit, never beyond ±1, tanh(±0) = ±0, tanh(±∞) = ±1, NaN stays NaN.
    /// </summary>
    /// <remarks>
    /// <para>
    /// tanh x = 2ab / (a² + b²) where a / b = tanh(x/2). An error of a / b reaches the result divided by cosh x: near ±1, where
    /// float32 is finest, neither the approximation nor its rounding counts, and 2ab never exceeds a² + b² as rounded. Hence few
    /// coefficients: a = x A(x²) with A of degree 2, b = B(x²) with B of degree 3. Their common scale is free; this one keeps what is
    /// rounded in the upper half of a binade where it counts.
    /// </para>
    /// <para>
    /// A and B are the rational minimax approximation of tanh(x/2) / x on |x| ≤ 9.011, error relative and weighted by 1 / cosh x
    /// (Remez; 0.12 · 2⁻²⁴), its coefficients rounded to float32 and then moved by single bits to lessen the largest error of the
    /// computed result over every float32. From 9.0109 on, tanh rounds to 1.
    /// </para>
    /// <para>Guarded by Tanh_is_within_its_bound and Tanh_is_odd_bit_for_bit_and_never_beyond_one.</para>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : struct, ILanes<V>
    {
        V clamped = V.Min(V.Splat(9.011f), V.Max(V.Splat(-9.011f), x));
        V y = clamped * clamped;
        V a = clamped * V.Fma(V.Fma(V.Splat(0.0543466061f), y, V.Splat(14.1704054f)), y, V.Splat(475.999847f));
        V b = V.Fma(V.Fma(V.Fma(V.Splat(0.00116864371f), y, V.Splat(1.14823842f)), y, V.Splat(107.67408f)), y, V.Splat(951.999695f));
        return a * (b + b) / V.Fma(b, b, a * a);
    }
}
