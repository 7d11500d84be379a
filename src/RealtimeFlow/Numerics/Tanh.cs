using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        TanhCoefficients<V>.Load(in MemoryMarshal.GetReference(TanhCoefficients<V>.Numbers)).Fraction(x, out V a, out V b);
        return a * (b + b) / V.Fma(b, b, a * a);
    }
}

/// <summary>The coefficients of <see cref="LaneMath.Tanh"/>, for a loop that holds them in registers.</summary>
/// <remarks>
/// They are read from memory: literals the compiler would fetch anew for every use, which costs the loop of a planar layer a sixth of
/// its time.
/// </remarks>
internal readonly struct TanhCoefficients<V>
    where V : struct, ILanes<V>
{
    private readonly V _least, _greatest, _a0, _a1, _a2, _b0, _b1, _b2, _b3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TanhCoefficients(ref readonly float first)
    {
        _least = At(in first, 0);
        _greatest = At(in first, 1);
        _a0 = At(in first, 2);
        _a1 = At(in first, 3);
        _a2 = At(in first, 4);
        _b0 = At(in first, 5);
        _b1 = At(in first, 6);
        _b2 = At(in first, 7);
        _b3 = At(in first, 8);
    }

    /// <summary>The numbers that <see cref="Load"/> reads.</summary>
    public static ReadOnlySpan<float> Numbers =>
        [-9.011f, 9.011f, 475.999847f, 14.1704054f, 0.0543466061f, 951.999695f, 107.67408f, 1.14823842f, 0.00116864371f];

    /// <summary>Reads them from a copy of <see cref="Numbers"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TanhCoefficients<V> Load(ref readonly float first) => new(in first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V At(ref readonly float first, int i) => V.Splat(Unsafe.Add(ref Unsafe.AsRef(in first), i));

    /// <summary>½ tanh x: an operation less. Half the bits of tanh x, but for the last of a subnormal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Half(V x)
    {
        Fraction(x, out V a, out V b);
        return a * b / V.Fma(b, b, a * a);
    }

    /// <summary>tanh(x/2) as a / b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fraction(V x, out V a, out V b)
    {
        V clamped = V.Min(_greatest, V.Max(_least, x));
        V y = clamped * clamped;
        a = clamped * V.Fma(V.Fma(_a2, y, _a1), y, _a0);
        b = V.Fma(V.Fma(V.Fma(_b3, y, _b2), y, _b1), y, _b0);
    }
}
