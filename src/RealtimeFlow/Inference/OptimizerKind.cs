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
}
