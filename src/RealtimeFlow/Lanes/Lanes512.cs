using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RealtimeFlow.Lanes;

/// <summary>Sixteen lanes in one <see cref="Vector512{T}"/>.</summary>
public struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private Vector512<float> _v = value;

    /// <inheritdoc/>
    public static int Count => 16;

    /// <inheritdoc/>
    public static Lanes512 Iota => new(Vector512<int>.Indices.AsSingle());

    /// <inheritdoc/>
    public static Lanes512 Splat(float value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    public static Lanes512 SplatBits(uint bits) => new(Vector512.Create(bits).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 Load(ref readonly float source, nint offset) => new(Vector512.LoadUnsafe(in source, (nuint)offset));

    /// <inheritdoc/>
    public static void Store(Lanes512 value, ref float destination, nint offset) => value._v.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._v + b._v);

    /// <inheritdoc/>
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._v - b._v);

    /// <inheritdoc/>
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._v * b._v);

    /// <inheritdoc/>
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._v / b._v);

    /// <inheritdoc/>
    public static Lanes512 operator -(Lanes512 a) => new(-a._v);

    /// <inheritdoc/>
    public static Lanes512 Fma(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    public static void AddProduct(ref Lanes512 sum, Lanes512 a, Lanes512 b) => sum._v = Vector512.FusedMultiplyAdd(a._v, b._v, sum._v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 NegFma(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Avx512F.IsSupported ? Avx512F.FusedMultiplyAddNegated(a._v, b._v, c._v) : Vector512.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes512 Sqrt(Lanes512 a) => new(Vector512.Sqrt(a._v));

    /// <inheritdoc/>
    public static Lanes512 Abs(Lanes512 a) => new(Vector512.Abs(a._v));

    /// <inheritdoc/>
    public static Lanes512 LessThan(Lanes512 a, Lanes512 b) => new(Vector512.LessThan(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes512 Select(Lanes512 mask, Lanes512 a, Lanes512 b) => new(Vector512.ConditionalSelect(mask._v, a._v, b._v));

    /// <inheritdoc/>
    public static Lanes512 operator &(Lanes512 a, Lanes512 b) => new(a._v & b._v);

    /// <inheritdoc/>
    public static Lanes512 operator |(Lanes512 a, Lanes512 b) => new(a._v | b._v);

    /// <inheritdoc/>
    public static Lanes512 operator ^(Lanes512 a, Lanes512 b) => new(a._v ^ b._v);

    /// <inheritdoc/>
    public static Lanes512 AddInt(Lanes512 a, Lanes512 b) => new((a._v.AsInt32() + b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 SubtractInt(Lanes512 a, Lanes512 b) => new((a._v.AsInt32() - b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 MultiplyLowInt(Lanes512 a, Lanes512 b) => new((a._v.AsInt32() * b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 MultiplyHighInt(Lanes512 a, Lanes512 b)
    {
        // Products of the even lanes and of the odd ones, 64 bits each; the high halves side by side again.
        Vector512<uint> x = a._v.AsUInt32(), y = b._v.AsUInt32();
        Vector512<ulong> even = MultiplyEven(x, y);
        Vector512<ulong> odd = MultiplyEven((x.AsUInt64() >> 32).AsUInt32(), (y.AsUInt64() >> 32).AsUInt32());
        return new(((even >> 32) | (odd & Vector512.Create(0xffffffff_00000000UL))).AsSingle());
    }

    /// <inheritdoc/>
    public static Lanes512 ShiftLeftInt(Lanes512 a, int count) => new((a._v.AsInt32() << count).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 ShiftRightInt(Lanes512 a, int count) => new((a._v.AsInt32() >>> count).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 ShiftRightArithmeticInt(Lanes512 a, int count) => new((a._v.AsInt32() >> count).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 ToInt(Lanes512 a) => new(Vector512.ConvertToInt32Native(a._v).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 FromInt(Lanes512 a) => new(Vector512.ConvertToSingle(a._v.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> MultiplyEven(Vector512<uint> a, Vector512<uint> b)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Multiply(a, b);
        }

        Vector512<ulong> low = Vector512.Create(0xffffffffUL);
        return (a.AsUInt64() & low) * (b.AsUInt64() & low);
    }
}
