namespace RealtimeFlow.Networks;

/// <summary>What a dense layer does to the sums of its units.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    Linear,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>ln(1 + exp x).</summary>
    Softplus,

    /// <summary>The largest of a window of units that stand one after the other (Goodfellow et al. 2013); the first of those that tie.</summary>
    Maxout,
}
