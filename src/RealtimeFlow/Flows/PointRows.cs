using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>Any number of coordinates, in the rows of a tile that stays in the first-level cache: every operation is a loop over them.</summary>
/// <remarks>
/// The loops step from row to row by addition: with an offset that is multiplied out anew for each coordinate, they take twice the
/// instructions, and the processor, which looks only so many ahead, finds fewer rows of lanes to overlap.
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
    public static V Dot(in PointRows<V> point, in PointRows<V> c, V initial)
    {
        for (nint i = 0, row = 0; i < point._dimension; i++, row += point._stride)
        {
            initial = V.Fma(c.Splat(i), point.At(row), initial);
        }

        return initial;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V At(nint offset) => V.Load(ref *_first, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Set(nint offset, V value) => V.Store(value, ref *_first, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Splat(nint i) => V.Splat(_first[i]);
}
