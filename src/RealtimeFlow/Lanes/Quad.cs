using System.Runtime.CompilerServices;

namespace RealtimeFlow.Lanes;

/// <summary>Four rows of lanes in flight: unrolling as a type, which hides the latency of a chain of layers held in registers.</summary>
/// <typeparam name="V">The lanes that are repeated.</typeparam>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Quad<V>(V first, V second, V third, V fourth) : ILanes<Quad<V>>
    where V : struct, ILanes<V>
{
    private readonly V _first = first;
    private readonly V _second = second;
    private readonly V _third = third;
    private readonly V _fourth = fourth;

    /// <inheritdoc/>
    public static int Count => 4 * V.Count;

    /// <inheritdoc/>
    public static Quad<V> Iota
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(V.Iota, V.AddInt(V.Iota, V.SplatBits((uint)V.Count)), V.AddInt(V.Iota, V.SplatBits(2u * (uint)V.Count)), V.AddInt(V.Iota, V.SplatBits(3u * (uint)V.Count)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Splat(float value) => new(V.Splat(value), V.Splat(value), V.Splat(value), V.Splat(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> SplatBits(uint bits) => new(V.SplatBits(bits), V.SplatBits(bits), V.SplatBits(bits), V.SplatBits(bits));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Load(ref readonly float source, nint offset) => new(V.Load(in source, offset), V.Load(in source, offset + V.Count), V.Load(in source, offset + (2 * V.Count)), V.Load(in source, offset + (3 * V.Count)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Quad<V> value, ref float destination, nint offset)
    {
        V.Store(value._first, ref destination, offset);
        V.Store(value._second, ref destination, offset + V.Count);
        V.Store(value._third, ref destination, offset + (2 * V.Count));
        V.Store(value._fourth, ref destination, offset + (3 * V.Count));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> operator +(Quad<V> a, Quad<V> b) => new(a._first + b._first, a._second + b._second, a._third + b._third, a._fourth + b._fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> operator -(Quad<V> a, Quad<V> b) => new(a._first - b._first, a._second - b._second, a._third - b._third, a._fourth - b._fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> operator *(Quad<V> a, Quad<V> b) => new(a._first * b._first, a._second * b._second, a._third * b._third, a._fourth * b._fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> operator /(Quad<V> a, Quad<V> b) => new(a._first / b._first, a._second / b._second, a._third / b._third, a._fourth / b._fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> operator -(Quad<V> a) => new(-a._first, -a._second, -a._third, -a._fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Fma(Quad<V> a, Quad<V> b, Quad<V> c) => new(V.Fma(a._first, b._first, c._first), V.Fma(a._second, b._second, c._second), V.Fma(a._third, b._third, c._third), V.Fma(a._fourth, b._fourth, c._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> NegFma(Quad<V> a, Quad<V> b, Quad<V> c) => new(V.NegFma(a._first, b._first, c._first), V.NegFma(a._second, b._second, c._second), V.NegFma(a._third, b._third, c._third), V.NegFma(a._fourth, b._fourth, c._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Min(Quad<V> a, Quad<V> b) => new(V.Min(a._first, b._first), V.Min(a._second, b._second), V.Min(a._third, b._third), V.Min(a._fourth, b._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Max(Quad<V> a, Quad<V> b) => new(V.Max(a._first, b._first), V.Max(a._second, b._second), V.Max(a._third, b._third), V.Max(a._fourth, b._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Sqrt(Quad<V> a) => new(V.Sqrt(a._first), V.Sqrt(a._second), V.Sqrt(a._third), V.Sqrt(a._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Abs(Quad<V> a) => new(V.Abs(a._first), V.Abs(a._second), V.Abs(a._third), V.Abs(a._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Round(Quad<V> a) => new(V.Round(a._first), V.Round(a._second), V.Round(a._third), V.Round(a._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> LessThan(Quad<V> a, Quad<V> b) => new(V.LessThan(a._first, b._first), V.LessThan(a._second, b._second), V.LessThan(a._third, b._third), V.LessThan(a._fourth, b._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> Select(Quad<V> mask, Quad<V> a, Quad<V> b) => new(V.Select(mask._first, a._first, b._first), V.Select(mask._second, a._second, b._second), V.Select(mask._third, a._third, b._third), V.Select(mask._fourth, a._fourth, b._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> operator &(Quad<V> a, Quad<V> b) => new(a._first & b._first, a._second & b._second, a._third & b._third, a._fourth & b._fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> operator |(Quad<V> a, Quad<V> b) => new(a._first | b._first, a._second | b._second, a._third | b._third, a._fourth | b._fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> operator ^(Quad<V> a, Quad<V> b) => new(a._first ^ b._first, a._second ^ b._second, a._third ^ b._third, a._fourth ^ b._fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> AddInt(Quad<V> a, Quad<V> b) => new(V.AddInt(a._first, b._first), V.AddInt(a._second, b._second), V.AddInt(a._third, b._third), V.AddInt(a._fourth, b._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> SubtractInt(Quad<V> a, Quad<V> b) => new(V.SubtractInt(a._first, b._first), V.SubtractInt(a._second, b._second), V.SubtractInt(a._third, b._third), V.SubtractInt(a._fourth, b._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> MultiplyLowInt(Quad<V> a, Quad<V> b) => new(V.MultiplyLowInt(a._first, b._first), V.MultiplyLowInt(a._second, b._second), V.MultiplyLowInt(a._third, b._third), V.MultiplyLowInt(a._fourth, b._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> MultiplyHighInt(Quad<V> a, Quad<V> b) => new(V.MultiplyHighInt(a._first, b._first), V.MultiplyHighInt(a._second, b._second), V.MultiplyHighInt(a._third, b._third), V.MultiplyHighInt(a._fourth, b._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> ShiftLeftInt(Quad<V> a, int count) => new(V.ShiftLeftInt(a._first, count), V.ShiftLeftInt(a._second, count), V.ShiftLeftInt(a._third, count), V.ShiftLeftInt(a._fourth, count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> ShiftRightInt(Quad<V> a, int count) => new(V.ShiftRightInt(a._first, count), V.ShiftRightInt(a._second, count), V.ShiftRightInt(a._third, count), V.ShiftRightInt(a._fourth, count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> ShiftRightArithmeticInt(Quad<V> a, int count) => new(V.ShiftRightArithmeticInt(a._first, count), V.ShiftRightArithmeticInt(a._second, count), V.ShiftRightArithmeticInt(a._third, count), V.ShiftRightArithmeticInt(a._fourth, count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> ToInt(Quad<V> a) => new(V.ToInt(a._first), V.ToInt(a._second), V.ToInt(a._third), V.ToInt(a._fourth));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<V> FromInt(Quad<V> a) => new(V.FromInt(a._first), V.FromInt(a._second), V.FromInt(a._third), V.FromInt(a._fourth));
}
