using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RealtimeFlow.Lanes;

/// <summary>What <see cref="ILanes{V}.ReverseBits"/> is made of.</summary>
internal static class BitOrder
{
    /// <summary>The matrix over the field of two elements that reverses the bits of a byte.</summary>
    public const ulong ByteMatrix = 0x8040201008040201;

    /// <summary>The places of the bytes of four lanes, each lane's in the opposite order.</summary>
    public static Vector128<byte> Bytes => Vector128.Create(0x0405060700010203UL, 0x0c0d0e0f08090a0bUL).AsByte();

    /// <summary>Where no instruction of the machine does it: exchanges neighbouring bits, then pairs of them, then fours, eights and halves.</summary>
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
