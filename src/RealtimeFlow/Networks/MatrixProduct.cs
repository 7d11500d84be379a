using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>
/// C = A · B over the lanes. An element of C is one chain of fused multiply-adds in ascending order of the inner index, begun by the start
/// of its row: so the bits depend on no width, no thread and no size of a block.
/// </summary>
/// <remarks>
/// The lanes are columns of C and of B. B is packed into panels of 48 or 32 columns, row after row; A is read where it is, a number spread
/// over the lanes. <see cref="ProductTile.Rows"/> rows of a panel of C stay in registers while <see cref="Depth"/> columns of A and rows of
/// B go by, and so many rows of a panel of B stay in the first-level cache while all rows of A go past them (Goto &amp; van de Geijn 2008,
/// with the roles of caches and matrices as they suit a small number of columns).
/// </remarks>
internal sealed unsafe class MatrixProduct : IShardedWork
{
    // A block of B is 30 KiB.
    private const int Depth = 160;

    // What a thread takes at a time, in multiply-adds: some fifty microseconds, so that threads end together.
    private const long ShardWork = 1 << 22;

    // Between what two threads write: two cache lines, since processors fetch them in pairs.
    private const int Apart = 32;

    private readonly IWorkers _workers;
    private readonly LaneWidth _width;
    private readonly PackedPanels _panels;
    private readonly LaneMemory _scratch;
    private Matrix _c;
    private Matrix _a;
    private float* _start;
    private int _shardRows;

    /// <param name="largest">The most numbers there are to pack: <see cref="PackedPanels.Length"/> of the largest B.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="width">The vector width.</param>
    public MatrixProduct(int largest, IWorkers workers, LaneWidth width)
    {
        (_workers, _width) = (workers, width);
        _panels = new PackedPanels(largest, workers);
        _scratch = new LaneMemory(checked(workers.Count * ScratchStride * sizeof(float)));
        new Span<byte>(_scratch.Start, _scratch.Length).Clear();
    }

    private static int ScratchStride => EdgeTile.Length(Depth) + Apart;

    /// <summary>C = A · B. Allocates nothing.</summary>
    /// <param name="c">M × N, by rows; shares no memory with the others.</param>
    /// <param name="a">M × K, K ≥ 1.</param>
    /// <param name="b">K × N, by rows or by columns.</param>
    /// <param name="start">What the M rows of C begin with, one number a row; null for 0.</param>
    public void Multiply(in Matrix c, in Matrix a, in Matrix b, float* start = null)
    {
        _panels.Pack(b);
        _c = c;
        _a = a;
        _start = start;
        int tiles = (c.Rows + ProductTile.Rows - 1) / ProductTile.Rows;
        int shards = (int)Math.Clamp((long)c.Rows * c.Columns * a.Columns / ShardWork, 1, tiles);
        int tilesOfShard = (tiles + shards - 1) / shards;
        _shardRows = tilesOfShard * ProductTile.Rows;
        _workers.Run(this, (tiles + tilesOfShard - 1) / tilesOfShard);
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        int first = shard * _shardRows;
        float* scratch = (float*)_scratch.Start + ((nint)worker * ScratchStride);
        Kernel kernel = new(_c, _a, _panels, _start, first, Math.Min(first + _shardRows, _c.Rows), new EdgeTile(scratch, Depth));
        LaneDispatch.Run(_width, ref kernel);
    }

    /// <summary>Rows of C, from one to before another.</summary>
    private readonly struct Kernel(Matrix c, Matrix a, PackedPanels b, float* start, int first, int last, EdgeTile edge) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            // Blocks of one depth, as alike as can be.
            int blocks = (a.Columns + Depth - 1) / Depth, depth = (a.Columns + blocks - 1) / blocks;
            for (int panel = 0; panel < b.Count; panel++)
            {
                for (int inner = 0; inner < a.Columns; inner += depth)
                {
                    Block<V>(panel, inner, Math.Min(depth, a.Columns - inner));
                }
            }
        }

        private void Block<V>(int panel, int inner, int depth)
            where V : struct, ILanes<V>
        {
            int column = b.Column(panel), width = b.Width(panel);
            float* right = b.Start(panel) + ((nint)inner * width);
            for (int i = first; i < last; i += ProductTile.Rows)
            {
                ProductTile tile = new()
                {
                    C = c.Start + (i * c.RowStride) + column,
                    RowStrideC = c.RowStride,
                    A = a.Start + (i * a.RowStride) + (inner * a.ColumnStride),
                    RowStrideA = a.RowStride,
                    ColumnStrideA = a.ColumnStride,
                    B = right,
                    Width = width,
                    Depth = depth,
                    Start = inner > 0 ? null : start == null ? edge.Zeros : start + i,
                };
                int rows = Math.Min(ProductTile.Rows, last - i), columns = Math.Min(width, c.Columns - column);
                if (rows == ProductTile.Rows && columns == width)
                {
                    tile.Add<V>();
                }
                else
                {
                    edge.Add<V>(tile, rows, columns);
                }
            }
        }
    }
}
