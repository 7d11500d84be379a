using System.Runtime.CompilerServices;

namespace RealtimeFlow.Lanes;

/// <summary><see cref="ILanes{V}.ReverseBits"/> where no instruction of the machine does it.</summary>
internal static class BitOrder
{
    /// <summary>Exchanges neighbouring bits, then pairs of them, then fours, eights and halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Reverse<V>(V x)
        where V : struct, ILanes<V>
    {
        x = Exchange(x, 1, 0x55555555);
        x = Exchange(x, 2, 0x33333333);
        x = Exchange(x, 4, 0x0F0F0F0F);
        x = Exchange(x, 8, 0x00FF00FF);
        return V.ShiftLeftInt(x, 16) | V.ShiftRightInt(x, 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Exchange<V>(V x, int count, uint low)
        where V : struct, ILanes<V>
    {
        V mask = V.SplatBits(low);
        return V.ShiftLeftInt(x & mask, count) | (V.ShiftRightInt(x, count) & mask);
    }
}
