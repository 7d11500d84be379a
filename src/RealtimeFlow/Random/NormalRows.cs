using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Random;

/// <summary>Standard normal numbers by rows, for kernels that already know their width.</summary>
internal static class NormalRows
{
    /// <summary>Writes whole rows of 16 elements; fastest where <paramref name="firstRow"/> and <paramref name="rows"/> are multiples of 4.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="firstRow">Row of the sequence to start at, below 2⁶⁰.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">The first of 16 · rows elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill<V>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where V : struct, ILanes<V> =>
        BlockFill<NormalBlock>.Elements<V>(stream, firstRow * LaneDispatch.Slots, rows * LaneDispatch.Slots, ref destination);
}

/// <summary>
/// Four rows of normal numbers by the transformation of G. Box and M. Muller, <i>A note on the generation of random normal
/// deviates</i> (1958): √(−2 ln u) (cos θ, sin θ).
/// </summary>
internal readonly struct NormalBlock : IRandomBlock
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<V>(V word0, V word1, V word2, V word3, ref float destination, nint offset)
        where V : struct, ILanes<V>
    {
        WritePair(word0, word1, ref destination, offset);
        WritePair(word2, word3, ref destination, offset + (2 * LaneDispatch.Slots));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WritePair<V>(V radiusWord, V angleWord, ref float destination, nint offset)
        where V : struct, ILanes<V>
    {
        V radius = V.Sqrt(V.Splat(-2f) * LaneMath.LogOfUniformBits(radiusWord));
        LaneMath.SinCosTurnsOfBits(angleWord, out V sin, out V cos);
        V.Store(radius * cos, ref destination, offset);
        V.Store(radius * sin, ref destination, offset + LaneDispatch.Slots);
    }
}
