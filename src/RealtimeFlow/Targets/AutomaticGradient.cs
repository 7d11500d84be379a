using System.Runtime.CompilerServices;
using RealtimeFlow.Differentiation;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>The gradient of an energy on the plane, by dual numbers.</summary>
internal readonly struct AutomaticGradient<TEnergy>(TEnergy energy) : IPlaneGradient
    where TEnergy : struct, IPlaneEnergy
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>
    {
        Dual<V, PlanePartials<V>> value = energy.Energy(
            new Dual<V, PlanePartials<V>>(x, new(V.Splat(1), V.Splat(0))),
            new Dual<V, PlanePartials<V>>(y, new(V.Splat(0), V.Splat(1))));
        (byX, byY) = (value.Differential.ByX, value.Differential.ByY);
        return value.Value;
    }
}
