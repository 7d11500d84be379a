using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

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
internal readonly struct EightSchools(bool centred) : IGradient
{
    /// <summary>D.</summary>
    public const int Dimension = 10;

    // ln 5, and the constants of all densities: 17 · ½ ln 2π + ln 5 + ln(5π/2) + Σ ln σ_j.
    private const float LogPriorScale = 1.60943791f, LogNorm = 39.2616096f;

    private static ReadOnlySpan<float> Effects => [28, 8, -3, 7, -1, 1, 18, 12];

    private static ReadOnlySpan<float> Errors => [15, 10, 16, 11, 9, 11, 10, 18];

    /// <inheritdoc/>
    public V Energy<V>(ReadOnlySpan<V> z, Span<V> gradient)
        where V : struct, ILanes<V>
    {
        V mu = z[0], logTau = z[1], tau = LaneMath.Exp(logTau), perTau = LaneMath.Exp(-logTau);
        V byMu = V.Splat(1 / 25f) * mu, byLogTau = V.Splat(0), sum = byMu * mu;
        for (int j = 0; j < Effects.Length; j++)
        {
            V perError = V.Splat(1 / Errors[j]), effect = V.Splat(Effects[j]), eta;
            if (centred)
            {
                eta = (z[2 + j] - mu) * perTau;
                V pull = eta * perTau;
                V residual = (z[2 + j] - effect) * perError;
                gradient[2 + j] = V.Fma(residual, perError, pull);
                byMu -= pull;
                byLogTau = V.NegFma(eta, eta, byLogTau);
                sum = V.Fma(residual, residual, sum);
            }
            else
            {
                eta = z[2 + j];
                V residual = (V.Fma(tau, eta, mu) - effect) * perError;
                V pull = residual * perError;
                gradient[2 + j] = V.Fma(tau, pull, eta);
                byMu += pull;
                byLogTau = V.Fma(tau * eta, pull, byLogTau);
                sum = V.Fma(residual, residual, sum);
            }

            sum = V.Fma(eta, eta, sum);
        }

        // Of the half-Cauchy, −ln p = ln(1 + (τ/5)²) + …; a τ for the coordinate ln τ, and one below each θ_j − μ.
        V twice = V.Splat(2) * (logTau - V.Splat(LogPriorScale));
        V powers = V.Splat(centred ? Effects.Length - 1 : -1);
        gradient[0] = byMu;
        gradient[1] = byLogTau + V.Fma(V.Splat(2), LaneMath.Sigmoid(twice), powers);
        return V.Fma(V.Splat(0.5f), sum, V.Fma(powers, logTau, LaneMath.Softplus(twice))) + V.Splat(LogNorm);
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
