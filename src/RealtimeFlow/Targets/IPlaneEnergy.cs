using RealtimeFlow.Differentiation;

namespace RealtimeFlow.Targets;

/// <summary>An energy on the plane whose gradient follows by itself: a <c>readonly struct</c>, whose fields may hold data.</summary>
public interface IPlaneEnergy
{
    /// <summary>
    /// U = −ln p̃ at (x, y), up to a constant. Allocates nothing; called from several threads at once. To be fast it wants
    /// <see cref="System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining"/>; with one or two transcendental functions it
    /// then stays in registers and costs what a gradient by hand does, beyond that the compiler leaves calls in it.
    /// </summary>
    /// <typeparam name="R">Numbers that carry their derivatives by x and y.</typeparam>
    /// <param name="x">The first coordinate.</param>
    /// <param name="y">The second.</param>
    R Energy<R>(R x, R y)
        where R : struct, IReal<R>;
}
