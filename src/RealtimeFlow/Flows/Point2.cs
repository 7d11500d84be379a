using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>Two coordinates in registers.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
internal unsafe struct Point2<V>(V x, V y) : IPoint<Point2<V>, V>
    where V : struct, ILanes<V>
{
    public V X = x;
    public V Y = y;

    /// <inheritdoc/>
    public static int Dimension => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Point2<V> Load(float* rows, nint stride, nint column, int dimension) =>
        new(V.Load(ref *rows, column), V.Load(ref *rows, stride + column));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Point2<V> Splat(float* c, int dimension) => new(V.Splat(c[0]), V.Splat(c[1]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Point2<V> point, float* rows, nint stride, nint column)
    {
        V.Store(point.X, ref *rows, column);
        V.Store(point.Y, ref *rows, stride + column);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(in Point2<V> point, float* rows, nint stride, nint column) => Store(in point, rows, stride, column);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Dot(in Point2<V> point, in Point2<V> c, V initial) =>
        V.Fma(c.Y, point.Y, V.Fma(c.X, point.X, initial));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotCompensated(in Point2<V> point, in Point2<V> c, V initial) => Dot(in point, c, initial);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotDisplacement(in Point2<V> point, in Point2<V> c, in Point2<V> other) =>
        V.Fma(point.Y - c.Y, other.Y, (point.X - c.X) * other.X);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SquaredDistance(in Point2<V> point, in Point2<V> c)
    {
        V dx = point.X - c.X;
        V dy = point.Y - c.Y;
        return V.Fma(dy, dy, dx * dx);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref Point2<V> point, in Point2<V> c, V t)
    {
        V.AddProduct(ref point.X, c.X, t);
        V.AddProduct(ref point.Y, c.Y, t);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractScaled(ref Point2<V> point, in Point2<V> c, V t)
    {
        point.X = V.NegFma(c.X, t, point.X);
        point.Y = V.NegFma(c.Y, t, point.Y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAbout(ref Point2<V> point, in Point2<V> c, V factor)
    {
        point.X = V.Fma(factor, point.X - c.X, c.X);
        point.Y = V.Fma(factor, point.Y - c.Y, c.Y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAndAddDisplacement(ref Point2<V> point, V factor, V t, in Point2<V> other, in Point2<V> c)
    {
        point.X = V.Fma(t, other.X - c.X, factor * point.X);
        point.Y = V.Fma(t, other.Y - c.Y, factor * point.Y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(ref Point2<V> sum, in Point2<V> other, V t)
    {
        V.AddProduct(ref sum.X, other.X, t);
        V.AddProduct(ref sum.Y, other.Y, t);
    }
}
