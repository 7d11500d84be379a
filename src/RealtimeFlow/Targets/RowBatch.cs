namespace RealtimeFlow.Targets;

/// <summary>Rows of data as an evaluation sees them.</summary>
/// <param name="Values">Number i of row r at <c>i * Stride + r</c>.</param>
/// <param name="Stride">From one column to the next.</param>
/// <param name="Count">How many rows.</param>
/// <param name="Weight">How often each counts: 1 where these are all rows, N/|B| where they are |B| of N.</param>
internal readonly record struct RowBatch(float[] Values, int Stride, int Count, float Weight);
