using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>
/// The negative log-likelihood −ln q of data rows, each step of a batch that is drawn with replacement: row ⌊word · N / 2³²⌋ for each
/// word of a stream.
/// </summary>
internal sealed unsafe class LikelihoodObjective(DataSet data, RandomStream stream, int largestBatch) : Objective
{
    private readonly uint[] _rows = new uint[largestBatch];

    public override double LogScaleGradient => 1;

    public override void Begin(long step, long first, int count, double beta)
    {
        data.Admit();
        Span<uint> rows = _rows.AsSpan(0, count);
        stream.FillBits((ulong)first, rows);
        foreach (ref uint row in rows)
        {
            row = (uint)(((ulong)row * (ulong)data.Count) >> 32);
        }
    }

    public override void Accumulate(FlowDistribution flow, FlowTile tile, nint columns, int first, float* sums, float* statistics)
    {
        ReadOnlySpan<uint> rows = _rows.AsSpan(first, (int)columns);
        for (int i = 0; i < tile.Dimension; i++)
        {
            ReadOnlySpan<float> coordinate = data.Coordinate(i);
            Span<float> row = tile.Row(i);
            for (int column = 0; column < rows.Length; column++)
            {
                row[column] = coordinate[(int)rows[column]];
            }
        }

        flow.LikelihoodTile(tile, columns, sums);
        TileRows.Scale(tile.Values, columns, -1, flow.Width);
        TileRows.AddTo(statistics, tile.Values, columns, flow.Width);
    }
}
