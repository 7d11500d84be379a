namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// k̂ of importance weights in float64, step by step as A. Vehtari et al. (2024) and J. Zhang and M. Stephens (2009) write it; the latter's
/// k has the other sign.
/// </summary>
internal static class ReferencePareto
{
    public static double Shape(IEnumerable<double> logWeights)
    {
        double[] sorted = [.. logWeights.Order()];
        int count = sorted.Length, tail = (int)Math.Ceiling(Math.Min(0.2 * count, 3 * Math.Sqrt(count)));
        double cutoff = Math.Exp(sorted[count - tail - 1] - sorted[^1]);
        double[] excess = [.. sorted[^tail..].Select(w => Math.Exp(w - sorted[^1]) - cutoff).Where(x => x > 0)];
        return excess.Length < 5 ? double.PositiveInfinity : ShapeOfExcess(excess);
    }

    /// <summary>Of numbers above a threshold, ascending.</summary>
    public static double ShapeOfExcess(double[] x)
    {
        int n = x.Length, m = 30 + (int)Math.Floor(Math.Sqrt(n));
        double quartile = x[(int)Math.Floor((n / 4.0) + 0.5) - 1];
        double[] theta = [.. Enumerable.Range(1, m).Select(j => (1 / x[^1]) + ((1 - Math.Sqrt(m / (j - 0.5))) / (3 * quartile)))];
        double[] likelihood = [.. theta.Select(t => n * (Math.Log(t / K(t)) + K(t) - 1))];
        double most = likelihood.Max(), sum = likelihood.Sum(l => Math.Exp(l - most));
        double mean = theta.Zip(likelihood, (t, l) => t * Math.Exp(l - most) / sum).Sum();
        return ((-K(mean) * n) + (0.5 * 10)) / (n + 10);

        double K(double t) => -x.Average(value => Math.Log(1 - (t * value)));
    }
}
