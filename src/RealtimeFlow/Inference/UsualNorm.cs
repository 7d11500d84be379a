namespace RealtimeFlow.Inference;

/// <summary>The mean Euclidean norm of about the last hundred gradients, each as long as it was let be: what tells that another is too long.</summary>
/// <param name="Sum">The mean, times its weight.</param>
/// <param name="Weight">1 − decayⁿ after n gradients.</param>
internal readonly record struct UsualNorm(double Sum, double Weight)
{
    private const double Decay = 0.99;

    /// <summary>The norm that the next gradient may have.</summary>
    public double Longest(TrainerOptions options)
    {
        // Nothing is said by a mean of no gradients, or of none but zeros.
        double byRatio = Sum > 0 ? options.LargestNormRatio * Sum / Weight ?? double.PositiveInfinity : double.PositiveInfinity;
        return Math.Min(options.LargestGradientNorm ?? double.PositiveInfinity, byRatio);
    }

    /// <summary>With one more gradient.</summary>
    public UsualNorm With(double norm) => new((Decay * Sum) + ((1 - Decay) * norm), (Decay * Weight) + (1 - Decay));
}
