using RealtimeFlow.Differentiation;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <summary>
/// The posterior of eight schools over μ and ln τ alone, exactly: given both, each effect is y_j ~ N(μ, σ_j² + τ²), the θ_j integrated out.
/// Up to the evidence, as the target <c>eight-schools</c> itself. The first coordinate is μ/<see cref="Unit"/>.
/// </summary>
internal readonly struct SchoolsMarginal : IPlaneEnergy
{
    /// <summary>What a unit of the first coordinate is in those of μ: both coordinates then have a spread near 1.</summary>
    public const float Unit = 4;

    // Of the densities: 9 · ½ ln 2π, ln 5 of μ's prior, ln 5π/2 of τ's, and −ln of the unit.
    private const float LogNorm = 10.554f;

    private static ReadOnlySpan<float> Effects => [28, 8, -3, 7, -1, 1, 18, 12];

    private static ReadOnlySpan<float> Errors => [15, 10, 16, 11, 9, 11, 10, 18];

    /// <inheritdoc/>
    public R Energy<R>(R x, R y)
        where R : struct, IReal<R>
    {
        R mu = Unit * x, square = R.Exp(2 * y);
        R sum = (0.5f / 25 * R.Square(mu)) + R.Log1p(square * (1 / 25f)) - y + LogNorm;
        for (int j = 0; j < Effects.Length; j++)
        {
            R variance = square + (Errors[j] * Errors[j]);
            sum += 0.5f * (R.Log(variance) + (R.Square(mu - Effects[j]) / variance));
        }

        return sum;
    }
}
