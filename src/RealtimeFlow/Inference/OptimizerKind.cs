namespace RealtimeFlow.Inference;

/// <summary>How gradients become steps.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma &amp; Ba 2015), β₁ = 0.9, β₂ = 0.999.</summary>
    Adam,

    /// <summary>RMSprop with momentum 0.9, as in Rezende &amp; Mohamed 2015, section 6.</summary>
    RmsProp,

    /// <summary>Stochastic gradient descent with momentum 0.9 (Polyak 1964).</summary>
    Sgd,

    /// <summary>
    /// SOAP (Vyas et al. 2025): Adam along the eigenvectors of the running mean of the gradient's products with itself. For flows of up to
    /// some hundreds of parameters; a step costs the more of them the square.
    /// </summary>
    Soap,
}
