using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RealtimeFlow.Lanes;

/// <summary>Sixteen lanes in one <see cref="Vector512{T}"/>.</summary>
public struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private Vector512<float> _v = value;

    private static Vector512<uint> LowHalves => Vector512.Create(0u, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);

    private static Vector512<uint> HighHalves => Vector512.Create(1u, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);

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
    public static Lanes512 FlipSign(Lanes512 a, Lanes512 where) =>
        Avx512F.IsSupported ? new(Avx512F.TernaryLogic(a._v, where._v, Vector512.Create(-0f), 0x78)) : a ^ (where & SplatBits(0x8000_0000));

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
    public static Lanes512 Xor(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Avx512F.IsSupported ? Avx512F.TernaryLogic(a._v, b._v, c._v, 0x96) : a._v ^ b._v ^ c._v);

    /// <inheritdoc/>
    public static Lanes512 AddInt(Lanes512 a, Lanes512 b) => new((a._v.AsInt32() + b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 SubtractInt(Lanes512 a, Lanes512 b) => new((a._v.AsInt32() - b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 MultiplyLowInt(Lanes512 a, Lanes512 b) => new((a._v.AsInt32() * b._v.AsInt32()).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyWideInt(Lanes512 a, uint b, out Lanes512 low, out Lanes512 high)
    {
        // Products of the even lanes and of the odd ones, 64 bits each; their halves side by side again. By shuffles, where there are any:
        // shifts of 512 bits compete with the products for the one port that many processors have for either.
        Vector512<uint> factor = Vector512.Create(b);
        if (Avx512F.IsSupported)
        {
            Vector512<uint> even = Avx512F.Multiply(a._v.AsUInt32(), factor).AsUInt32();
            Vector512<uint> odd = Avx512F.Multiply(Avx512F.Shuffle(a._v.AsUInt32(), 0b11_11_01_01), factor).AsUInt32();
            low = new(Avx512F.PermuteVar16x32x2(even, LowHalves, odd).AsSingle());
            high = new(Avx512F.PermuteVar16x32x2(even, HighHalves, odd).AsSingle());
        }
        else
        {
            Vector512<ulong> lowHalf = Vector512.Create(0xffffffffUL);
            Vector512<ulong> even = (a._v.AsUInt64() & lowHalf) * (factor.AsUInt64() & lowHalf);
            Vector512<ulong> odd = (a._v.AsUInt64() >> 32) * (factor.AsUInt64() & lowHalf);
            low = new(((even & lowHalf) | (odd << 32)).AsSingle());
            high = new(((even >> 32) | (odd & ~lowHalf)).AsSingle());
        }
    }

    /// <inheritdoc/>
    public static Lanes512 ShiftLeftInt(Lanes512 a, int count) => new((a._v.AsInt32() << count).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 ShiftRightInt(Lanes512 a, int count) => new((a._v.AsInt32() >>> count).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 ShiftRightArithmeticInt(Lanes512 a, int count) => new((a._v.AsInt32() >> count).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ReverseBits(Lanes512 a)
    {
        if (!Gfni.V512.IsSupported || !Avx512BW.IsSupported)
        {
            return BitOrder.Reverse(a);
        }

        Vector512<byte> matrix = Vector512.Create(BitOrder.ByteMatrix).AsByte();
        Vector512<byte> bytesReversed = Gfni.V512.GaloisFieldAffineTransform(a._v.AsByte(), matrix, 0);
        return new(Avx512BW.Shuffle(bytesReversed, Vector512.Create(BitOrder.Bytes)).AsSingle());
    }

    /// <inheritdoc/>
    public static Lanes512 ToInt(Lanes512 a) => new(Vector512.ConvertToInt32Native(a._v).AsSingle());

    /// <inheritdoc/>
    public static Lanes512 FromInt(Lanes512 a) => new(Vector512.ConvertToSingle(a._v.AsInt32()));
}
