namespace RealtimeFlow.Inference;

/// <summary>
/// k̂ of importance weights: the shape of the generalized Pareto distribution that fits the largest of them (A. Vehtari, D. Simpson,
/// A. Gelman, Y. Yao, J. Gabry, <i>Pareto smoothed importance sampling</i>, JMLR 25 (2024)).
/// </summary>
/// <remarks>Allocates only when it is given more weights than ever before.</remarks>
internal sealed class ParetoTail
{
    // Float32 logarithms of weights cannot tell less, relative to their size: a hundred units in the last place.
    private const double Resolution = 100.0 / (1 << 23);

    // Of the largest weight: further down the fit does not reach.
    private const double LeastExcess = 1e-100;

    private float[] _least = [];
    private double[] _excess = [];

    /// <summary>k̂ of the weights e^(−loss).</summary>
    /// <remarks>
    /// The tail is the min(n/5, 3√n) largest, as far as they are above the largest weight outside it. The order of the losses does not
    /// matter.
    /// </remarks>
    /// <param name="losses">Five at least; +∞ is a weight of zero.</param>
    /// <returns>
    /// −∞ where the tail is constant, to the resolution of float32: no weight counts more than the others. +∞ where fewer than
    /// <see cref="GeneralizedPareto.LeastCount"/> weights are above the rest, or they span a factor of more than 10¹⁰⁰. NaN where a loss
    /// is not a number or −∞, or all weights are zero.
    /// </returns>
    public double Shape(ReadOnlySpan<float> losses)
    {
        int count = (int)Math.Ceiling(Math.Min(losses.Length / 5.0, 3 * Math.Sqrt(losses.Length)));
        ReadOnlySpan<float> least = Least(losses, count + 1);
        double cutoff = least.Length > count ? least[^1] : double.PositiveInfinity;
        ReadOnlySpan<float> tail = least[..Math.Min(count, least.Length)].TrimEnd((float)cutoff);
        if (least.IsEmpty || !float.IsFinite(least[0]))
        {
            return double.NaN;
        }

        double best = least[0];
        if (cutoff - best <= Resolution * Math.Max(1, Math.Abs(best)))
        {
            return double.NegativeInfinity;
        }

        Span<double> excess = _excess.AsSpan(0, tail.Length);
        double outside = Math.Exp(best - cutoff);
        for (int i = 0; i < tail.Length; i++)
        {
            excess[^(i + 1)] = Math.Exp(best - tail[i]) - outside;
        }

        return tail.Length < GeneralizedPareto.LeastCount || excess[0] < LeastExcess
            ? double.PositiveInfinity
            : GeneralizedPareto.Shape(excess);
    }

    /// <summary>The least losses below +∞, ascending: so many, or all that there are. One that is not a number comes first.</summary>
    private ReadOnlySpan<float> Least(ReadOnlySpan<float> losses, int count)
    {
        // Those that are below all that were put aside collect until they are as many again; then the greater half is put aside. Of n in
        // random order only about count · ln(n/count) are ever collected.
        if (_least.Length < 2 * count)
        {
            _least = new float[2 * count];
            _excess = new double[count];
        }

        Span<float> least = _least.AsSpan(0, 2 * count);
        int collected = 0;
        float bound = float.PositiveInfinity;
        foreach (float loss in losses)
        {
            if (!(loss >= bound))
            {
                least[collected++] = loss;
                if (collected == least.Length)
                {
                    least.Sort();
                    collected = count;
                    bound = least[count - 1];
                }
            }
        }

        least[..collected].Sort();
        return least[..Math.Min(collected, count)];
    }
}
