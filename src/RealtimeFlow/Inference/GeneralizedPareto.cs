namespace RealtimeFlow.Inference;

/// <summary>
/// The generalized Pareto distribution, with density (1/σ)(1 + k x/σ)^(−1/k − 1) on x &gt; 0: what lies above a high threshold of almost any
/// distribution. For k &gt; 0 its tail is a power, with as many moments as are below 1/k; for k &lt; 0 it ends.
/// </summary>
internal static class GeneralizedPareto
{
    /// <summary>The fewest numbers that a shape is estimated from.</summary>
    public const int LeastCount = 5;

    // The grid of the profile has this many points at least, and reaches so far; the weight and the place of the prior.
    private const int LeastGrid = 30, Reach = 3, PriorCount = 10;
    private const double PriorShape = 0.5;

    /// <summary>
    /// k by the estimator of J. Zhang and M. Stephens, <i>A new and efficient estimation method for the generalized Pareto distribution</i>,
    /// Technometrics 51 (2009): the mean of θ = −k/σ over its profile likelihood on a grid; then drawn towards ½ as ten more observations
    /// would, the weakly informative prior of A. Vehtari, D. Simpson, A. Gelman, Y. Yao, J. Gabry, <i>Pareto smoothed importance sampling</i>,
    /// JMLR 25 (2024).
    /// </summary>
    /// <param name="sample">
    /// At least <see cref="LeastCount"/> positive numbers, ascending, the largest at most 10¹⁰⁰ times the smallest; their scale does not
    /// matter.
    /// </param>
    public static double Shape(ReadOnlySpan<double> sample)
    {
        int count = sample.Length;
        int points = LeastGrid + (int)Math.Sqrt(count);
        double largest = sample[^1], quartile = sample[(int)((count / 4.0) + 0.5) - 1];
        Span<double> grid = stackalloc double[points], logLikelihood = stackalloc double[points];
        for (int j = 0; j < points; j++)
        {
            grid[j] = (1 / largest) + ((1 - Math.Sqrt(points / (j + 0.5))) / Reach / quartile);
            logLikelihood[j] = count * ProfileLogLikelihood(sample, grid[j]);
        }

        double theta = 0;
        for (int j = 0; j < points; j++)
        {
            double inverseWeight = 0;
            foreach (double other in logLikelihood)
            {
                inverseWeight += Math.Exp(other - logLikelihood[j]);
            }

            theta += grid[j] / inverseWeight;
        }

        return ((count * MeanLog(sample, theta)) + (PriorCount * PriorShape)) / (count + PriorCount);
    }

    /// <summary>Per number, with the k that is the most likely for a θ.</summary>
    private static double ProfileLogLikelihood(ReadOnlySpan<double> sample, double theta)
    {
        double shape = MeanLog(sample, theta);

        // At θ = 0, the exponential distribution, both vanish, and their ratio is the inverse of the mean.
        double inverseScale = theta == 0 ? 1 / Mean(sample) : -theta / shape;
        return Math.Log(inverseScale) - shape - 1;
    }

    /// <summary>The mean of ln(1 − θ x): of products, which take few logarithms and no rounding more.</summary>
    private static double MeanLog(ReadOnlySpan<double> sample, double theta)
    {
        double sum = 0, product = 1;
        foreach (double x in sample)
        {
            // A factor is at least some 10⁻⁴, and at most some 10¹⁰² with the numbers in range.
            product *= 1 - (theta * x);
            if (product is < 1e-200 or > 1e200)
            {
                sum += Math.Log(product);
                product = 1;
            }
        }

        return (sum + Math.Log(product)) / sample.Length;
    }

    private static double Mean(ReadOnlySpan<double> sample)
    {
        double sum = 0;
        foreach (double x in sample)
        {
            sum += x;
        }

        return sum / sample.Length;
    }
}
