namespace RealtimeFlow.Amortized;

/// <summary>What a pixel is, given the latent variables.</summary>
public enum PixelLikelihood
{
    /// <summary>x = 1 with probability sigmoid(l), else 0: ln p = x l − softplus(l). The decoder makes a logit l for each pixel.</summary>
    Bernoulli,

    /// <summary>
    /// x ~ N(m, σ²). The decoder makes all means m, and then ln σ for each pixel, as in D. Kingma, M. Welling, <i>Auto-encoding variational
    /// Bayes</i>, ICLR 2014, appendix C.2.
    /// </summary>
    Gaussian,
}
