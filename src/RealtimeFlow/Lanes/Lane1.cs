using System.Runtime.CompilerServices;

namespace RealtimeFlow.Lanes;

/// <summary>One lane in scalar instructions: the reference against which every width is compared bit for bit.</summary>
public struct Lane1(float value) : ILanes<Lane1>
{
    private float _v = value;

    private Lane1(int bits)
        : this(BitConverter.Int32BitsToSingle(bits))
    {
    }

    /// <summary>The bits of the lane.</summary>
    internal int Bits => BitConverter.SingleToInt32Bits(_v);

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static Lane1 Iota => new(0);

    /// <inheritdoc/>
    public static Lane1 Splat(float value) => new(value);

    /// <inheritdoc/>
    public static Lane1 SplatBits(uint bits) => new((int)bits);

    /// <inheritdoc/>
    public static Lane1 Load(ref readonly float source, nint offset) => new(Unsafe.Add(ref Unsafe.AsRef(in source), offset));

    /// <inheritdoc/>
    public static void Store(Lane1 value, ref float destination, nint offset) => Unsafe.Add(ref destination, offset) = value._v;

    /// <inheritdoc/>
    public static Lane1 operator +(Lane1 a, Lane1 b) => new(a._v + b._v);

    /// <inheritdoc/>
    public static Lane1 operator -(Lane1 a, Lane1 b) => new(a._v - b._v);

    /// <inheritdoc/>
    public static Lane1 operator *(Lane1 a, Lane1 b) => new(a._v * b._v);

    /// <inheritdoc/>
    public static Lane1 operator /(Lane1 a, Lane1 b) => new(a._v / b._v);

    /// <inheritdoc/>
    public static Lane1 operator -(Lane1 a) => new(-a._v);

    /// <inheritdoc/>
    public static Lane1 Fma(Lane1 a, Lane1 b, Lane1 c) => new(MathF.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    public static void AddProduct(ref Lane1 sum, Lane1 a, Lane1 b) => sum._v = MathF.FusedMultiplyAdd(a._v, b._v, sum._v);

    /// <inheritdoc/>
    public static Lane1 NegFma(Lane1 a, Lane1 b, Lane1 c) => new(MathF.FusedMultiplyAdd(-a._v, b._v, c._v));

    /// <inheritdoc/>
    public static Lane1 Min(Lane1 a, Lane1 b) => new(float.MinNative(a._v, b._v));

    /// <inheritdoc/>
    public static Lane1 Max(Lane1 a, Lane1 b) => new(float.MaxNative(a._v, b._v));

    /// <inheritdoc/>
    public static Lane1 Sqrt(Lane1 a) => new(MathF.Sqrt(a._v));

    /// <inheritdoc/>
    public static Lane1 Abs(Lane1 a) => new(MathF.Abs(a._v));

    /// <inheritdoc/>
    public static Lane1 FlipSign(Lane1 a, Lane1 where) => a ^ (where & SplatBits(0x8000_0000));

    /// <inheritdoc/>
    public static Lane1 LessThan(Lane1 a, Lane1 b) => new(a._v < b._v ? -1 : 0);

    /// <inheritdoc/>
    public static Lane1 Select(Lane1 mask, Lane1 a, Lane1 b) => new((mask.Bits & a.Bits) | (~mask.Bits & b.Bits));

    /// <inheritdoc/>
    public static Lane1 operator &(Lane1 a, Lane1 b) => new(a.Bits & b.Bits);

    /// <inheritdoc/>
    public static Lane1 operator |(Lane1 a, Lane1 b) => new(a.Bits | b.Bits);

    /// <inheritdoc/>
    public static Lane1 operator ^(Lane1 a, Lane1 b) => new(a.Bits ^ b.Bits);

    /// <inheritdoc/>
    public static Lane1 Xor(Lane1 a, Lane1 b, Lane1 c) => new(a.Bits ^ b.Bits ^ c.Bits);

    /// <inheritdoc/>
    public static Lane1 AddInt(Lane1 a, Lane1 b) => new(a.Bits + b.Bits);

    /// <inheritdoc/>
    public static Lane1 SubtractInt(Lane1 a, Lane1 b) => new(a.Bits - b.Bits);

    /// <inheritdoc/>
    public static Lane1 MultiplyLowInt(Lane1 a, Lane1 b) => new(a.Bits * b.Bits);

    /// <inheritdoc/>
    public static void MultiplyWideInt(Lane1 a, uint b, out Lane1 low, out Lane1 high)
    {
        ulong product = (ulong)(uint)a.Bits * b;
        low = new((int)(uint)product);
        high = new((int)(product >> 32));
    }

    /// <inheritdoc/>
    public static Lane1 ShiftLeftInt(Lane1 a, int count) => new(a.Bits << count);

    /// <inheritdoc/>
    public static Lane1 ShiftRightInt(Lane1 a, int count) => new(a.Bits >>> count);

    /// <inheritdoc/>
    public static Lane1 ShiftRightArithmeticInt(Lane1 a, int count) => new(a.Bits >> count);

    /// <inheritdoc/>
    public static Lane1 ReverseBits(Lane1 a) => BitOrder.Reverse(a);

    /// <inheritdoc/>
    public static Lane1 ToInt(Lane1 a) => new((int)a._v);

    /// <inheritdoc/>
    public static Lane1 FromInt(Lane1 a) => new((float)a.Bits);
}
