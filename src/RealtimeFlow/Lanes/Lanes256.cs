using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using X86Fma = System.Runtime.Intrinsics.X86.Fma;

namespace RealtimeFlow.Lanes;

/// <summary>Eight lanes in one <see cref="Vector256{T}"/>.</summary>
public struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    private Vector256<float> _v = value;

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    public static Lanes256 Iota => new(Vector256<int>.Indices.AsSingle());

    /// <inheritdoc/>
    public static Lanes256 Splat(float value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    public static Lanes256 SplatBits(uint bits) => new(Vector256.Create(bits).AsSingle());

    /// <inheritdoc/>
    public static Lanes256 Load(ref readonly float source, nint offset) => new(Vector256.LoadUnsafe(in source, (nuint)offset));

    /// <inheritdoc/>
    public static void Store(Lanes256 value, ref float destination, nint offset) => value._v.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._v + b._v);

    /// <inheritdoc/>
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._v - b._v);

    /// <inheritdoc/>
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._v * b._v);

    /// <inheritdoc/>
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._v / b._v);

    /// <inheritdoc/>
    public static Lanes256 operator -(Lanes256 a) => new(-a._v);

    /// <inheritdoc/>
    public static Lanes256 Fma(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    public static void AddProduct(ref Lanes256 sum, Lanes256 a, Lanes256 b) => sum._v = Vector256.FusedMultiplyAdd(a._v, b._v, sum._v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 NegFma(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(X86Fma.IsSupported ? X86Fma.MultiplyAddNegated(a._v, b._v, c._v) : Vector256.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    public static Lanes256 Min(Lanes256 a, Lanes256 b) => new(Vector256.MinNative(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes256 Sqrt(Lanes256 a) => new(Vector256.Sqrt(a._v));

    /// <inheritdoc/>
    public static Lanes256 Abs(Lanes256 a) => new(Vector256.Abs(a._v));

    /// <inheritdoc/>
    public static Lanes256 FlipSign(Lanes256 a, Lanes256 where) =>
        Avx512F.VL.IsSupported ? new(Avx512F.VL.TernaryLogic(a._v, where._v, Vector256.Create(-0f), 0x78)) : a ^ (where & SplatBits(0x8000_0000));

    /// <inheritdoc/>
    public static Lanes256 LessThan(Lanes256 a, Lanes256 b) => new(Vector256.LessThan(a._v, b._v));

    /// <inheritdoc/>
    public static Lanes256 Select(Lanes256 mask, Lanes256 a, Lanes256 b) => new(Vector256.ConditionalSelect(mask._v, a._v, b._v));

    /// <inheritdoc/>
    public static Lanes256 operator &(Lanes256 a, Lanes256 b) => new(a._v & b._v);

    /// <inheritdoc/>
    public static Lanes256 operator |(Lanes256 a, Lanes256 b) => new(a._v | b._v);

    /// <inheritdoc/>
    public static Lanes256 operator ^(Lanes256 a, Lanes256 b) => new(a._v ^ b._v);

    /// <inheritdoc/>
    public static Lanes256 Xor(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(a._v, b._v, c._v, 0x96) : a._v ^ b._v ^ c._v);

    /// <inheritdoc/>
    public static Lanes256 AddInt(Lanes256 a, Lanes256 b) => new((a._v.AsInt32() + b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes256 SubtractInt(Lanes256 a, Lanes256 b) => new((a._v.AsInt32() - b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes256 MultiplyLowInt(Lanes256 a, Lanes256 b) => new((a._v.AsInt32() * b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyWideInt(Lanes256 a, uint b, out Lanes256 low, out Lanes256 high)
    {
        // Products of the even lanes and of the odd ones, 64 bits each; their halves side by side again.
        Vector256<uint> factor = Vector256.Create(b);
        Vector256<ulong> even = MultiplyEven(a._v.AsUInt32(), factor);
        Vector256<ulong> odd = MultiplyEven((a._v.AsUInt64() >> 32).AsUInt32(), factor);
        Vector256<ulong> lowHalf = Vector256.Create(0xffffffffUL);
        low = new(((even & lowHalf) | (odd << 32)).AsSingle());
        high = new(((even >> 32) | (odd & ~lowHalf)).AsSingle());
    }

    /// <inheritdoc/>
    public static Lanes256 ShiftLeftInt(Lanes256 a, int count) => new((a._v.AsInt32() << count).AsSingle());

    /// <inheritdoc/>
    public static Lanes256 ShiftRightInt(Lanes256 a, int count) => new((a._v.AsInt32() >>> count).AsSingle());

    /// <inheritdoc/>
    public static Lanes256 ShiftRightArithmeticInt(Lanes256 a, int count) => new((a._v.AsInt32() >> count).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ReverseBits(Lanes256 a)
    {
        if (!Gfni.V256.IsSupported || !Avx2.IsSupported)
        {
            return BitOrder.Reverse(a);
        }

        Vector256<byte> matrix = Vector256.Create(BitOrder.ByteMatrix).AsByte();
        Vector256<byte> bytesReversed = Gfni.V256.GaloisFieldAffineTransform(a._v.AsByte(), matrix, 0);
        return new(Avx2.Shuffle(bytesReversed, Vector256.Create(BitOrder.Bytes)).AsSingle());
    }

    /// <inheritdoc/>
    public static Lanes256 ToInt(Lanes256 a) => new(Vector256.ConvertToInt32Native(a._v).AsSingle());

    /// <inheritdoc/>
    public static Lanes256 FromInt(Lanes256 a) => new(Vector256.ConvertToSingle(a._v.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> MultiplyEven(Vector256<uint> a, Vector256<uint> b)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.Multiply(a, b);
        }

        Vector256<ulong> low = Vector256.Create(0xffffffffUL);
        return (a.AsUInt64() & low) * (b.AsUInt64() & low);
    }
}
