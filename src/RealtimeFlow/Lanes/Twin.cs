using System.Runtime.CompilerServices;

namespace RealtimeFlow.Lanes;

/// <summary>Two rows of lanes in flight: unrolling as a type. Also joins narrow rows to the sixteen lanes of a reduction.</summary>
/// <typeparam name="V">The lanes that are repeated.</typeparam>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly struct Twin<V>(V first, V second) : ILanes<Twin<V>>
    where V : struct, ILanes<V>
{
    private readonly V _first = first;
    private readonly V _second = second;

    /// <summary>The lower half of the lanes.</summary>
    public V First => _first;

    /// <summary>The upper half of the lanes.</summary>
    public V Second => _second;

    /// <inheritdoc/>
    public static int Count => 2 * V.Count;

    /// <inheritdoc/>
    public static Twin<V> Iota
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(V.Iota, V.AddInt(V.Iota, V.SplatBits((uint)V.Count)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Splat(float value) => new(V.Splat(value), V.Splat(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> SplatBits(uint bits) => new(V.SplatBits(bits), V.SplatBits(bits));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Load(ref readonly float source, nint offset) => new(V.Load(in source, offset), V.Load(in source, offset + V.Count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Twin<V> value, ref float destination, nint offset)
    {
        V.Store(value._first, ref destination, offset);
        V.Store(value._second, ref destination, offset + V.Count);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> operator +(Twin<V> a, Twin<V> b) => new(a._first + b._first, a._second + b._second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> operator -(Twin<V> a, Twin<V> b) => new(a._first - b._first, a._second - b._second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> operator *(Twin<V> a, Twin<V> b) => new(a._first * b._first, a._second * b._second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> operator /(Twin<V> a, Twin<V> b) => new(a._first / b._first, a._second / b._second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> operator -(Twin<V> a) => new(-a._first, -a._second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Fma(Twin<V> a, Twin<V> b, Twin<V> c) => new(V.Fma(a._first, b._first, c._first), V.Fma(a._second, b._second, c._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> NegFma(Twin<V> a, Twin<V> b, Twin<V> c) => new(V.NegFma(a._first, b._first, c._first), V.NegFma(a._second, b._second, c._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Min(Twin<V> a, Twin<V> b) => new(V.Min(a._first, b._first), V.Min(a._second, b._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Max(Twin<V> a, Twin<V> b) => new(V.Max(a._first, b._first), V.Max(a._second, b._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Sqrt(Twin<V> a) => new(V.Sqrt(a._first), V.Sqrt(a._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Abs(Twin<V> a) => new(V.Abs(a._first), V.Abs(a._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Round(Twin<V> a) => new(V.Round(a._first), V.Round(a._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> LessThan(Twin<V> a, Twin<V> b) => new(V.LessThan(a._first, b._first), V.LessThan(a._second, b._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> Select(Twin<V> mask, Twin<V> a, Twin<V> b) => new(V.Select(mask._first, a._first, b._first), V.Select(mask._second, a._second, b._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> operator &(Twin<V> a, Twin<V> b) => new(a._first & b._first, a._second & b._second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> operator |(Twin<V> a, Twin<V> b) => new(a._first | b._first, a._second | b._second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> operator ^(Twin<V> a, Twin<V> b) => new(a._first ^ b._first, a._second ^ b._second);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> AddInt(Twin<V> a, Twin<V> b) => new(V.AddInt(a._first, b._first), V.AddInt(a._second, b._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> SubtractInt(Twin<V> a, Twin<V> b) => new(V.SubtractInt(a._first, b._first), V.SubtractInt(a._second, b._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> MultiplyLowInt(Twin<V> a, Twin<V> b) => new(V.MultiplyLowInt(a._first, b._first), V.MultiplyLowInt(a._second, b._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> MultiplyHighInt(Twin<V> a, Twin<V> b) => new(V.MultiplyHighInt(a._first, b._first), V.MultiplyHighInt(a._second, b._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> ShiftLeftInt(Twin<V> a, int count) => new(V.ShiftLeftInt(a._first, count), V.ShiftLeftInt(a._second, count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> ShiftRightInt(Twin<V> a, int count) => new(V.ShiftRightInt(a._first, count), V.ShiftRightInt(a._second, count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> ShiftRightArithmeticInt(Twin<V> a, int count) => new(V.ShiftRightArithmeticInt(a._first, count), V.ShiftRightArithmeticInt(a._second, count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> ToInt(Twin<V> a) => new(V.ToInt(a._first), V.ToInt(a._second));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twin<V> FromInt(Twin<V> a) => new(V.FromInt(a._first), V.FromInt(a._second));
}
