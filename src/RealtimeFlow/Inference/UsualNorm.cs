namespace RealtimeFlow.Inference;

/// <summary>The mean Euclidean norm of about the last hundred gradients, each as long as it was let be: what tells that another is too long.</summary>
/// <param name="Sum">The mean, times its weight.</param>
/// <param name="Weight">1 − decayⁿ after n gradients.</param>
public readonly record struct UsualNorm(double Sum, double Weight)
{
    private const double Decay = 0.99;

    /// <summary>The norm that the next gradient may have.</summary>
    /// <param name="ratio">That many times the mean; null where it does not count.</param>
    /// <param name="norm">And not more than this; null where nothing is.</param>
    internal double Longest(double? ratio, double? norm = null)
    {
        // Nothing is said by a mean of no gradients, or of none but zeros.
        double byRatio = Sum > 0 ? ratio * Sum / Weight ?? double.PositiveInfinity : double.PositiveInfinity;
        return Math.Min(norm ?? double.PositiveInfinity, byRatio);
    }

    /// <summary>With one more gradient.</summary>
    internal UsualNorm With(double norm) => new((Decay * Sum) + ((1 - Decay) * norm), (Decay * Weight) + (1 - Decay));
}
