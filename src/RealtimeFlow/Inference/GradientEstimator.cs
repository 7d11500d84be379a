namespace RealtimeFlow.Inference;

/// <summary>How the gradient of a free energy, or of a tighter bound, is estimated. All are unbiased, and in closed form.</summary>
public enum GradientEstimator
{
    /// <summary>By reparameterisation, ln q_K and the energy both differentiated in full (Rezende &amp; Mohamed 2015, eq. 15).</summary>
    Total,

    /// <summary>
    /// Only along the way of z_K, since the score of the parameters has expectation 0 ("sticking the landing": G. Roeder, Y. Wu,
    /// D. Duvenaud, NeurIPS 2017). Its variance vanishes where q_K = p.
    /// </summary>
    Path,

    /// <summary>
    /// Of the importance-weighted bound −L_S instead of F, whose gradient is doubly reparameterised (<see cref="ImportanceWeights"/>):
    /// S = <see cref="TrainerOptions.ImportanceSamples"/> particles together may cover what one cannot. At S = 1 it is the path gradient.
    /// </summary>
    ImportanceWeighted,
}
