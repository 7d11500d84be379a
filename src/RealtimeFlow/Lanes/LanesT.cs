using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeFlow.Lanes;

/// <summary>The lanes of one <see cref="Vector{T}"/>: 4, 8 or 16, as the process was started (default 8 on x86-64 with AVX2).</summary>
public struct LanesT(Vector<float> value) : ILanes<LanesT>
{
    private Vector<float> _v = value;

    /// <inheritdoc/>
    public static int Count => Vector<float>.Count;

    /// <inheritdoc/>
    public static LanesT Iota => new(Vector<int>.Indices.As<int, float>());

    /// <inheritdoc/>
    public static LanesT Splat(float value) => new(Vector.Create(value));

    /// <inheritdoc/>
    public static LanesT SplatBits(uint bits) => new(Vector.Create(bits).As<uint, float>());

    /// <inheritdoc/>
    public static LanesT Load(ref readonly float source, nint offset) => new(Vector.LoadUnsafe(in source, (nuint)offset));

    /// <inheritdoc/>
    public static void Store(LanesT value, ref float destination, nint offset) => value._v.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    public static LanesT operator +(LanesT a, LanesT b) => new(a._v + b._v);

    /// <inheritdoc/>
    public static LanesT operator -(LanesT a, LanesT b) => new(a._v - b._v);

    /// <inheritdoc/>
    public static LanesT operator *(LanesT a, LanesT b) => new(a._v * b._v);

    /// <inheritdoc/>
    public static LanesT operator /(LanesT a, LanesT b) => new(a._v / b._v);

    /// <inheritdoc/>
    public static LanesT operator -(LanesT a) => new(-a._v);

    /// <inheritdoc/>
    public static LanesT Fma(LanesT a, LanesT b, LanesT c) => new(Vector.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    public static void AddProduct(ref LanesT sum, LanesT a, LanesT b) => sum._v = Vector.FusedMultiplyAdd(a._v, b._v, sum._v);

    /// <inheritdoc/>
    public static LanesT NegFma(LanesT a, LanesT b, LanesT c) => new(Vector.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    public static LanesT Min(LanesT a, LanesT b) => new(Vector.MinNative(a._v, b._v));

    /// <inheritdoc/>
    public static LanesT Max(LanesT a, LanesT b) => new(Vector.MaxNative(a._v, b._v));

    /// <inheritdoc/>
    public static LanesT Sqrt(LanesT a) => new(Vector.SquareRoot(a._v));

    /// <inheritdoc/>
    public static LanesT Abs(LanesT a) => new(Vector.Abs(a._v));

    /// <inheritdoc/>
    public static LanesT FlipSign(LanesT a, LanesT where) => a ^ (where & SplatBits(0x8000_0000));

    /// <inheritdoc/>
    public static LanesT LessThan(LanesT a, LanesT b) => new(Vector.LessThan<float>(a._v, b._v));

    /// <inheritdoc/>
    public static LanesT Select(LanesT mask, LanesT a, LanesT b) => new(Vector.ConditionalSelect(mask._v, a._v, b._v));

    /// <inheritdoc/>
    public static LanesT operator &(LanesT a, LanesT b) => new(a._v & b._v);

    /// <inheritdoc/>
    public static LanesT operator |(LanesT a, LanesT b) => new(a._v | b._v);

    /// <inheritdoc/>
    public static LanesT operator ^(LanesT a, LanesT b) => new(a._v ^ b._v);

    /// <inheritdoc/>
    public static LanesT Xor(LanesT a, LanesT b, LanesT c) => new(a._v ^ b._v ^ c._v);

    /// <inheritdoc/>
    public static LanesT AddInt(LanesT a, LanesT b) => new((a._v.As<float, int>() + b._v.As<float, int>()).As<int, float>());

    /// <inheritdoc/>
    public static LanesT SubtractInt(LanesT a, LanesT b) => new((a._v.As<float, int>() - b._v.As<float, int>()).As<int, float>());

    /// <inheritdoc/>
    public static LanesT MultiplyLowInt(LanesT a, LanesT b) => new((a._v.As<float, int>() * b._v.As<float, int>()).As<int, float>());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyWideInt(LanesT a, uint b, out LanesT low, out LanesT high)
    {
        Vector<ulong> x = a._v.As<float, ulong>(), factor = Vector.Create((ulong)b), lowHalf = Vector.Create(0xffffffffUL);
        Vector<ulong> even = (x & lowHalf) * factor;
        Vector<ulong> odd = (x >>> 32) * factor;
        low = new(((even & lowHalf) | (odd << 32)).As<ulong, float>());
        high = new(((even >>> 32) | (odd & ~lowHalf)).As<ulong, float>());
    }

    /// <inheritdoc/>
    public static LanesT ShiftLeftInt(LanesT a, int count) => new((a._v.As<float, int>() << count).As<int, float>());

    /// <inheritdoc/>
    public static LanesT ShiftRightInt(LanesT a, int count) => new((a._v.As<float, int>() >>> count).As<int, float>());

    /// <inheritdoc/>
    public static LanesT ShiftRightArithmeticInt(LanesT a, int count) => new((a._v.As<float, int>() >> count).As<int, float>());

    /// <inheritdoc/>
    public static LanesT ReverseBits(LanesT a) => BitOrder.Reverse(a);

    /// <inheritdoc/>
    public static LanesT ToInt(LanesT a) => new(Vector.ConvertToInt32Native(a._v).As<int, float>());

    /// <inheritdoc/>
    public static LanesT FromInt(LanesT a) => new(Vector.ConvertToSingle(a._v.As<float, int>()));
}
