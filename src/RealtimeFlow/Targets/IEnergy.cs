using RealtimeFlow.Differentiation;

namespace RealtimeFlow.Targets;

/// <summary>An energy in any dimension whose gradient follows by itself: a <c>readonly struct</c>, whose fields may hold data.</summary>
public interface IEnergy
{
    /// <summary>
    /// U = −ln p̃ at z, up to a constant. Allocates nothing; called from several threads at once. Every operation is written down and
    /// walked back: the gradient costs a few times the value, whatever D, and 200 bytes an operation and thread.
    /// </summary>
    /// <typeparam name="R">Numbers that carry their derivatives by the coordinates.</typeparam>
    /// <param name="z">The D coordinates.</param>
    R Energy<R>(ReadOnlySpan<R> z)
        where R : struct, IReal<R>;
}
