using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>
/// A posterior: ln p̃(z) = ln p(z) + Σ ln p(xᵢ|z) over the rows xᵢ of a data set. Training may see minibatches of it instead, whose rows
/// count N/|B| times each (<see cref="TrainerOptions.MinibatchSize"/>): an unbiased estimate of the same. All else sees all rows.
/// </summary>
public abstract class DataTarget : Target
{
    private int _rowsOfLogNormalizer = -1;
    private double? _logNormalizer;

    private protected DataTarget(string name, int dimension, DataSet data, TargetOptions options)
        : base(name, dimension, options) => Data = data;

    /// <summary>The rows.</summary>
    public DataSet Data { get; }

    /// <summary>
    /// ln Z, in nats: the logarithm of the evidence ∫ p(z) Π p(xᵢ|z) dz of the rows there are now; null where it is not known. Computed
    /// when it is first asked for after rows have joined.
    /// </summary>
    public sealed override double? LogNormalizer
    {
        get
        {
            if (_rowsOfLogNormalizer != Data.Count)
            {
                (_rowsOfLogNormalizer, _logNormalizer) = (Data.Count, LogEvidence());
            }

            return _logNormalizer;
        }
    }

    /// <summary>As <see cref="LogNormalizer"/>, computed anew.</summary>
    private protected abstract double? LogEvidence();

    internal sealed override void Evaluate(FlowTile tile, nint columns, LaneWidth width) => Evaluate(tile, columns, width, Data.All);

    /// <summary>U with the likelihood of certain rows, and ∇U. Called from several threads at once.</summary>
    internal abstract void Evaluate(FlowTile tile, nint columns, LaneWidth width, in RowBatch rows);
}
