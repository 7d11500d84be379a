using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>
/// An energy on the plane with its gradient by hand, written once for all widths: a <c>readonly struct</c>, whose fields may hold data.
/// </summary>
public interface IPlaneGradient
{
    /// <summary>
    /// U = −ln p̃ at (x, y), up to a constant, and its derivatives. Allocates nothing; called from several threads at once. To be fast it
    /// wants <see cref="System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining"/>.
    /// </summary>
    /// <typeparam name="V">A row of lanes; <see cref="Numerics.LaneMath"/> has its functions.</typeparam>
    /// <param name="x">The first coordinate.</param>
    /// <param name="y">The second.</param>
    /// <param name="byX">∂U/∂x.</param>
    /// <param name="byY">∂U/∂y.</param>
    V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>;
}
