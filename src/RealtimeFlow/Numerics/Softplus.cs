using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>log(1 + exp x) = max(x, 0) + log1p(exp(−|x|)): no overflow, full relative precision far below 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V>(V x)
        where V : struct, ILanes<V> =>
        V.Max(V.Splat(0f), x) + Log1p(Exp(-V.Abs(x)));
}
