using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>Memory for tiles that reach beyond C: they are computed whole, from zeros where A has no row, and what C has of them is copied.</summary>
internal readonly unsafe struct EdgeTile(float* memory, int depth)
{
    private const int Rows = ProductTile.Rows, Columns = 3 * LaneDispatch.Slots;

    /// <summary>As many zeros as a tile has rows.</summary>
    public float* Zeros => memory + (Rows * (Columns + depth));

    private float* Start => Zeros + Rows;

    /// <summary>The numbers that are needed for blocks of a depth; 0 at first.</summary>
    public static int Length(int depth) => Rows * (Columns + depth + 2);

    /// <summary>Does a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="rows">How many of its rows C has.</param>
    /// <param name="columns">How many of its columns C has.</param>
    public void Add<V>(ProductTile tile, int rows, int columns)
        where V : struct, ILanes<V>
    {
        ProductTile whole = tile;
        whole.C = memory;
        whole.RowStrideC = Columns;
        if (rows < Rows)
        {
            whole.A = memory + (Rows * Columns);
            whole.RowStrideA = 1;
            whole.ColumnStrideA = Rows;
            for (int k = 0; k < tile.Depth; k++)
            {
                for (int i = 0; i < rows; i++)
                {
                    whole.A[(k * Rows) + i] = tile.A[(i * tile.RowStrideA) + (k * tile.ColumnStrideA)];
                }
            }
        }

        if (tile.Start != null)
        {
            whole.Start = Start;
            new Span<float>(tile.Start, rows).CopyTo(new Span<float>(Start, Rows));
        }
        else
        {
            for (int i = 0; i < rows; i++)
            {
                new Span<float>(tile.C + (i * tile.RowStrideC), columns).CopyTo(new Span<float>(whole.C + (i * Columns), columns));
            }
        }

        whole.Add<V>();
        for (int i = 0; i < rows; i++)
        {
            new Span<float>(whole.C + (i * Columns), columns).CopyTo(new Span<float>(tile.C + (i * tile.RowStrideC), columns));
        }
    }
}
