using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>exp(x) − 1, within 5 ulp, near 0 too: ±0 kept, +∞ on overflow, −1 far below 0; NaN stays NaN.</summary>
    /// <remarks>(exp x + 1) tanh(x/2): no difference, so nothing cancels. Guarded by Expm1_is_within_its_bound.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Expm1<V>(V x)
        where V : struct, ILanes<V> =>
        (Exp(x) + V.Splat(1f)) * Tanh(V.Splat(0.5f) * x);
}
