using RealtimeFlow.Differentiation;

namespace RealtimeFlow.Targets;

/// <summary>An energy in any dimension whose gradient follows by itself: a <c>readonly struct</c>, whose fields may hold data.</summary>
public interface IEnergy
{
    /// <summary>
    /// U = −ln p̃ at z, up to a constant. Allocates nothing; called from several threads at once. Wherever two numbers that depend on z meet,
    /// 200 bytes are written down, and walked back for the gradient: that costs as much again as the value some times over, whatever D is,
    /// and several times a gradient by hand (<see cref="IGradient"/>).
    /// </summary>
    /// <typeparam name="R">Numbers that carry their derivatives by the coordinates.</typeparam>
    /// <param name="z">The D coordinates.</param>
    R Energy<R>(ReadOnlySpan<R> z)
        where R : struct, IReal<R>;
}
