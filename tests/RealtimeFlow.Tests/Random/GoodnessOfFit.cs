namespace RealtimeFlow.Tests.Random;

/// <summary>Whether counts in bins are those of a distribution, with thresholds where a fair generator would fail with probability 10⁻⁶.</summary>
internal static class GoodnessOfFit
{
    /// <summary>Standard deviations of a normal statistic.</summary>
    public const double Deviations = 4.9;

    /// <summary>For the statistic of Kolmogorov and Smirnov: 2 exp(−2 · 2.7²).</summary>
    private const double KolmogorovSmirnov = 2.7;

    /// <summary>Bins that expect fewer are joined with their neighbours.</summary>
    private const double LeastExpected = 25;

    /// <summary>
    /// Pearson's χ², made normal by the cube root of Wilson and Hilferty (1931), and the largest distance of the cumulative counts.
    /// </summary>
    /// <param name="counts">Draws in each bin.</param>
    /// <param name="cumulative">The distribution function at the upper end of a bin; the last bin has the rest.</param>
    /// <param name="output">Receives both statistics.</param>
    public static void Assert(long[] counts, Func<int, double> cumulative, ITestOutputHelper output)
    {
        double total = counts.Sum(), chiSquare = 0, below = 0, cumulated = 0, distance = 0, joinedCount = 0, joinedExpected = 0;
        int cells = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double upTo = i == counts.Length - 1 ? 1 : cumulative(i);
            joinedCount += counts[i];
            joinedExpected += total * (upTo - below);
            below = upTo;
            cumulated += counts[i];
            distance = Math.Max(distance, Math.Abs(cumulated - (total * upTo)));
            if (joinedExpected >= LeastExpected)
            {
                chiSquare += (joinedCount - joinedExpected) * (joinedCount - joinedExpected) / joinedExpected;
                cells++;
                joinedCount = joinedExpected = 0;
            }
        }

        double freedom = cells - 1, spread = 2 / (9 * freedom);
        double deviations = (Math.Cbrt(chiSquare / freedom) - (1 - spread)) / Math.Sqrt(spread);
        double kolmogorovSmirnov = distance / Math.Sqrt(total);
        output.WriteLine($"{total} draws: chi-square {chiSquare:F1} of {freedom} degrees ({deviations:F2} deviations), Kolmogorov-Smirnov {kolmogorovSmirnov:F3}");
        Xunit.Assert.InRange(deviations, -Deviations, Deviations);
        Xunit.Assert.InRange(kolmogorovSmirnov, 0, KolmogorovSmirnov);
    }
}
