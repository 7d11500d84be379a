using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>
/// A matrix in panels of three or two times sixteen columns, each row after row, so that a block of a panel stands in one piece. Columns that
/// the matrix lacks are 0.
/// </summary>
/// <param name="capacity">The most numbers to pack.</param>
/// <param name="workers">The threads to use.</param>
internal sealed unsafe class PackedPanels(int capacity, IWorkers workers) : IShardedWork
{
    private const int Unit = LaneDispatch.Slots;

    // Numbers of a shard: a few microseconds of work.
    private const int Shard = 1 << 14;

    private readonly LaneMemory _memory = new(checked(capacity * sizeof(float)));
    private Matrix _matrix;
    private int _threes;
    private int _shardRows;

    /// <summary>How many panels.</summary>
    public int Count { get; private set; }

    /// <summary>The numbers of a matrix when it is packed.</summary>
    public static int Length(int rows, int columns) => checked(rows * Math.Max(2 * Unit, Network.Stride(columns)));

    /// <summary>The first column of a panel.</summary>
    public int Column(int panel) => Unit * ((2 * panel) + Math.Min(panel, _threes));

    /// <summary>The columns of a panel.</summary>
    public int Width(int panel) => panel < _threes ? 3 * Unit : 2 * Unit;

    /// <summary>The first number of a panel.</summary>
    public float* Start(int panel) => (float*)_memory.Start + ((nint)_matrix.Rows * Column(panel));

    /// <summary>Packs a matrix, by rows or by columns.</summary>
    public void Pack(in Matrix matrix)
    {
        _matrix = matrix;
        int units = Math.Max(2, (matrix.Columns + Unit - 1) / Unit);
        Count = (units + 2) / 3;
        _threes = units - (2 * Count);
        _shardRows = Math.Max(Unit, Shard / matrix.Columns / Unit * Unit);
        workers.Run(this, (matrix.Rows + _shardRows - 1) / _shardRows);
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        int first = shard * _shardRows, last = Math.Min(first + _shardRows, _matrix.Rows);
        for (int panel = 0; panel < Count; panel++)
        {
            int column = Column(panel), width = Width(panel), columns = Math.Min(width, _matrix.Columns - column);
            for (int i = first; i < last; i++)
            {
                float* from = _matrix.Start + (i * _matrix.RowStride) + (column * _matrix.ColumnStride);
                float* to = Start(panel) + ((nint)i * width);
                for (int j = 0; j < width; j++)
                {
                    to[j] = j < columns ? from[j * _matrix.ColumnStride] : 0;
                }
            }
        }
    }
}
