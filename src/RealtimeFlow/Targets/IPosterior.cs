using RealtimeFlow.Differentiation;

namespace RealtimeFlow.Targets;

/// <summary>A prior and a likelihood whose gradients follow by themselves: a <c>readonly struct</c>, whose fields may hold constants.</summary>
public interface IPosterior
{
    /// <summary>−ln p(z). Allocates nothing; called from several threads at once.</summary>
    /// <typeparam name="R">Numbers that carry their derivatives by the coordinates.</typeparam>
    /// <param name="z">The D coordinates.</param>
    R NegativeLogPrior<R>(ReadOnlySpan<R> z)
        where R : struct, IReal<R>;

    /// <summary>−ln p(x|z) of one row x. Allocates nothing; called from several threads at once.</summary>
    /// <inheritdoc cref="NegativeLogPrior"/>
    /// <param name="z">The D coordinates.</param>
    /// <param name="row">x.</param>
    R NegativeLogLikelihood<R>(ReadOnlySpan<R> z, DataRow row)
        where R : struct, IReal<R>;
}
