namespace RealtimeFlow.Targets;

/// <summary>What is known of a target beside its energy.</summary>
public sealed record TargetOptions
{
    /// <summary>What it is, in one line.</summary>
    public string Description { get; init; } = "";

    /// <summary>Half the side of the square about the origin that shows the target; positive.</summary>
    public float ViewRadius { get; init; } = 4;

    /// <summary>
    /// Gives ln Z = ln ∫ e^(−U), in nats: a closed form, or <see cref="PlaneQuadrature.LogNormalizer"/> on the plane. Called once, when it
    /// is first asked for. Null where the integral does not exist or nobody knows it.
    /// </summary>
    public Func<Target, double>? LogNormalizer { get; init; }
}
