using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>
/// An energy with the wall ½ Σᵢ (max(|zᵢ| − 4, 0)/0.4)² added. U₂–U₄ as printed are constant along x but for the wave, so that their
/// e^(−U) has no integral and their free energy no minimum; the wall makes densities of them.
/// </summary>
internal readonly struct Walled<TEnergy> : IPlaneEnergy
    where TEnergy : struct, IPlaneEnergy
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>
    {
        V energy = TEnergy.Energy(x, y, out byX, out byY);
        V wallX = Wall(x, ref byX);
        V wallY = Wall(y, ref byY);
        return energy + wallX + wallY;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Wall<V>(V z, ref V gradient)
        where V : struct, ILanes<V>
    {
        V beyond = V.Max(V.Abs(z) - V.Splat(4), V.Splat(0));
        V pull = beyond * V.Splat(1 / (0.4f * 0.4f));
        gradient += pull ^ (z & V.SplatBits(0x8000_0000));
        return V.Splat(0.5f) * pull * beyond;
    }
}
