using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

/// <summary>Elementary functions over lanes: the same bits at every width, inlined into the kernel that calls them.</summary>
public static partial class LaneMath
{
    /// <summary>
    /// The hyperbolic tangent; odd bit for bit, never beyond ±1, tanh(±0) = ±0, tanh(±∞) = ±1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : struct, ILanes<V>
    {
        V clamped = V.Min(V.Splat(9.02f), V.Max(V.Splat(-9.02f), x));
        V y = clamped * clamped;
        V a = clamped * V.Fma(V.Fma(y + V.Splat(-1108.27332f), y, V.Splat(-409366.344f)), y, V.Splat(-14437666f));
        V b = V.Fma(V.Fma(V.Splat(-30341.4629f), y, V.Splat(-3225008f)), y, V.Splat(-28875332f));
        return a * (b + b) / V.Fma(b, b, a * a);
    }
}
