using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>1 / (1 + exp(−x)), the derivative of <see cref="Softplus{V}"/>, within 2.5 ulp; NaN stays NaN.</summary>
    /// <remarks>Below 0 as exp x / (1 + exp x): full relative precision on both sides, no overflow. Guarded by Sigmoid_is_within_its_bound.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : struct, ILanes<V>
    {
        V one = V.Splat(1f);
        V small = Exp(-V.Abs(x));
        return V.Select(V.LessThan(x, V.Splat(0f)), small, one) / (one + small);
    }
}
