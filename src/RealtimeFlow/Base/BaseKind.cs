namespace RealtimeFlow.Base;

/// <summary>
/// A kind of base distribution q_0. All are location-scale families with independent coordinates: z_0 = μ + σ ⊙ ε, where ε is standard
/// normal, uniform in (−1, 1), or Student's t; μ and ln σ stand in the block of parameters.
/// </summary>
public sealed class BaseKind
{
    private BaseKind(string name, string locationName, string scaleName, float? degreesOfFreedom = null)
    {
        Name = name;
        LocationName = locationName;
        ScaleName = scaleName;
        DegreesOfFreedom = degreesOfFreedom;
    }

    /// <summary>The diagonal Gaussian N(μ, diag σ²).</summary>
    public static BaseKind Gaussian { get; } = new("gaussian", "mean", "log_scale");

    /// <summary>The uniform distribution on the box μ ± σ, whose density beyond its edges is 0.</summary>
    public static BaseKind Uniform { get; } = new("uniform", "center", "log_half_width");

    /// <summary>Independent Student-t coordinates, whose tails fall by a power, |z|^−(ν + 1).</summary>
    /// <param name="degreesOfFreedom">ν, from 1 (Cauchy) to 10⁶; the variance is finite for ν &gt; 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">ν is outside its range.</exception>
    public static BaseKind StudentT(float degreesOfFreedom) => degreesOfFreedom is >= 1 and <= 1e6f
        ? new("student-t", "location", "log_scale", degreesOfFreedom)
        : throw new ArgumentOutOfRangeException(nameof(degreesOfFreedom), degreesOfFreedom, "Expected from 1 to 1e6.");

    /// <summary>The name in files.</summary>
    public string Name { get; }

    /// <summary>What files call μ.</summary>
    public string LocationName { get; }

    /// <summary>What files call ln σ.</summary>
    public string ScaleName { get; }

    /// <summary>ν of a Student-t base; null for the others.</summary>
    public float? DegreesOfFreedom { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
