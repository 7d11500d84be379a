using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Targets;

/// <summary>
/// U₁ = ½ ((‖z‖ − 2)/0.4)² − ln(e^(−½((x−2)/0.6)²) + e^(−½((x+2)/0.6)²)): Rezende &amp; Mohamed 2015, table 1.
/// </summary>
internal readonly struct Ring : IPlaneGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>
    {
        V radius = V.Sqrt(V.Fma(x, x, y * y));
        V offset = radius - V.Splat(2);
        V pull = offset * V.Splat(1 / (0.4f * 0.4f));

        // ∇‖z‖ has no direction at the origin, where it counts as 0.
        V perRadius = V.Select(V.LessThan(V.Splat(0), radius), pull / radius, V.Splat(0));

        // The two modes are mirror images: with |x| the nearer one is at 2, and the farther adds ln(1 + e^(−4|x|/0.36)).
        V near = V.Abs(x) - V.Splat(2);
        V decay = LaneMath.Exp(V.Abs(x) * V.Splat(-4 / (0.6f * 0.6f)));
        V nearPull = near * V.Splat(1 / (0.6f * 0.6f));
        V farShare = decay / (V.Splat(1) + decay);
        V byAbsX = V.Fma(farShare, V.Splat(4 / (0.6f * 0.6f)), nearPull);
        byX = V.Fma(perRadius, x, V.FlipSign(byAbsX, x));
        byY = perRadius * y;
        return V.Fma(V.Splat(0.5f) * pull, offset, (V.Splat(0.5f) * nearPull * near) - LaneMath.Log1p(decay));
    }
}
