using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>Memory for a matrix by rows, each of whole units of sixteen columns; columns that the matrix lacks are 0.</summary>
/// <param name="capacity">The most numbers to pack.</param>
/// <param name="workers">The threads to use.</param>
internal sealed unsafe class PackedRows(int capacity, IWorkers workers) : IShardedWork
{
    private const int Unit = LaneDispatch.Slots, Block = 4;

    // Numbers of a shard: a few microseconds of work.
    private const int Shard = 1 << 14;

    private readonly LaneMemory _memory = new(checked(capacity * sizeof(float)));
    private Matrix _matrix;
    private int _columnsOfShard;

    private float* Start => (float*)_memory.Start;

    /// <summary>The numbers of a matrix when it is packed.</summary>
    public static int Length(int rows, int columns) => checked(rows * Stride(columns));

    /// <summary>A copy of a matrix, by rows.</summary>
    public Matrix Pack(in Matrix matrix)
    {
        _matrix = matrix;
        _columnsOfShard = Math.Max(Unit, Shard / matrix.Rows / Unit * Unit);
        workers.Run(this, (matrix.Columns + _columnsOfShard - 1) / _columnsOfShard);
        return new Matrix(Start, matrix.Rows, matrix.Columns, Stride(matrix.Columns));
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        int first = shard * _columnsOfShard, last = Math.Min(first + _columnsOfShard, _matrix.Columns);
        for (int column = first; column < last; column += Unit)
        {
            Pack(column, Math.Min(Unit, last - column));
        }
    }

    // An odd number of lines, so that rows do not compete for the same places of a cache.
    private static int Stride(int columns) => ((columns + Unit - 1) / Unit * Unit) | Unit;

    /// <summary>A unit, of which the matrix has some columns.</summary>
    private void Pack(int column, int columns)
    {
        nint nextFrom = _matrix.RowStride, step = _matrix.ColumnStride, nextTo = Stride(_matrix.Columns);
        float* from = _matrix.Start + (column * step), to = Start + column;
        int row = 0;
        if (columns == Unit && nextFrom == 1)
        {
            for (; row <= _matrix.Rows - Block; row += Block)
            {
                Transpose(from + row, step, to + (row * nextTo), nextTo);
            }
        }

        for (; row < _matrix.Rows; row++)
        {
            for (int j = 0; j < columns; j++)
            {
                to[(row * nextTo) + j] = from[(row * nextFrom) + (j * step)];
            }
        }
    }

    /// <summary>Four numbers of sixteen rows to four rows of sixteen. They are moved and not computed with, so that one width serves all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(float* from, nint nextFrom, float* to, nint nextTo)
    {
        for (int i = 0; i < Unit; i += Block)
        {
            Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + nextFrom);
            Vector128<float> c = Vector128.Load(from + (2 * nextFrom)), d = Vector128.Load(from + (3 * nextFrom));

            // Pairs of rows interleaved, then pairs of those.
            (Vector128<float> acLow, Vector128<float> acHigh) = Interleave(a, c);
            (Vector128<float> bdLow, Vector128<float> bdHigh) = Interleave(b, d);
            (Vector128<float> first, Vector128<float> second) = Interleave(acLow, bdLow);
            (Vector128<float> third, Vector128<float> fourth) = Interleave(acHigh, bdHigh);
            first.Store(to + i);
            second.Store(to + nextTo + i);
            third.Store(to + (2 * nextTo) + i);
            fourth.Store(to + (3 * nextTo) + i);
            from += Block * nextFrom;
        }
    }

    /// <summary>a₀ b₀ a₁ b₁ and a₂ b₂ a₃ b₃: an instruction each on x86 and on ARM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b))
        : AdvSimd.Arm64.IsSupported ? (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b))
        : (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
}
