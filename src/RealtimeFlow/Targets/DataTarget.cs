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
        : base(name, dimension, options)
    {
        ArgumentNullException.ThrowIfNull(data);
        Data = data;
    }

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

    /// <summary>A posterior from its prior and its likelihood alone: the gradient follows, for a few times the cost of these.</summary>
    /// <typeparam name="TPosterior">Both: a structure, so that they are compiled for each vector width.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="posterior">Prior and likelihood.</param>
    /// <param name="data">The rows.</param>
    /// <param name="options">What else is known of it; ln Z is asked for again after rows have joined.</param>
    /// <exception cref="ArgumentException">The name is empty, D less than 1, or the view radius not positive and finite.</exception>
    public static DataTarget Create<TPosterior>(
        string name, int dimension, TPosterior posterior, DataSet data, TargetOptions? options = null)
        where TPosterior : struct, IPosterior =>
        new RecordedPosterior<TPosterior>(name, dimension, posterior, data, options ?? new TargetOptions());

    /// <summary>As <see cref="LogNormalizer"/>, computed anew.</summary>
    private protected abstract double? LogEvidence();

    internal sealed override void Evaluate(FlowTile tile, nint columns, LaneWidth width) => Evaluate(tile, columns, width, Data.All);

    /// <summary>U with the likelihood of certain rows, and ∇U. Called from several threads at once.</summary>
    internal abstract void Evaluate(FlowTile tile, nint columns, LaneWidth width, in RowBatch rows);
}
