namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// Eight schools in float64: the energies from the model's densities; evidence, means and standard deviations by quadrature over μ and
/// ln τ, given which the θ_j are independent Gaussians.
/// </summary>
internal static class EightSchoolsReference
{
    private static readonly double[] Effects = [28, 8, -3, 7, -1, 1, 18, 12];
    private static readonly double[] Errors = [15, 10, 16, 11, 9, 11, 10, 18];

    /// <summary>By μ, ln τ and η.</summary>
    public static double Energy(double[] z)
    {
        double energy = Hyperprior(z[0], z[1]);
        for (int j = 0; j < 8; j++)
        {
            energy += ReferenceEnergy.NormalEnergy(z[2 + j], 0, 1)
                + ReferenceEnergy.NormalEnergy(Effects[j], z[0] + (Math.Exp(z[1]) * z[2 + j]), Errors[j]);
        }

        return energy;
    }

    /// <summary>By μ, ln τ and θ.</summary>
    public static double CentredEnergy(double[] z)
    {
        double energy = Hyperprior(z[0], z[1]);
        for (int j = 0; j < 8; j++)
        {
            energy += ReferenceEnergy.NormalEnergy(z[2 + j], z[0], Math.Exp(z[1]))
                + ReferenceEnergy.NormalEnergy(Effects[j], z[2 + j], Errors[j]);
        }

        return energy;
    }

    /// <summary>ln p(y), and mean and standard deviation of μ, τ, θ₁ … θ₈.</summary>
    public static (double LogEvidence, double[] Means, double[] Deviations) Posterior()
    {
        const double StepOfMu = 0.25, StepOfLogTau = 1.0 / 16;
        double total = 0;
        double[] first = new double[10], second = new double[10];
        for (double mu = -40; mu <= 50; mu += StepOfMu)
        {
            for (double logTau = -30; logTau <= 12; logTau += StepOfLogTau)
            {
                double tau = Math.Exp(logTau), energy = Hyperprior(mu, logTau);
                for (int j = 0; j < 8; j++)
                {
                    energy += ReferenceEnergy.NormalEnergy(Effects[j], mu, Math.Sqrt((Errors[j] * Errors[j]) + (tau * tau)));
                }

                double weight = Math.Exp(-energy) * StepOfMu * StepOfLogTau;
                total += weight;
                Add(0, mu, 0);
                Add(1, tau, 0);
                for (int j = 0; j < 8; j++)
                {
                    // θ_j given y_j, μ and τ: precisions add.
                    double share = tau * tau / ((tau * tau) + (Errors[j] * Errors[j]));
                    Add(2 + j, mu + (share * (Effects[j] - mu)), share * Errors[j] * Errors[j]);
                }

                void Add(int i, double mean, double variance)
                {
                    first[i] += weight * mean;
                    second[i] += weight * ((mean * mean) + variance);
                }
            }
        }

        double[] means = [.. first.Select(x => x / total)];
        return (Math.Log(total), means, [.. second.Select((x, i) => Math.Sqrt((x / total) - (means[i] * means[i])))]);
    }

    /// <summary>−ln p(μ) p(ln τ).</summary>
    private static double Hyperprior(double mu, double logTau) =>
        ReferenceEnergy.NormalEnergy(mu, 0, 5) - Math.Log(2 / (Math.PI * 5 * (1 + Math.Exp(2 * (logTau - Math.Log(5)))))) - logTau;
}
