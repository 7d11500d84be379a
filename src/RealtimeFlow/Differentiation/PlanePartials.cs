using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Differentiation;

/// <summary>Forward mode on the plane: the two partial derivatives, in registers.</summary>
internal readonly struct PlanePartials<V>(V byX, V byY) : IDifferential<PlanePartials<V>, V>
    where V : struct, ILanes<V>
{
    /// <summary>The derivative by the first coordinate.</summary>
    public V ByX => byX;

    /// <summary>The derivative by the second.</summary>
    public V ByY => byY;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PlanePartials<V> operator +(PlanePartials<V> p, PlanePartials<V> q) => new(p.ByX + q.ByX, p.ByY + q.ByY);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PlanePartials<V> operator -(PlanePartials<V> p, PlanePartials<V> q) => new(p.ByX - q.ByX, p.ByY - q.ByY);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PlanePartials<V> operator -(PlanePartials<V> p) => new(-p.ByX, -p.ByY);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PlanePartials<V> operator *(V a, PlanePartials<V> p) => new(a * p.ByX, a * p.ByY);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PlanePartials<V> Combine(V a, PlanePartials<V> p, V b, PlanePartials<V> q) =>
        new(V.Fma(a, p.ByX, b * q.ByX), V.Fma(a, p.ByY, b * q.ByY));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PlanePartials<V> Select(V mask, PlanePartials<V> p, PlanePartials<V> q) =>
        new(V.Select(mask, p.ByX, q.ByX), V.Select(mask, p.ByY, q.ByY));
}
