using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>
/// An energy in any dimension with its gradient by hand, written once for all widths: a <c>readonly struct</c>, whose fields may hold data.
/// </summary>
public interface IGradient
{
    /// <summary>U = −ln p̃ at z, up to a constant. Allocates nothing; called from several threads at once.</summary>
    /// <typeparam name="V">A row of lanes; <see cref="Numerics.LaneMath"/> has its functions.</typeparam>
    /// <param name="z">The D coordinates.</param>
    /// <param name="gradient">Receives the D derivatives of U; before that, anything.</param>
    V Energy<V>(ReadOnlySpan<V> z, Span<V> gradient)
        where V : struct, ILanes<V>;
}
