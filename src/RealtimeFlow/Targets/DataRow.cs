namespace RealtimeFlow.Targets;

/// <summary>A row of a data set.</summary>
public readonly struct DataRow
{
    private readonly float[] _values;
    private readonly int _stride;
    private readonly int _row;

    internal DataRow(in RowBatch rows, int row) => (_values, _stride, _row) = (rows.Values, rows.Stride, row);

    /// <summary>Its number i, from 0.</summary>
    public float this[int i] => _values[(i * _stride) + _row];
}
