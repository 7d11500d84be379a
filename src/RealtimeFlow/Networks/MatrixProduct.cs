using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>
/// C = A · B over the lanes. An element of C is one chain of fused multiply-adds in ascending order of the inner index, begun by the start
/// of its row: so the bits depend on no width, no thread and no size of a block.
/// </summary>
/// <remarks>
/// <para>
/// The lanes are columns of C and of B; A's numbers are spread over them one by one, from where they are, so that neither A nor its transpose
/// is copied. B is copied only where it is transposed. A tile of <see cref="ProductTile.Rows"/> rows and three vectors of C stays in registers
/// while a block of the inner index goes by. A tile's rows of A stay in the first-level cache while tiles side by side use them, a block of B
/// in the second-level one, from which three vectors in twelve cycles are a fraction of what it delivers: A, the larger of the two in a layer,
/// is read once.
/// </para>
/// <para>
/// C needs no margin. Rows beyond it are computed as its last, and the last vector of a row ends where the row does: what is computed twice
/// has the same bits both times.
/// </para>
/// </remarks>
internal sealed unsafe class MatrixProduct : IShardedWork
{
    // The longest blocks of the inner index: 100 rows of them in two vectors are 0.4 MB of the second-level cache. Columns of a transposed A
    // have a line each, of the first-level cache, and where rows are long a page each, of which a processor knows a hundred by heart.
    private const int Depth = 800, LinesAtOnce = 400, NumbersAtOnce = 100 * 1024;

    // What a thread takes at a time, in multiply-adds, is some fifty microseconds of work at least. Each shard goes through all of B: where that is
    // long it comes from beyond the second-level cache each time, so there are no more shards than let threads end together.
    private const long ShardWork = 1 << 22;
    private const int ShardsOfThread = 2;

    private readonly IWorkers _workers;
    private readonly LaneWidth _width;
    private readonly PackedRows _packed;
    private Matrix _c;
    private Matrix _a;
    private Matrix _b;
    private float* _start;
    private int _tiles;
    private int _shards;

    /// <param name="largest">The most numbers there are to pack: <see cref="PackedRows.Length"/> of the largest transposed B.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="width">The vector width.</param>
    public MatrixProduct(int largest, IWorkers workers, LaneWidth width)
    {
        (_workers, _width) = (workers, width);
        _packed = new PackedRows(largest, workers);
    }

    /// <summary>C = A · B. Allocates nothing.</summary>
    /// <param name="c">M × N, by rows; shares no memory with the others.</param>
    /// <param name="a">M × K, K ≥ 1.</param>
    /// <param name="b">K × N, by rows or by columns.</param>
    /// <param name="start">What the M rows of C begin with, one number a row; null for 0.</param>
    public void Multiply(in Matrix c, in Matrix a, in Matrix b, float* start = null)
    {
        _b = b.ColumnStride == 1 ? b : _packed.Pack(b);
        _c = c;
        _a = a;
        _start = start;
        _tiles = (c.Rows + ProductTile.Rows - 1) / ProductTile.Rows;
        int most = _workers.Count == 1 ? 1 : Math.Min(_tiles, ShardsOfThread * _workers.Count);
        _shards = (int)Math.Clamp((long)c.Rows * c.Columns * a.Columns / ShardWork, 1, most);
        _workers.Run(this, _shards);
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        Kernel kernel = new(_c, _a, _b, _start, FirstRow(shard), Math.Min(FirstRow(shard + 1), _c.Rows));
        LaneDispatch.Run(_c.Columns < LaneDispatch.Slots ? LaneWidth.Scalar : _width, ref kernel);
    }

    // Shards as alike as can be.
    private int FirstRow(int shard) => (int)((long)shard * _tiles / _shards) * ProductTile.Rows;

    /// <summary>Rows of C, from one to before another.</summary>
    private readonly struct Kernel(Matrix c, Matrix a, Matrix b, float* start, int first, int last) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            // Blocks of one depth, as alike as can be.
            int longest = a.ColumnStride == 1 ? Depth : (int)Math.Clamp(NumbersAtOnce / a.ColumnStride, 1, LinesAtOnce);
            int blocks = (a.Columns + longest - 1) / longest, depth = (a.Columns + blocks - 1) / blocks;
            for (int inner = 0; inner < a.Columns; inner += depth)
            {
                for (int i = first; i < last; i += ProductTile.Rows)
                {
                    Row<V>(i, inner, Math.Min(depth, a.Columns - inner));
                }
            }
        }

        /// <summary>Tiles side by side. The last vector ends where C ends: columns that it shares with the one before are computed twice.</summary>
        private void Row<V>(int i, int inner, int depth)
            where V : struct, ILanes<V>
        {
            ProductTile tile = new()
            {
                RowStrideC = c.RowStride,
                A = a.Start + (i * a.RowStride) + (inner * a.ColumnStride),
                RowStrideA = a.RowStride,
                ColumnStrideA = a.ColumnStride,
                RowStrideB = b.RowStride,
                Depth = depth,
                Continues = inner > 0,
                Start = start == null ? null : start + i,
                RowCount = Math.Min(ProductTile.Rows, last - i),
            };
            int vectors = (c.Columns + V.Count - 1) / V.Count, end = c.Columns - V.Count;
            for (int vector = 0, count; vector < vectors; vector += count)
            {
                // Vectors that share columns are in one tile, which loads all before it stores any: the last tile has two, if there are two.
                int left = vectors - vector;
                count = left is 2 or 4 ? 2 : Math.Min(left, 3);
                int column = vector * V.Count;
                tile.C = c.Start + (i * c.RowStride) + column;
                tile.B = b.Start + (inner * b.RowStride) + column;
                tile.Second = Math.Min(V.Count, end - column);
                tile.Third = Math.Min(2 * V.Count, end - column);
                tile.Compute<V>(count);
            }
        }
    }
}
