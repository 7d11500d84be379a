using RealtimeFlow.Lanes;

namespace RealtimeFlow.Differentiation;

/// <summary>
/// The differential of a number: what can be added and scaled, and so carries the chain rule. Partial derivatives that are kept beside the
/// number make forward mode of it; a place on a tape makes reverse mode. Zero is <c>default</c>.
/// </summary>
/// <typeparam name="D">The implementing type.</typeparam>
/// <typeparam name="V">The lanes.</typeparam>
internal interface IDifferential<D, V>
    where D : struct, IDifferential<D, V>
    where V : struct, ILanes<V>
{
    /// <summary>p + q.</summary>
    static abstract D operator +(D p, D q);

    /// <summary>p − q.</summary>
    static abstract D operator -(D p, D q);

    /// <summary>−p.</summary>
    static abstract D operator -(D p);

    /// <summary>a p.</summary>
    static abstract D operator *(V a, D p);

    /// <summary>a p + b q.</summary>
    static abstract D Combine(V a, D p, V b, D q);

    /// <summary>Per lane p where the mask is set, else q.</summary>
    static abstract D Select(V mask, D p, D q);
}
