using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>
/// C += A · B over the lanes. An element of C is one chain of fused multiply-adds in ascending order of the inner index, begun by what C
/// held: so the bits depend on no width, no thread and no block size, and whoever calls decides what a sum begins with, a bias or zero.
/// </summary>
/// <remarks>
/// The lanes are columns of C and of B, whose rows stand one after the other; A may be transposed, since each of its numbers is spread over
/// the lanes. Eight rows and two lane rows of C stay in registers while <see cref="Depth"/> columns of A and rows of B go by: sixteen chains,
/// twice what hides the latency of two units of four cycles. XX
/// </remarks>
/// <param name="workers">The threads to use.</param>
/// <param name="width">The vector width.</param>
internal sealed unsafe class MatrixProduct(IWorkers workers, LaneWidth width) : IShardedWork
{
    // A block of B: 64 KiB, in which a tile's own 16 KiB stay in the first-level cache.
    private const int Width = 128, Depth = 128;

    // Rows of C that stay in registers, and of a shard: some ten microseconds of work, so that threads end together.
    private const int TileRows = 8, ShardRows = 64;

    private readonly IWorkers _workers = workers;
    private readonly LaneWidth _width = width;
    private Matrix _c;
    private Matrix _a;
    private Matrix _b;

    private int RowShards => (_c.Rows + ShardRows - 1) / ShardRows;

    /// <summary>C += A · B. Allocates nothing.</summary>
    /// <param name="c">M × N, by rows; shares no memory with the others.</param>
    /// <param name="a">M × K.</param>
    /// <param name="b">K × N, by rows; may be read up to the next multiple of <see cref="LaneDispatch.Slots"/> columns.</param>
    public void Add(in Matrix c, in Matrix a, in Matrix b)
    {
        (_c, _a, _b) = (c, a, b);
        _workers.Run(this, RowShards * ((c.Columns + Width - 1) / Width));
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        (int block, int rows) = Math.DivRem(shard, RowShards);
        Kernel kernel = new(_c, _a, _b, rows * ShardRows, block * Width);
        LaneDispatch.Run(_width, ref kernel);
    }

