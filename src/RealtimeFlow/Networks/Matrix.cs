namespace RealtimeFlow.Networks;

/// <summary>
/// A matrix in memory that stays where it is, element (i, j) at <c>Start[i · RowStride + j · ColumnStride]</c>: a transposed one is the same
/// memory with the strides exchanged.
/// </summary>
/// <param name="start">Element (0, 0).</param>
/// <param name="rows">How many rows.</param>
/// <param name="columns">How many columns.</param>
/// <param name="rowStride">Numbers from a row to the next.</param>
/// <param name="columnStride">Numbers from a column to the next.</param>
internal readonly unsafe struct Matrix(float* start, int rows, int columns, nint rowStride, nint columnStride = 1)
{
    /// <summary>Element (0, 0).</summary>
    public float* Start { get; } = start;

    /// <summary>How many rows.</summary>
    public int Rows { get; } = rows;

    /// <summary>How many columns.</summary>
    public int Columns { get; } = columns;

    /// <summary>Numbers from a row to the next.</summary>
    public nint RowStride { get; } = rowStride;

    /// <summary>Numbers from a column to the next; 1 where rows stand one after the other.</summary>
    public nint ColumnStride { get; } = columnStride;

    /// <summary>The matrix whose rows are this one's columns.</summary>
    public Matrix Transposed => new(Start, Columns, Rows, ColumnStride, RowStride);
}
