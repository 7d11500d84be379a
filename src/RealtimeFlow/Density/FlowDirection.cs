namespace RealtimeFlow.Density;

/// <summary>In which of its two readings a chain makes a distribution: Rezende &amp; Mohamed 2015, eq. 5–7, or its converse.</summary>
public enum FlowDirection
{
    /// <summary>
    /// The chain f maps the base to the data: ln q(y) = ln q_0(z_0) − Σ ln det, y = f(z_0). Sampling is direct, the density at a given
    /// point needs the inverse.
    /// </summary>
    Generative,

    /// <summary>
    /// The chain g maps the data to the base: ln q(y) = ln q_0(g(y)) + Σ ln det. The density at a given point is direct, sampling
    /// needs the inverse.
    /// </summary>
    Normalizing,
}
