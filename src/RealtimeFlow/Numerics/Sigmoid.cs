using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>1 / (1 + exp(−x)), the derivative of <see cref="Softplus{V}"/>: full relative precision on both sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : struct, ILanes<V>
    {
        V one = V.Splat(1f);
        V small = Exp(-V.Abs(x));
        return V.Select(V.LessThan(x, V.Splat(0f)), small, one) / (one + small);
    }
}
