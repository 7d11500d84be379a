using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>Any number of coordinates, in the rows of a tile that stays in the first-level cache: every operation is a loop over them.</summary>
/// <remarks>
/// The loops step from row to row by addition: with an offset that is multiplied out anew for each coordinate, they take a
/// third more instructions, and the processor, which looks only so many ahead, finds fewer rows of lanes to overlap.
/// </remarks>
internal readonly unsafe struct PointRows<V> : IPoint<PointRows<V>, V>
    where V : struct, ILanes<V>
{
    private readonly float* _first;
    private readonly nint _stride;
    private readonly int _dimension;

    private PointRows(float* first, nint stride, int dimension)
    {
        _first = first;
        _stride = stride;
        _dimension = dimension;
    }

    /// <inheritdoc/>
    public static int Dimension => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PointRows<V> Load(float* rows, nint stride, nint column, int dimension) => new(rows + column, stride, dimension);

    /// <inheritdoc/>
    /// <remarks>The coefficients stay where they are.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PointRows<V> Splat(float* c, int dimension) => new(c, 0, dimension);

    /// <inheritdoc/>
    public static void Store(in PointRows<V> point, float* rows, nint stride, nint column)
    {
        // The operations have written to the rows already.
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(in PointRows<V> point, float* rows, nint stride, nint column)
    {
        float* place = rows + column;
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride, place += stride)
        {
            V.Store(point.At(row), ref *place, 0);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Dot(in PointRows<V> point, in PointRows<V> c, V initial)
    {
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            initial = V.Fma(c.Splat(i), point.At(row), initial);
        }

        return initial;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourDots(in PointRows<V> point, in PointRows<V> c, V initial, float* sums)
    {
        V first = initial, second = initial, third = initial, fourth = initial;
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            V factor = c.Splat(i);
            first = V.Fma(factor, point.At(row), first);
            second = V.Fma(factor, point.At(row + V.Count), second);
            third = V.Fma(factor, point.At(row + (2 * V.Count)), third);
            fourth = V.Fma(factor, point.At(row + (3 * V.Count)), fourth);
        }

        StoreFour(first, second, third, fourth, sums);
    }

    /// <inheritdoc/>
    /// <remarks>T. Ogita, S. Rump, S. Oishi, <i>Accurate sum and dot product</i> (2005), algorithm 5.3: as if in twice the precision.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotCompensated(in PointRows<V> point, in PointRows<V> c, V initial)
    {
        V lost = default;
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            V factor = c.Splat(i), z = point.At(row);
            V product = factor * z;
            V sum = initial + product;
            V taken = sum - initial;
            lost += (initial - (sum - taken)) + (product - taken) + V.Fma(factor, z, -product);
            initial = sum;
        }

        // Where a sum has overflowed, what it lost is not a number.
        return V.Select(V.LessThan(V.Abs(lost), V.Splat(float.PositiveInfinity)), initial + lost, initial);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotDisplacement(in PointRows<V> point, in PointRows<V> c, in PointRows<V> other)
    {
        V sum = default;

        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            V d = point.At(row) - c.Splat(i);
            sum = V.Fma(d, other.At(row), sum);
        }

        return sum;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SquaredDistance(in PointRows<V> point, in PointRows<V> c)
    {
        V sum = default;

        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            V d = point.At(row) - c.Splat(i);
            sum = V.Fma(d, d, sum);
        }

        return sum;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FourSquaredDistances(in PointRows<V> point, in PointRows<V> c, float* sums)
    {
        V first = default, second = default, third = default, fourth = default;
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            V center = c.Splat(i);
            V d1 = point.At(row) - center, d2 = point.At(row + V.Count) - center;
            V d3 = point.At(row + (2 * V.Count)) - center, d4 = point.At(row + (3 * V.Count)) - center;
            first = V.Fma(d1, d1, first);
            second = V.Fma(d2, d2, second);
            third = V.Fma(d3, d3, third);
            fourth = V.Fma(d4, d4, fourth);
        }

        StoreFour(first, second, third, fourth, sums);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref PointRows<V> point, in PointRows<V> c, V t)
    {
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            point.Set(row, V.Fma(c.Splat(i), t, point.At(row)));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractScaled(ref PointRows<V> point, in PointRows<V> c, V t)
    {
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            point.Set(row, V.NegFma(c.Splat(i), t, point.At(row)));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAbout(ref PointRows<V> point, in PointRows<V> c, V factor)
    {
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            point.Set(row, V.Fma(factor, point.At(row) - c.Splat(i), c.Splat(i)));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAndAddDisplacement(ref PointRows<V> point, V factor, V t, in PointRows<V> other, in PointRows<V> c)
    {
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            point.Set(row, V.Fma(t, other.At(row) - c.Splat(i), factor * point.At(row)));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(ref PointRows<V> sum, in PointRows<V> other, V t)
    {
        for (nint i = 0, row = 0; i < sum._dimension; i++, row += other._stride)
        {
            sum.Set(i * sum._stride, V.Fma(other.At(row), t, sum.At(i * sum._stride)));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PullBackAlong(
        ref PointRows<V> point, ref PointRows<V> cotangent, in PointRows<V> u, in PointRows<V> w, V t, V s, ref PointRows<V> first, ref PointRows<V> second)
    {
        for (nint i = 0, row = 0, sum = 0; i < point._dimension; i++, row += point._stride, sum += first._stride)
        {
            V z = V.NegFma(u.Splat(i), t, point.At(row)), v = cotangent.At(row);
            point.Set(row, z);
            first.Set(sum, V.Fma(v, t, first.At(sum)));
            second.Set(sum, V.Fma(z, s, second.At(sum)));
            cotangent.Set(row, V.Fma(w.Splat(i), s, v));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PullBackAbout(
        ref PointRows<V> cotangent, V factor, V t, in PointRows<V> point, in PointRows<V> c, ref PointRows<V> first, ref PointRows<V> second)
    {
        for (nint i = 0, row = 0, sum = 0; i < cotangent._dimension; i++, row += cotangent._stride, sum += first._stride)
        {
            V v = cotangent.At(row), image = V.Fma(t, point.At(row) - c.Splat(i), factor * v);
            second.Set(sum, second.At(sum) + v);
            cotangent.Set(row, image);
            first.Set(sum, first.At(sum) + image);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(V first, V second, V third, V fourth, float* sums)
    {
        V.Store(first, ref *sums, 0);
        V.Store(second, ref *sums, V.Count);
        V.Store(third, ref *sums, 2 * V.Count);
        V.Store(fourth, ref *sums, 3 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V At(nint offset) => V.Load(ref *_first, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Set(nint offset, V value) => V.Store(value, ref *_first, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Splat(nint i) => V.Splat(_first[i]);
}
