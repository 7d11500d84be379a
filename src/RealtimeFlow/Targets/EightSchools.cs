using RealtimeFlow.Differentiation;

namespace RealtimeFlow.Targets;

/// <summary>
/// Eight schools: the effect y_j of coaching in each, known with standard error σ_j; y_j ~ N(θ_j, σ_j²), θ_j ~ N(μ, τ²), μ ~ N(0, 5²),
/// τ ~ half-Cauchy(5). Coordinates are μ, ln τ and eight more: η_j with θ_j = μ + τ η_j where it is not centred, else θ_j itself, which
/// makes a funnel. Every density is normalised, so that Z = p(y).
/// </summary>
/// <remarks>
/// D. Rubin, "Estimation in parallel randomized experiments", Journal of Educational Statistics 6 (1981); A. Gelman et al., <i>Bayesian
/// Data Analysis</i>, section 5.5; the priors are those of posteriordb's eight_schools models.
/// </remarks>
internal readonly struct EightSchools(bool centred) : IEnergy
{
    /// <summary>D.</summary>
    public const int Dimension = 10;

    // ln 5, and the constants of all densities: 17 · ½ ln 2π + ln 5 + ln(5π/2) + Σ ln σ_j.
    private const float LogPriorScale = 1.60943791f, LogNorm = 39.2616096f;

    private static ReadOnlySpan<float> Effects => [28, 8, -3, 7, -1, 1, 18, 12];

    private static ReadOnlySpan<float> Errors => [15, 10, 16, 11, 9, 11, 10, 18];

    /// <inheritdoc/>
    public R Energy<R>(ReadOnlySpan<R> z)
        where R : struct, IReal<R>
    {
        R mu = z[0], logTau = z[1], tau = R.Exp(logTau);
        R sum = R.Square(mu * 0.2f);
        for (int j = 0; j < Effects.Length; j++)
        {
            (R theta, R eta) = centred ? (z[2 + j], (z[2 + j] - mu) / tau) : (mu + (tau * z[2 + j]), z[2 + j]);
            sum += R.Square(eta) + R.Square((theta - Effects[j]) * (1 / Errors[j]));
        }

        // Of the half-Cauchy, −ln p = ln(1 + (τ/5)²) + …; a τ for the coordinate ln τ, and one below each θ_j − μ.
        R prior = R.Softplus(2 * (logTau - LogPriorScale)) + ((centred ? Effects.Length - 1 : -1) * logTau);
        return (0.5f * sum) + prior + LogNorm;
    }

    /// <summary>
    /// ln p(y). Given τ all else is Gaussian: y ~ N(0, diag(σ² + τ²) + 5² 1 1ᵀ). Over ln τ by the trapezoid rule, whose error falls
    /// exponentially; the integrand falls like τ to the left and like τ⁻⁹ to the right.
    /// </summary>
    public static double LogEvidence()
    {
        const double Least = -45, Most = 15, Step = 1.0 / 32;
        double sum = 0;
        for (double logTau = Least; logTau <= Most; logTau += Step)
        {
            double tau = Math.Exp(logTau), weights = 0, weighted = 0, log = 0;
            for (int j = 0; j < Effects.Length; j++)
            {
                double variance = (Errors[j] * Errors[j]) + (tau * tau);
                weights += 1 / variance;
                weighted += Effects[j] / variance;
                log -= 0.5 * (Math.Log(2 * Math.PI * variance) + (Effects[j] * Effects[j] / variance));
            }

            // Sherman and Morrison's inverse, and the determinant that goes with it.
            log += 0.5 * ((weighted * weighted / (weights + (1 / 25.0))) - Math.Log(1 + (25 * weights)));
            sum += Step * Math.Exp(log) * tau * 2 / (5 * Math.PI * (1 + (tau * tau / 25)));
        }

        return Math.Log(sum);
    }
}
