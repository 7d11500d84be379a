using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>The words themselves.</summary>
internal readonly struct BitsBlock : IRandomBlock
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<V>(V word0, V word1, V word2, V word3, ref float destination, nint offset)
        where V : struct, ILanes<V>
    {
        V.Store(word0, ref destination, offset);
        V.Store(word1, ref destination, offset + LaneDispatch.Slots);
        V.Store(word2, ref destination, offset + (2 * LaneDispatch.Slots));
        V.Store(word3, ref destination, offset + (3 * LaneDispatch.Slots));
    }
}

/// <summary>A uniform number in (0, 1) of each word: (⌊word / 2⁹⌋ + ½) 2⁻²³.</summary>
internal readonly struct UniformBlock : IRandomBlock
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<V>(V word0, V word1, V word2, V word3, ref float destination, nint offset)
        where V : struct, ILanes<V> =>
        BitsBlock.Write(Uniform(word0), Uniform(word1), Uniform(word2), Uniform(word3), ref destination, offset);

    // 23 bits as an integer, then one exact multiply-add.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Uniform<V>(V word)
        where V : struct, ILanes<V> =>
        V.Fma(V.FromInt(V.ShiftRightInt(word, 9)), V.Splat(1.1920929e-7f), V.Splat(5.9604645e-8f));
}
