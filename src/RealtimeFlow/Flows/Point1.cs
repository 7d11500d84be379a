using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>One coordinate in registers.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
internal unsafe struct Point1<V>(V x) : IPoint<Point1<V>, V>
    where V : struct, ILanes<V>
{
    public V X = x;

    /// <inheritdoc/>
    public static int Dimension => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Point1<V> Load(float* rows, nint stride, nint column, int dimension) =>
        new(V.Load(ref *rows, column));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Point1<V> Splat(float* c, int dimension) => new(V.Splat(c[0]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Point1<V> point, float* rows, nint stride, nint column)
    {
        V.Store(point.X, ref *rows, column);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(in Point1<V> point, float* rows, nint stride, nint column) => Store(in point, rows, stride, column);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Dot(in Point1<V> point, in Point1<V> c, V initial) =>
        V.Fma(c.X, point.X, initial);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotCompensated(in Point1<V> point, in Point1<V> c, V initial) => Dot(in point, c, initial);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotDisplacement(in Point1<V> point, in Point1<V> c, in Point1<V> other) =>
        (point.X - c.X) * other.X;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SquaredDistance(in Point1<V> point, in Point1<V> c)
    {
        V dx = point.X - c.X;
        return dx * dx;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref Point1<V> point, in Point1<V> c, V t)
    {
        V.AddProduct(ref point.X, c.X, t);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractScaled(ref Point1<V> point, in Point1<V> c, V t)
    {
        point.X = V.NegFma(c.X, t, point.X);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAbout(ref Point1<V> point, in Point1<V> c, V factor)
    {
        point.X = V.Fma(factor, point.X - c.X, c.X);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAndAddDisplacement(ref Point1<V> point, V factor, V t, in Point1<V> other, in Point1<V> c)
    {
        point.X = V.Fma(t, other.X - c.X, factor * point.X);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(ref Point1<V> sum, in Point1<V> other, V t)
    {
        V.AddProduct(ref sum.X, other.X, t);
    }
}
