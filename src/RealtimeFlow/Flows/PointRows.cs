using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>Any number of coordinates, in the rows of a tile that stays in the first-level cache: every operation is a loop over them.</summary>
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
        for (int i = 0; i < point._dimension; i++)
        {
            initial = V.Fma(c.Splat(i), point[i], initial);
        }

        return initial;
    }

    /// <inheritdoc/>
    /// <remarks>T. Ogita, S. Rump, S. Oishi, <i>Accurate sum and dot product</i> (2005), algorithm 5.3: as if in twice the precision.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DotCompensated(in PointRows<V> point, in PointRows<V> c, V initial)
    {
        V lost = default;
        for (int i = 0; i < point._dimension; i++)
        {
            V factor = c.Splat(i), z = point[i];
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

        for (int i = 0; i < point._dimension; i++)
        {
            V d = point[i] - c.Splat(i);
            sum = V.Fma(d, other[i], sum);
        }

        return sum;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SquaredDistance(in PointRows<V> point, in PointRows<V> c)
    {
        V sum = default;

        for (int i = 0; i < point._dimension; i++)
        {
            V d = point[i] - c.Splat(i);
            sum = V.Fma(d, d, sum);
        }

        return sum;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref PointRows<V> point, in PointRows<V> c, V t)
    {
        for (int i = 0; i < point._dimension; i++)
        {
            point.Set(i, V.Fma(c.Splat(i), t, point[i]));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractScaled(ref PointRows<V> point, in PointRows<V> c, V t)
    {
        for (int i = 0; i < point._dimension; i++)
        {
            point.Set(i, V.NegFma(c.Splat(i), t, point[i]));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAbout(ref PointRows<V> point, in PointRows<V> c, V factor)
    {
        for (int i = 0; i < point._dimension; i++)
        {
            point.Set(i, V.Fma(factor, point[i] - c.Splat(i), c.Splat(i)));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleAndAddDisplacement(ref PointRows<V> point, V factor, V t, in PointRows<V> other, in PointRows<V> c)
    {
        for (int i = 0; i < point._dimension; i++)
        {
            point.Set(i, V.Fma(t, other[i] - c.Splat(i), factor * point[i]));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(ref PointRows<V> sum, in PointRows<V> other, V t)
    {
        for (int i = 0; i < sum._dimension; i++)
        {
            sum.Set(i, V.Fma(other[i], t, sum[i]));
        }
    }

    private V this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => V.Load(ref *_first, i * _stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Splat(int i) => V.Splat(_first[i]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Set(int i, V value) => V.Store(value, ref *_first, i * _stride);
}
