using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using X86Fma = System.Runtime.Intrinsics.X86.Fma;

namespace RealtimeFlow.Lanes;

/// <summary>Four lanes in one <see cref="Vector128{T}"/>.</summary>
public struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    private Vector128<float> _v = value;

    /// <inheritdoc/>
    public static int Count => 4;

    /// <inheritdoc/>
    public static Lanes128 Iota => new(Vector128<int>.Indices.AsSingle());

    /// <inheritdoc/>
    public static Lanes128 Splat(float value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    public static Lanes128 SplatBits(uint bits) => new(Vector128.Create(bits).AsSingle());

    /// <inheritdoc/>
    public static Lanes128 Load(ref readonly float source, nint offset) => new(Vector128.LoadUnsafe(in source, (nuint)offset));

    /// <inheritdoc/>
    public static void Store(Lanes128 value, ref float destination, nint offset) => value._v.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._v + b._v);

    /// <inheritdoc/>
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._v - b._v);

    /// <inheritdoc/>
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._v * b._v);

    /// <inheritdoc/>
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._v / b._v);

    /// <inheritdoc/>
    public static Lanes128 operator -(Lanes128 a) => new(-a._v);

    /// <inheritdoc/>
    public static Lanes128 Fma(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    public static void AddProduct(ref Lanes128 sum, Lanes128 a, Lanes128 b) => sum._v = Vector128.FusedMultiplyAdd(a._v, b._v, sum._v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 NegFma(Lanes128 a, Lanes128 b, Lanes128 c) =>
        new(X86Fma.IsSupported ? X86Fma.MultiplyAddNegated(a._v, b._v, c._v) : Vector128.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    public static Lanes128 Min(Lanes128 a, Lanes128 b) => new(Vector128.MinNative(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(Vector128.MaxNative(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes128 Sqrt(Lanes128 a) => new(Vector128.Sqrt(a._v));

    /// <inheritdoc/>
    public static Lanes128 Abs(Lanes128 a) => new(Vector128.Abs(a._v));

    /// <inheritdoc/>
    public static Lanes128 FlipSign(Lanes128 a, Lanes128 where) =>
        Avx512F.VL.IsSupported ? new(Avx512F.VL.TernaryLogic(a._v, where._v, Vector128.Create(-0f), 0x78)) : a ^ (where & SplatBits(0x8000_0000));

    /// <inheritdoc/>
    public static Lanes128 LessThan(Lanes128 a, Lanes128 b) => new(Vector128.LessThan(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes128 Select(Lanes128 mask, Lanes128 a, Lanes128 b) => new(Vector128.ConditionalSelect(mask._v, a._v, b._v));

    /// <inheritdoc/>
    public static Lanes128 operator &(Lanes128 a, Lanes128 b) => new(a._v & b._v);

    /// <inheritdoc/>
    public static Lanes128 operator |(Lanes128 a, Lanes128 b) => new(a._v | b._v);

    /// <inheritdoc/>
    public static Lanes128 operator ^(Lanes128 a, Lanes128 b) => new(a._v ^ b._v);

    /// <inheritdoc/>
    public static Lanes128 Xor(Lanes128 a, Lanes128 b, Lanes128 c) =>
        new(Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(a._v, b._v, c._v, 0x96) : a._v ^ b._v ^ c._v);

    /// <inheritdoc/>
    public static Lanes128 AddInt(Lanes128 a, Lanes128 b) => new((a._v.AsInt32() + b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes128 SubtractInt(Lanes128 a, Lanes128 b) => new((a._v.AsInt32() - b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes128 MultiplyLowInt(Lanes128 a, Lanes128 b) => new((a._v.AsInt32() * b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyWideInt(Lanes128 a, uint b, out Lanes128 low, out Lanes128 high)
    {
        // Products of the even lanes and of the odd ones, 64 bits each; their halves side by side again.
        Vector128<uint> factor = Vector128.Create(b);
        Vector128<ulong> even = MultiplyEven(a._v.AsUInt32(), factor);
        Vector128<ulong> odd = MultiplyEven((a._v.AsUInt64() >> 32).AsUInt32(), factor);
        Vector128<ulong> lowHalf = Vector128.Create(0xffffffffUL);
        low = new(((even & lowHalf) | (odd << 32)).AsSingle());
        high = new(((even >> 32) | (odd & ~lowHalf)).AsSingle());
    }

    /// <inheritdoc/>
    public static Lanes128 ShiftLeftInt(Lanes128 a, int count) => new((a._v.AsInt32() << count).AsSingle());

    /// <inheritdoc/>
    public static Lanes128 ShiftRightInt(Lanes128 a, int count) => new((a._v.AsInt32() >>> count).AsSingle());

    /// <inheritdoc/>
    public static Lanes128 ShiftRightArithmeticInt(Lanes128 a, int count) => new((a._v.AsInt32() >> count).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ReverseBits(Lanes128 a)
    {
        if (!Gfni.IsSupported || !Ssse3.IsSupported)
        {
            return BitOrder.Reverse(a);
        }

        Vector128<byte> matrix = Vector128.Create(BitOrder.ByteMatrix).AsByte();
        Vector128<byte> bytesReversed = Gfni.GaloisFieldAffineTransform(a._v.AsByte(), matrix, 0);
        return new(Ssse3.Shuffle(bytesReversed, BitOrder.Bytes).AsSingle());
    }

    /// <inheritdoc/>
    public static Lanes128 ToInt(Lanes128 a) => new(Vector128.ConvertToInt32Native(a._v).AsSingle());

    /// <inheritdoc/>
    public static Lanes128 FromInt(Lanes128 a) => new(Vector128.ConvertToSingle(a._v.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> MultiplyEven(Vector128<uint> a, Vector128<uint> b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.Multiply(a, b);
        }

        Vector128<ulong> low = Vector128.Create(0xffffffffUL);
        return (a.AsUInt64() & low) * (b.AsUInt64() & low);
    }
}
