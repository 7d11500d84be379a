namespace RealtimeFlow.Inference;

/// <summary>Rows of data in memory, to be learned by maximum likelihood.</summary>
public sealed class DataSet
{
    private readonly float[] _values;

    /// <summary>Takes a copy of rows.</summary>
    /// <param name="rows">N · D floats, row after row: number i of row j at <c>j * D + i</c>.</param>
    /// <param name="dimension">D ≥ 1.</param>
    /// <exception cref="ArgumentException">There is no row, no whole number of rows, or a number that is not finite.</exception>
    public DataSet(ReadOnlySpan<float> rows, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (rows.IsEmpty || rows.Length % dimension != 0)
        {
            throw new ArgumentException($"Holds {rows.Length} floats: expected rows of {dimension}, at least one.", nameof(rows));
        }

        Dimension = dimension;
        Count = rows.Length / dimension;
        _values = new float[rows.Length];
        for (int row = 0; row < Count; row++)
        {
            for (int i = 0; i < dimension; i++)
            {
                float value = rows[(row * dimension) + i];
                _values[(i * Count) + row] = float.IsFinite(value)
                    ? value
                    : throw new ArgumentException($"Row {row} has a number that is not finite, in column {i}.", nameof(rows));
            }
        }
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>All rows as points of a distribution: D · N floats, coordinate i of row j at <c>i * N + j</c>.</summary>
    public ReadOnlySpan<float> Points => _values;

    /// <summary>One coordinate of all rows.</summary>
    internal ReadOnlySpan<float> Coordinate(int i) => _values.AsSpan(i * Count, Count);
}