    /// <summary>The part of C that begins at a row and a column.</summary>
    private readonly struct Kernel(Matrix c, Matrix a, Matrix b, int row, int column) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            int rows = Math.Min(ShardRows, c.Rows - row), columns = Math.Min(Width, c.Columns - column);
            for (int inner = 0; inner < a.Columns; inner += Depth)
            {
                int depth = Math.Min(Depth, a.Columns - inner);
                for (int i = 0; i < rows; i += TileRows)
                {
                    Row<V>(row + i, Math.Min(TileRows, rows - i), columns, inner, depth);
                }
            }
        }

        /// <summary>Tiles side by side.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row<V>(int i, int rows, int columns, int inner, int depth)
            where V : struct, ILanes<V>
        {
            float* packed = stackalloc float[TileRows * Depth];
            Matrix left = new(a.Start + (i * a.RowStride) + (inner * a.ColumnStride), rows, depth, a.RowStride, a.ColumnStride);
            if (left.ColumnStride != 1 || rows < TileRows)
            {
                left = Pack(left, packed);
            }

            float* right = b.Start + (inner * b.RowStride) + column, sums = c.Start + (i * c.RowStride) + column;
            for (int j = 0; j < columns;)
            {
                int wide = columns - j > V.Count ? 2 * V.Count : V.Count;
                if (rows == TileRows && wide <= columns - j)
                {
                    Tile<V>(sums + j, c.RowStride, left, right + j, b.RowStride, wide);
                }
                else
                {
                    Edge<V>(new Matrix(sums + j, rows, Math.Min(wide, columns - j), c.RowStride), left, right + j, b.RowStride, wide);
                }

                j += wide;
            }
        }

        /// <summary>Rows of A with the numbers of a column side by side, zero where there are fewer rows than a tile has.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static Matrix Pack(in Matrix rows, float* packed)
        {
            if (rows.RowStride == 1 && rows.Rows == TileRows)
            {
                for (int k = 0; k < rows.Columns; k++)
                {
                    new ReadOnlySpan<float>(rows.Start + (k * rows.ColumnStride), TileRows).CopyTo(new Span<float>(packed + (k * TileRows), TileRows));
                }
            }
            else
            {
                new Span<float>(packed, TileRows * rows.Columns).Clear();
                for (int i = 0; i < rows.Rows; i++)
                {
                    for (int k = 0; k < rows.Columns; k++)
                    {
                        packed[(k * TileRows) + i] = rows.Start[(i * rows.RowStride) + (k * rows.ColumnStride)];
                    }
                }
            }

            return new Matrix(packed, TileRows, rows.Columns, 1, TileRows);
        }

        /// <summary>A tile that C does not fill, in memory of its own.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Edge<V>(in Matrix c, in Matrix a, float* b, nint nextB, int wide)
            where V : struct, ILanes<V>
        {
            float* tile = stackalloc float[TileRows * 2 * LaneDispatch.Slots];
            for (int i = 0; i < c.Rows; i++)
            {
                new ReadOnlySpan<float>(c.Start + (i * c.RowStride), c.Columns).CopyTo(new Span<float>(tile + (i * wide), c.Columns));
            }

            Tile<V>(tile, wide, a, b, nextB, wide);
            for (int i = 0; i < c.Rows; i++)
            {
                new ReadOnlySpan<float>(tile + (i * wide), c.Columns).CopyTo(new Span<float>(c.Start + (i * c.RowStride), c.Columns));
            }
        }

        private static void Tile<V>(float* c, nint nextC, in Matrix a, float* b, nint nextB, int wide)
            where V : struct, ILanes<V>
        {
            if (wide == V.Count)
            {
                Tile1<V>(c, nextC, a.Start, a.RowStride, a.ColumnStride, b, nextB, a.Columns);
            }
            else
            {
                Tile2<V>(c, nextC, a.Start, a.RowStride, a.ColumnStride, b, nextB, a.Columns);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Tile2<V>(float* c, nint nextC, float* a, nint nextA, nint stepA, float* b, nint nextB, nint depth)
            where V : struct, ILanes<V>
        {
            float* a3 = a + (3 * nextA), a6 = a + (6 * nextA), c3 = c + (3 * nextC), c6 = c + (6 * nextC);
            V x0 = Load<V>(c), y0 = Load<V>(c + V.Count);
            V x1 = Load<V>(c + nextC), y1 = Load<V>(c + nextC + V.Count);
            V x2 = Load<V>(c + (2 * nextC)), y2 = Load<V>(c + (2 * nextC) + V.Count);
            V x3 = Load<V>(c3), y3 = Load<V>(c3 + V.Count);
            V x4 = Load<V>(c3 + nextC), y4 = Load<V>(c3 + nextC + V.Count);
            V x5 = Load<V>(c3 + (2 * nextC)), y5 = Load<V>(c3 + (2 * nextC) + V.Count);
            V x6 = Load<V>(c6), y6 = Load<V>(c6 + V.Count);
            V x7 = Load<V>(c6 + nextC), y7 = Load<V>(c6 + nextC + V.Count);
            for (nint k = 0; k < depth; k++)
            {
                V x = Load<V>(b), y = Load<V>(b + V.Count);
                V s = V.Splat(*a);
                (x0, y0) = (V.Fma(s, x, x0), V.Fma(s, y, y0));
                s = V.Splat(a[nextA]);
                (x1, y1) = (V.Fma(s, x, x1), V.Fma(s, y, y1));
                s = V.Splat(a[2 * nextA]);
                (x2, y2) = (V.Fma(s, x, x2), V.Fma(s, y, y2));
                s = V.Splat(*a3);
                (x3, y3) = (V.Fma(s, x, x3), V.Fma(s, y, y3));
                s = V.Splat(a3[nextA]);
                (x4, y4) = (V.Fma(s, x, x4), V.Fma(s, y, y4));
                s = V.Splat(a3[2 * nextA]);
                (x5, y5) = (V.Fma(s, x, x5), V.Fma(s, y, y5));
                s = V.Splat(*a6);
                (x6, y6) = (V.Fma(s, x, x6), V.Fma(s, y, y6));
                s = V.Splat(a6[nextA]);
                (x7, y7) = (V.Fma(s, x, x7), V.Fma(s, y, y7));
                a += stepA;
                a3 += stepA;
                a6 += stepA;
                b += nextB;
            }

            Store(x0, c);
            Store(y0, c + V.Count);
            Store(x1, c + nextC);
            Store(y1, c + nextC + V.Count);
            Store(x2, c + (2 * nextC));
            Store(y2, c + (2 * nextC) + V.Count);
            Store(x3, c3);
            Store(y3, c3 + V.Count);
            Store(x4, c3 + nextC);
            Store(y4, c3 + nextC + V.Count);
            Store(x5, c3 + (2 * nextC));
            Store(y5, c3 + (2 * nextC) + V.Count);
            Store(x6, c6);
            Store(y6, c6 + V.Count);
            Store(x7, c6 + nextC);
            Store(y7, c6 + nextC + V.Count);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Tile1<V>(float* c, nint nextC, float* a, nint nextA, nint stepA, float* b, nint nextB, nint depth)
            where V : struct, ILanes<V>
        {
            float* a3 = a + (3 * nextA), a6 = a + (6 * nextA), c3 = c + (3 * nextC), c6 = c + (6 * nextC);
            V x0 = Load<V>(c), x1 = Load<V>(c + nextC), x2 = Load<V>(c + (2 * nextC));
            V x3 = Load<V>(c3), x4 = Load<V>(c3 + nextC), x5 = Load<V>(c3 + (2 * nextC));
            V x6 = Load<V>(c6), x7 = Load<V>(c6 + nextC);
            for (nint k = 0; k < depth; k++)
            {
                V x = Load<V>(b);
                x0 = V.Fma(V.Splat(*a), x, x0);
                x1 = V.Fma(V.Splat(a[nextA]), x, x1);
                x2 = V.Fma(V.Splat(a[2 * nextA]), x, x2);
                x3 = V.Fma(V.Splat(*a3), x, x3);
                x4 = V.Fma(V.Splat(a3[nextA]), x, x4);
                x5 = V.Fma(V.Splat(a3[2 * nextA]), x, x5);
                x6 = V.Fma(V.Splat(*a6), x, x6);
                x7 = V.Fma(V.Splat(a6[nextA]), x, x7);
                a += stepA;
                a3 += stepA;
                a6 += stepA;
                b += nextB;
            }

            Store(x0, c);
            Store(x1, c + nextC);
            Store(x2, c + (2 * nextC));
            Store(x3, c3);
            Store(x4, c3 + nextC);
            Store(x5, c3 + (2 * nextC));
            Store(x6, c6);
            Store(x7, c6 + nextC);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Load<V>(float* source)
            where V : struct, ILanes<V> => V.Load(ref *source, 0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<V>(V value, float* destination)
            where V : struct, ILanes<V> => V.Store(value, ref *destination, 0);
    }
}
