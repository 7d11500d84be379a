using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>A density known up to its normalizer, p̃ = e^(−U), by its energy U = −ln p̃ and the gradient of that.</summary>
public abstract class Target
{
    private readonly Lazy<double?> _logNormalizer;

    private protected Target(string name, string description, int dimension, bool isProper, float viewRadius)
    {
        Name = name;
        Description = description;
        Dimension = dimension;
        ViewRadius = viewRadius;
        _logNormalizer = new(() => isProper ? Quadrature.LogNormalizer(this) : null);
    }

    /// <summary>The name by which <see cref="TargetLibrary.Find"/> knows it.</summary>
    public string Name { get; }

    /// <summary>What it is, in one line.</summary>
    public string Description { get; }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>
    /// ln Z = ln ∫ e^(−U), in nats, by quadrature; null where the integral does not exist. With it a free energy F becomes a
    /// Kullback–Leibler divergence: KL = F + ln Z. Computed at the first call.
    /// </summary>
    public double? LogNormalizer => _logNormalizer.Value;

    /// <summary>Half the side of the square about the origin that shows the target.</summary>
    public float ViewRadius { get; }

    /// <summary>U of the tile's points into its values, ∇U into its cotangents.</summary>
    internal abstract void Evaluate(FlowTile tile, nint columns, LaneWidth width);
}

/// <summary>An energy on the plane, written once for all widths.</summary>
internal interface IPlaneEnergy
{
    /// <summary>U at (x, y), and its derivatives.</summary>
    static abstract V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>;
}
