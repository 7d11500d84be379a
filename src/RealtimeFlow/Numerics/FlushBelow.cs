using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

public static partial class LaneMath
{
    /// <summary>0 where |x| is below a bound, else x; NaN stays NaN.</summary>
    /// <remarks>
    /// For what decays without end and is of no account beside what it is added to: left alone it would come below the normal numbers, where
    /// multiplication is a hundred times slower.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V FlushBelow<V>(V x, float bound)
        where V : struct, ILanes<V> => V.Select(V.LessThan(V.Abs(x), V.Splat(bound)), V.Splat(0), x);
}
