using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>log(1 + exp x), within 2 ulp: no overflow, full relative precision far below 0; NaN stays NaN.</summary>
    /// <remarks>max(x, 0) + log1p(exp(−|x|)). Guarded by Softplus_is_within_its_bound.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V>(V x)
        where V : struct, ILanes<V> =>
        V.Max(V.Splat(0f), x) + Log1p(Exp(-V.Abs(x)));
}
