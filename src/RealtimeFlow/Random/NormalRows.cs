using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Random;

/// <summary>Standard normal numbers by rows, for kernels that already know their width.</summary>
internal static class NormalRows
{
    /// <summary>Writes whole rows of 16 elements; fastest where <paramref name="firstRow"/> and <paramref name="rows"/> are multiples of 4.</summary>
    /// <typeparam name="R">Sixteen lanes.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="firstRow">Row of the sequence to start at, below 2⁶⁰.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">The first of 16 · rows elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill<R>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where R : struct, ILanes<R> =>
        BlockFill<NormalBlock>.Elements<R>(stream, firstRow * LaneDispatch.Slots, rows * LaneDispatch.Slots, ref destination);
}

/// <summary>
/// Four rows of normal numbers by the transformation of G. Box and M. Muller, <i>A note on the generation of random normal
/// deviates</i> (1958): √(−2 ln u) (cos θ, sin θ).
/// </summary>
internal readonly struct NormalBlock : IRandomBlock
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<R>(R word0, R word1, R word2, R word3, ref float destination, nint offset)
        where R : struct, ILanes<R>
    {
        WritePair(word0, word1, ref destination, offset);
        WritePair(word2, word3, ref destination, offset + (2 * R.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WritePair<R>(R radiusWord, R angleWord, ref float destination, nint offset)
        where R : struct, ILanes<R>
    {
        R radius = R.Sqrt(R.Splat(-2f) * LaneMath.LogOfUniformBits(radiusWord));
        LaneMath.SinCosTurnsOfBits(angleWord, out R sin, out R cos);
        R.Store(radius * cos, ref destination, offset);
        R.Store(radius * sin, ref destination, offset + R.Count);
    }
}
