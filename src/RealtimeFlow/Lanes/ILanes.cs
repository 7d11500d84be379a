namespace RealtimeFlow.Lanes;

/// <summary>
/// A row of float32 lanes: the vocabulary in which every kernel is written, once, for all widths.
/// A width is a type argument, never a branch: <see cref="Lanes512"/>, <see cref="Lanes256"/>, <see cref="Lanes128"/>,
/// <see cref="LanesT"/> (the width of <see cref="System.Numerics.Vector{T}"/>) and <see cref="Lane1"/>.
/// </summary>
/// <remarks>
/// Every operation is IEEE 754 exact or correctly rounded, so each lane holds the same bits at every width.
/// Estimates (reciprocal, multiply-add) are left out for that reason. Bits of integers travel in the same type:
/// members whose name ends in <c>Int</c> or <c>Bits</c> read a lane as a 32-bit integer. A mask has all bits of
/// a lane set or none.
/// <para>There is no unrolled row of two or four vectors: kernels loop over the particles inside and the layers outside, so
/// consecutive iterations are independent and the processor overlaps them. On Zen 5 that was measured as fast as four vectors
/// in flight by hand, and it leaves the compiler's inlining budget, which such types exhaust, to the kernels.</para>
/// </remarks>
/// <typeparam name="V">The implementing type.</typeparam>
public interface ILanes<V>
    where V : struct, ILanes<V>
{
    /// <summary>The number of lanes; a constant to the compiler. A power of two, at most 16.</summary>
    static abstract int Count { get; }

    /// <summary>Lane i holds the integer i.</summary>
    static abstract V Iota { get; }

    /// <summary>The same number in each lane.</summary>
    static abstract V Splat(float value);

    /// <summary>The same 32 bits in each lane.</summary>
    static abstract V SplatBits(uint bits);

    /// <summary>Reads <see cref="Count"/> numbers that start <paramref name="offset"/> elements after <paramref name="source"/>.</summary>
    static abstract V Load(ref readonly float source, nint offset);

    /// <summary>Writes the lanes to the <see cref="Count"/> elements that start <paramref name="offset"/> after <paramref name="destination"/>.</summary>
    static abstract void Store(V value, ref float destination, nint offset);

    /// <summary>a + b.</summary>
    static abstract V operator +(V a, V b);

    /// <summary>a − b.</summary>
    static abstract V operator -(V a, V b);

    /// <summary>a · b.</summary>
    static abstract V operator *(V a, V b);

    /// <summary>a / b, correctly rounded.</summary>
    static abstract V operator /(V a, V b);

    /// <summary>−a: the sign bit flipped.</summary>
    static abstract V operator -(V a);

    /// <summary>a · b + c with one rounding, at every width and on every machine.</summary>
    static abstract V Fma(V a, V b, V c);

    /// <summary>
    /// sum ← a · b + sum with one rounding: <see cref="Fma"/> in place. A sum that goes round a loop stays in its register; assigned from
    /// the other's result, it was computed in another and moved back at each turn.
    /// </summary>
    static abstract void AddProduct(ref V sum, V a, V b);

    /// <summary>c − a · b with one rounding.</summary>
    static abstract V NegFma(V a, V b, V c);

    /// <summary>The lesser; NaN where <paramref name="b"/> is, unspecified where only <paramref name="a"/> is.</summary>
    static abstract V Min(V a, V b);

    /// <summary>The greater; NaN where <paramref name="b"/> is, unspecified where only <paramref name="a"/> is.</summary>
    static abstract V Max(V a, V b);

    /// <summary>The square root, correctly rounded.</summary>
    static abstract V Sqrt(V a);

    /// <summary>The sign bit cleared.</summary>
    static abstract V Abs(V a);

    /// <summary>−a where the sign bit of <paramref name="where"/> is set, else a.</summary>
    static abstract V FlipSign(V a, V where);

    /// <summary>The mask a &lt; b.</summary>
    static abstract V LessThan(V a, V b);

    /// <summary>Per lane <paramref name="a"/> where the mask is set, else <paramref name="b"/>.</summary>
    static abstract V Select(V mask, V a, V b);

    /// <summary>Bitwise and.</summary>
    static abstract V operator &(V a, V b);

    /// <summary>Bitwise or.</summary>
    static abstract V operator |(V a, V b);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract V operator ^(V a, V b);

    /// <summary>Bitwise exclusive or of three.</summary>
    static abstract V Xor(V a, V b, V c);

    /// <summary>a + b modulo 2³².</summary>
    static abstract V AddInt(V a, V b);

    /// <summary>a − b modulo 2³².</summary>
    static abstract V SubtractInt(V a, V b);

    /// <summary>The low 32 bits of the product.</summary>
    static abstract V MultiplyLowInt(V a, V b);

    /// <summary>The product of unsigned 32-bit integers, 64 bits: its low 32 bits and its high ones.</summary>
    static abstract void MultiplyWideInt(V a, uint b, out V low, out V high);

    /// <summary>Bits moved left by a constant, 0 ≤ count ≤ 31.</summary>
    static abstract V ShiftLeftInt(V a, int count);

    /// <summary>Bits moved right by a constant, zeros from the left.</summary>
    static abstract V ShiftRightInt(V a, int count);

    /// <summary>Bits moved right by a constant, copies of the sign from the left.</summary>
    static abstract V ShiftRightArithmeticInt(V a, int count);

    /// <summary>The bits in the opposite order.</summary>
    static abstract V ReverseBits(V a);

    /// <summary>A float that holds an integer of magnitude below 2³¹, as an integer.</summary>
    static abstract V ToInt(V a);

    /// <summary>A signed 32-bit integer as the nearest float, ties to even.</summary>
    static abstract V FromInt(V a);
}
