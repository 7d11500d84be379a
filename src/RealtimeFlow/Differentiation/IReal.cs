namespace RealtimeFlow.Differentiation;

/// <summary>
/// A real number that knows its derivatives: the vocabulary in which an energy is written, once, so that its value and its gradient
/// follow, at every vector width, without allocation.
/// </summary>
/// <remarks>
/// Each R is a row of points at work at once: there is nothing to branch on, and <see cref="SelectLess"/> takes the place of an if.
/// Arithmetic is that of float32; functions have the bounds of <see cref="Numerics.LaneMath"/>.
/// </remarks>
/// <typeparam name="R">The implementing type.</typeparam>
public interface IReal<R>
    where R : struct, IReal<R>
{
    /// <summary>A constant.</summary>
    static abstract implicit operator R(float value);

    /// <summary>a + b.</summary>
    static abstract R operator +(R a, R b);

    /// <summary>a + b.</summary>
    static abstract R operator +(R a, float b);

    /// <summary>a + b.</summary>
    static abstract R operator +(float a, R b);

    /// <summary>a − b.</summary>
    static abstract R operator -(R a, R b);

    /// <summary>a − b.</summary>
    static abstract R operator -(R a, float b);

    /// <summary>a − b.</summary>
    static abstract R operator -(float a, R b);

    /// <summary>−a.</summary>
    static abstract R operator -(R a);

    /// <summary>a · b.</summary>
    static abstract R operator *(R a, R b);

    /// <summary>a · b.</summary>
    static abstract R operator *(R a, float b);

    /// <summary>a · b.</summary>
    static abstract R operator *(float a, R b);

    /// <summary>a / b.</summary>
    static abstract R operator /(R a, R b);

    /// <summary>a times 1/b as rounded.</summary>
    static abstract R operator /(R a, float b);

    /// <summary>a / b.</summary>
    static abstract R operator /(float a, R b);

    /// <summary>a².</summary>
    static abstract R Square(R a);

    /// <summary>aⁿ for a whole n, negative ones too; a⁰ = 1.</summary>
    static abstract R Pow(R a, int n);

    /// <summary>√a; at 0 the slope is infinite.</summary>
    static abstract R Sqrt(R a);

    /// <summary>eᵃ.</summary>
    static abstract R Exp(R a);

    /// <summary>ln a.</summary>
    static abstract R Log(R a);

    /// <summary>ln(1 + a), near 0 too.</summary>
    static abstract R Log1p(R a);

    /// <summary>sin a, a in radians: within 2⁻²² (1 + |a|) for |a| ≤ 6·10⁶; beyond that the results mean nothing.</summary>
    static abstract R Sin(R a);

    /// <summary>cos a, as exact as <see cref="Sin"/>.</summary>
    static abstract R Cos(R a);

    /// <summary>The hyperbolic tangent.</summary>
    static abstract R Tanh(R a);

    /// <summary>1/(1 + e⁻ᵃ).</summary>
    static abstract R Sigmoid(R a);

    /// <summary>ln(1 + eᵃ) without overflow.</summary>
    static abstract R Softplus(R a);

    /// <summary>ln(eᵃ + eᵇ) without overflow, for finite a and b.</summary>
    static abstract R LogAddExp(R a, R b);

    /// <summary>|a|; at 0 the slope counts as 0.</summary>
    static abstract R Abs(R a);

    /// <summary>The lesser, with its slope; where they are equal, b with its.</summary>
    static abstract R Min(R a, R b);

    /// <summary>The greater, with its slope; where they are equal, b with its.</summary>
    static abstract R Max(R a, R b);

    /// <summary>
    /// <paramref name="then"/> where a &lt; b, else <paramref name="otherwise"/>, with its slope. Both are computed; where one is not
    /// taken, it and the slope of the last function in it may be anything, as √a at 0.
    /// </summary>
    static abstract R SelectLess(R a, R b, R then, R otherwise);
}
