using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>A tile of C, which stays in registers while a block of the inner index goes by: the loop in which a product spends its time.</summary>
internal unsafe struct ProductTile
{
    /// <summary>The rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>The first element of the tile.</summary>
    public float* C;

    /// <summary>Numbers from a row of C to the next.</summary>
    public nint RowStrideC;

    /// <summary>The first element of the rows of A.</summary>
    public float* A;

    /// <summary>Numbers from a row of A to the next.</summary>
    public nint RowStrideA;

    /// <summary>Numbers from a column of A to the next.</summary>
    public nint ColumnStrideA;

    /// <summary>The packed rows of B.</summary>
    public float* B;

    /// <summary>The columns of the tile and of B: 48 or 32.</summary>
    public int Width;

    /// <summary>The columns of A and rows of B.</summary>
    public int Depth;

    /// <summary>What the rows of C begin with; null where they go on from what C holds.</summary>
    public float* Start;

    /// <summary>The tile of C plus A · B.</summary>
    public readonly void Add<V>()
        where V : struct, ILanes<V>
    {
        if (Width == 3 * LaneDispatch.Slots)
        {
            for (int column = 0; column < Width; column += 3 * V.Count)
            {
                Add3<V>(this, column);
            }
        }
        else
        {
            for (int column = 0; column < Width; column += 2 * V.Count)
            {
                Add2<V>(this, column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add3<V>(in ProductTile tile, int column)
        where V : struct, ILanes<V>
    {
        nint next = tile.RowStrideA, step = tile.ColumnStrideA, width = tile.Width;
        float* a = tile.A, a3 = a + (3 * next), a6 = a + (6 * next), b = tile.B + column;
        V x0 = tile.First<V>(0, column), y0 = tile.First<V>(0, column + V.Count), z0 = tile.First<V>(0, column + (2 * V.Count));
        V x1 = tile.First<V>(1, column), y1 = tile.First<V>(1, column + V.Count), z1 = tile.First<V>(1, column + (2 * V.Count));
        V x2 = tile.First<V>(2, column), y2 = tile.First<V>(2, column + V.Count), z2 = tile.First<V>(2, column + (2 * V.Count));
        V x3 = tile.First<V>(3, column), y3 = tile.First<V>(3, column + V.Count), z3 = tile.First<V>(3, column + (2 * V.Count));
        V x4 = tile.First<V>(4, column), y4 = tile.First<V>(4, column + V.Count), z4 = tile.First<V>(4, column + (2 * V.Count));
        V x5 = tile.First<V>(5, column), y5 = tile.First<V>(5, column + V.Count), z5 = tile.First<V>(5, column + (2 * V.Count));
        V x6 = tile.First<V>(6, column), y6 = tile.First<V>(6, column + V.Count), z6 = tile.First<V>(6, column + (2 * V.Count));
        V x7 = tile.First<V>(7, column), y7 = tile.First<V>(7, column + V.Count), z7 = tile.First<V>(7, column + (2 * V.Count));
        for (nint k = tile.Depth; k > 0; k--)
        {
            V x = V.Load(ref *b, 0), y = V.Load(ref *b, V.Count), z = V.Load(ref *b, 2 * V.Count);
            V s = V.Splat(a[0]);
            (x0, y0, z0) = (V.Fma(s, x, x0), V.Fma(s, y, y0), V.Fma(s, z, z0));
            s = V.Splat(a[next]);
            (x1, y1, z1) = (V.Fma(s, x, x1), V.Fma(s, y, y1), V.Fma(s, z, z1));
            s = V.Splat(a[2 * next]);
            (x2, y2, z2) = (V.Fma(s, x, x2), V.Fma(s, y, y2), V.Fma(s, z, z2));
            s = V.Splat(a3[0]);
            (x3, y3, z3) = (V.Fma(s, x, x3), V.Fma(s, y, y3), V.Fma(s, z, z3));
            s = V.Splat(a3[next]);
            (x4, y4, z4) = (V.Fma(s, x, x4), V.Fma(s, y, y4), V.Fma(s, z, z4));
            s = V.Splat(a3[2 * next]);
            (x5, y5, z5) = (V.Fma(s, x, x5), V.Fma(s, y, y5), V.Fma(s, z, z5));
            s = V.Splat(a6[0]);
            (x6, y6, z6) = (V.Fma(s, x, x6), V.Fma(s, y, y6), V.Fma(s, z, z6));
            s = V.Splat(a6[next]);
            (x7, y7, z7) = (V.Fma(s, x, x7), V.Fma(s, y, y7), V.Fma(s, z, z7));
            a += step;
            a3 += step;
            a6 += step;
            b += width;
        }

        tile.Finish(x0, 0, column);
        tile.Finish(y0, 0, column + V.Count);
        tile.Finish(z0, 0, column + (2 * V.Count));
        tile.Finish(x1, 1, column);
        tile.Finish(y1, 1, column + V.Count);
        tile.Finish(z1, 1, column + (2 * V.Count));
        tile.Finish(x2, 2, column);
        tile.Finish(y2, 2, column + V.Count);
        tile.Finish(z2, 2, column + (2 * V.Count));
        tile.Finish(x3, 3, column);
        tile.Finish(y3, 3, column + V.Count);
        tile.Finish(z3, 3, column + (2 * V.Count));
        tile.Finish(x4, 4, column);
        tile.Finish(y4, 4, column + V.Count);
        tile.Finish(z4, 4, column + (2 * V.Count));
        tile.Finish(x5, 5, column);
        tile.Finish(y5, 5, column + V.Count);
        tile.Finish(z5, 5, column + (2 * V.Count));
        tile.Finish(x6, 6, column);
        tile.Finish(y6, 6, column + V.Count);
        tile.Finish(z6, 6, column + (2 * V.Count));
        tile.Finish(x7, 7, column);
        tile.Finish(y7, 7, column + V.Count);
        tile.Finish(z7, 7, column + (2 * V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add2<V>(in ProductTile tile, int column)
        where V : struct, ILanes<V>
    {
        nint next = tile.RowStrideA, step = tile.ColumnStrideA, width = tile.Width;
        float* a = tile.A, a3 = a + (3 * next), a6 = a + (6 * next), b = tile.B + column;
        V x0 = tile.First<V>(0, column), y0 = tile.First<V>(0, column + V.Count);
        V x1 = tile.First<V>(1, column), y1 = tile.First<V>(1, column + V.Count);
        V x2 = tile.First<V>(2, column), y2 = tile.First<V>(2, column + V.Count);
        V x3 = tile.First<V>(3, column), y3 = tile.First<V>(3, column + V.Count);
        V x4 = tile.First<V>(4, column), y4 = tile.First<V>(4, column + V.Count);
        V x5 = tile.First<V>(5, column), y5 = tile.First<V>(5, column + V.Count);
        V x6 = tile.First<V>(6, column), y6 = tile.First<V>(6, column + V.Count);
        V x7 = tile.First<V>(7, column), y7 = tile.First<V>(7, column + V.Count);
        for (nint k = tile.Depth; k > 0; k--)
        {
            V x = V.Load(ref *b, 0), y = V.Load(ref *b, V.Count);
            V s = V.Splat(a[0]);
            (x0, y0) = (V.Fma(s, x, x0), V.Fma(s, y, y0));
            s = V.Splat(a[next]);
            (x1, y1) = (V.Fma(s, x, x1), V.Fma(s, y, y1));
            s = V.Splat(a[2 * next]);
            (x2, y2) = (V.Fma(s, x, x2), V.Fma(s, y, y2));
            s = V.Splat(a3[0]);
            (x3, y3) = (V.Fma(s, x, x3), V.Fma(s, y, y3));
            s = V.Splat(a3[next]);
            (x4, y4) = (V.Fma(s, x, x4), V.Fma(s, y, y4));
            s = V.Splat(a3[2 * next]);
            (x5, y5) = (V.Fma(s, x, x5), V.Fma(s, y, y5));
            s = V.Splat(a6[0]);
            (x6, y6) = (V.Fma(s, x, x6), V.Fma(s, y, y6));
            s = V.Splat(a6[next]);
            (x7, y7) = (V.Fma(s, x, x7), V.Fma(s, y, y7));
            a += step;
            a3 += step;
            a6 += step;
            b += width;
        }

        tile.Finish(x0, 0, column);
        tile.Finish(y0, 0, column + V.Count);
        tile.Finish(x1, 1, column);
        tile.Finish(y1, 1, column + V.Count);
        tile.Finish(x2, 2, column);
        tile.Finish(y2, 2, column + V.Count);
        tile.Finish(x3, 3, column);
        tile.Finish(y3, 3, column + V.Count);
        tile.Finish(x4, 4, column);
        tile.Finish(y4, 4, column + V.Count);
        tile.Finish(x5, 5, column);
        tile.Finish(y5, 5, column + V.Count);
        tile.Finish(x6, 6, column);
        tile.Finish(y6, 6, column + V.Count);
        tile.Finish(x7, 7, column);
        tile.Finish(y7, 7, column + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly V First<V>(nint row, nint column)
        where V : struct, ILanes<V> => Start != null ? V.Splat(Start[row]) : V.Load(ref C[row * RowStrideC], column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Finish<V>(V sum, nint row, nint column)
        where V : struct, ILanes<V> => V.Store(sum, ref C[row * RowStrideC], column);
}
