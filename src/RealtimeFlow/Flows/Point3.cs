using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>Three coordinates in registers.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
internal unsafe struct Point3<V>(V x, V y, V z) : IPoint<Point3<V>, V>
    where V : struct, ILanes<V>
{
    public V X = x;
    public V Y = y;
    public V Z = z;

    /// <inheritdoc/>
    public static int Dimension => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Point3<V> Load(float* rows, nint stride, nint column, int dimension) =>
        new(V.Load(ref *rows, column), V.Load(ref *rows, stride + column), V.Load(ref *rows, (2 * stride) + column));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Point3<V> Splat(float* c, int dimension) => new(V.Splat(c[0]), V.Splat(c[1]), V.Splat(c[2]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(in Point3<V> point, float* rows, nint stride, nint column)
    {
        V.Store(point.X, ref *rows, column);
        V.Store(point.Y, ref *rows, stride + column);
        V.Store(point.Z, ref *rows, (2 * stride) + column);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(in Point3<V> point, float* rows, nint stride, nint column) => Store(in point, rows, stride, column);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Dot(in Point3<V> point, in Point3<V> c, V initial) =>
        V.Fma(c.Z, point.Z, V.Fma(c.Y, point.Y, V.Fma(c.X, point.X, initial)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotCompensated(in Point3<V> point, in Point3<V> c, V initial) => Dot(in point, c, initial);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotDisplacement(in Point3<V> point, in Point3<V> c, in Point3<V> other) =>
        V.Fma(point.Z - c.Z, other.Z, V.Fma(point.Y - c.Y, other.Y, (point.X - c.X) * other.X));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SquaredDistance(in Point3<V> point, in Point3<V> c)
    {
        V dx = point.X - c.X;
        V dy = point.Y - c.Y;
        V dz = point.Z - c.Z;
        return V.Fma(dz, dz, V.Fma(dy, dy, dx * dx));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref Point3<V> point, in Point3<V> c, V t)
    {
        V.AddProduct(ref point.X, c.X, t);
        V.AddProduct(ref point.Y, c.Y, t);
        V.AddProduct(ref point.Z, c.Z, t);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractScaled(ref Point3<V> point, in Point3<V> c, V t)
    {
        point.X = V.NegFma(c.X, t, point.X);
        point.Y = V.NegFma(c.Y, t, point.Y);
        point.Z = V.NegFma(c.Z, t, point.Z);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAbout(ref Point3<V> point, in Point3<V> c, V factor)
    {
        point.X = V.Fma(factor, point.X - c.X, c.X);
        point.Y = V.Fma(factor, point.Y - c.Y, c.Y);
        point.Z = V.Fma(factor, point.Z - c.Z, c.Z);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAndAddDisplacement(ref Point3<V> point, V factor, V t, in Point3<V> other, in Point3<V> c)
    {
        point.X = V.Fma(t, other.X - c.X, factor * point.X);
        point.Y = V.Fma(t, other.Y - c.Y, factor * point.Y);
        point.Z = V.Fma(t, other.Z - c.Z, factor * point.Z);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(ref Point3<V> sum, in Point3<V> other, V t)
    {
        V.AddProduct(ref sum.X, other.X, t);
        V.AddProduct(ref sum.Y, other.Y, t);
        V.AddProduct(ref sum.Z, other.Z, t);
    }
}
