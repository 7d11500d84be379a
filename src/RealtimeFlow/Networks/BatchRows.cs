using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>Which places of a feature belong to rows, and sums over them in one order.</summary>
internal static unsafe class BatchRows
{
    /// <summary>The mask of the places from a column on that belong to rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Inside<V>(int column, int rows)
        where V : struct, ILanes<V> => V.LessThan(V.FromInt(V.Iota), V.Splat(rows - column));

    /// <summary>Sixteen slots added up in pairs; overwritten.</summary>
    public static float Total(float* slots)
    {
        for (int half = LaneDispatch.Slots / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                slots[i] += slots[i + half];
            }
        }

        return slots[0];
    }
}
