using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>
/// The rows that each training step sees. They are drawn without replacement, epoch after epoch: every row comes once in each, so that
/// over an epoch the minibatches average to the whole set exactly, and their noise within one is that of a sample without replacement. The
/// order follows from (seed, epoch, N) alone: a run that is resumed at any step sees the same rows.
/// </summary>
/// <param name="data">The set; rows that were appended join it at the beginning of a step.</param>
/// <param name="seed">Decides the order.</param>
/// <param name="size">|B|; null, or N and more, for all rows.</param>
internal sealed class Minibatches(DataSet data, ulong seed, int? size)
{
    private readonly float[] _values = new float[(size ?? 0) * data.Dimension];
    private readonly int[] _drawn = new int[size ?? 0];
    private readonly EpochOrder _order = new(seed);

    /// <summary>The rows of the step that was begun last.</summary>
    public RowBatch Rows { get; private set; }

    /// <summary>Draws the rows of a step. Allocates nothing.</summary>
    public void Begin(long step)
    {
        data.Admit();
        if (size is not int batch || batch >= data.Count)
        {
            Rows = data.All;
            return;
        }

        _order.Draw(step * batch, data.Count, _drawn);
        for (int row = 0; row < batch; row++)
        {
            for (int i = 0; i < data.Dimension; i++)
            {
                _values[(i * batch) + row] = data.Coordinate(i)[_drawn[row]];
            }
        }

        Rows = new RowBatch(_values, batch, batch, (float)data.Count / batch);
    }
}
