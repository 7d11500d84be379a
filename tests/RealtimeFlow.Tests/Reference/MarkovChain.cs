namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// Random-walk Metropolis in float64: several chains, proposals of 2.38²/D times a covariance (G. Roberts, A. Gelman, W. Gilks 1997).
/// </summary>
internal static class MarkovChain
{
    /// <summary>Draws of all chains, each without its first tenth.</summary>
    /// <param name="energy">−ln p̃.</param>
    /// <param name="start">Where all chains begin.</param>
    /// <param name="covariance">About that of the density.</param>
    /// <param name="chains">How many.</param>
    /// <param name="steps">Of each chain.</param>
    /// <param name="seed">Decides all.</param>
    public static double[][][] Run(Func<double[], double> energy, double[] start, double[,] covariance, int chains, int steps, int seed) =>
        [.. Enumerable.Range(0, chains).AsParallel().AsOrdered().Select(
            chain => Chain(energy, start, covariance, steps, new System.Random(seed + chain)).Skip(steps / 10).ToArray())];

    /// <summary>Mean, standard deviation, split R̂ and effective sample size of a coordinate (Gelman et al., <i>Bayesian Data Analysis</i>, 11.4–5).</summary>
    public static (double Mean, double Deviation, double Rhat, double Ess) Summary(double[][][] chains, int coordinate)
    {
        double[][] halves = [.. chains.SelectMany(chain => chain.Chunk(chain.Length / 2).Take(2)).Select(
            half => half.Select(z => z[coordinate]).ToArray())];
        int n = halves[0].Length;
        double[] means = [.. halves.Select(half => half.Average())];
        double mean = means.Average();
        double between = n * means.Sum(m => (m - mean) * (m - mean)) / (halves.Length - 1);
        double within = halves.Select((half, i) => half.Sum(x => (x - means[i]) * (x - means[i])) / (n - 1)).Average();
        double variance = (((n - 1) * within) + between) / n;
        double sum = 1;
        for (int lag = 1; lag < n / 2; lag++)
        {
            double variogram = halves.Average(half => Enumerable.Range(0, n - lag).Average(i => (half[i] - half[i + lag]) * (half[i] - half[i + lag])));
            double correlation = 1 - (variogram / (2 * variance));
            if (correlation < 0.02)
            {
                break;
            }

            sum += 2 * correlation;
        }

        return (mean, Math.Sqrt(variance), Math.Sqrt(variance / within), n * halves.Length / sum);
    }

    private static double[][] Chain(Func<double[], double> energy, double[] start, double[,] covariance, int steps, System.Random random)
    {
        int dimension = start.Length;
        double[,] root = Root(covariance);
        double[][] draws = new double[steps][];
        double[] at = start;
        double here = energy(at);
        for (int step = 0; step < steps; step++)
        {
            double[] normal = [.. Enumerable.Range(0, dimension).Select(_ => Normal(random))];
            double[] proposal = Vectors.Add(at, Vectors.Scaled(Vectors.Times(root, normal), 2.38 / Math.Sqrt(dimension)));
            double there = energy(proposal);
            if (random.NextDouble() < Math.Exp(here - there))
            {
                (at, here) = (proposal, there);
            }

            draws[step] = at;
        }

        return draws;
    }

    private static double Normal(System.Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>The lower triangle L with LLᵀ = a.</summary>
    private static double[,] Root(double[,] a)
    {
        int n = a.GetLength(0);
        double[,] l = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = a[i, j];
                for (int k = 0; k < j; k++)
                {
                    sum -= l[i, k] * l[j, k];
                }

                l[i, j] = i == j ? Math.Sqrt(sum) : sum / l[j, j];
            }
        }

        return l;
    }
}
