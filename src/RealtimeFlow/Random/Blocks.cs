using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>The words themselves.</summary>
internal readonly struct BitsBlock : IRandomBlock
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<R>(R word0, R word1, R word2, R word3, ref float destination, nint offset)
        where R : struct, ILanes<R>
    {
        R.Store(word0, ref destination, offset);
        R.Store(word1, ref destination, offset + R.Count);
        R.Store(word2, ref destination, offset + (2 * R.Count));
        R.Store(word3, ref destination, offset + (3 * R.Count));
    }
}

/// <summary>A uniform number in (0, 1) of each word: (⌊word / 2⁹⌋ + ½) 2⁻²³.</summary>
internal readonly struct UniformBlock : IRandomBlock
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<R>(R word0, R word1, R word2, R word3, ref float destination, nint offset)
        where R : struct, ILanes<R> =>
        BitsBlock.Write(Uniform(word0), Uniform(word1), Uniform(word2), Uniform(word3), ref destination, offset);

    // 23 bits as an integer, then one exact multiply-add.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R Uniform<R>(R word)
        where R : struct, ILanes<R> =>
        R.Fma(R.FromInt(R.ShiftRightInt(word, 9)), R.Splat(1.1920929e-7f), R.Splat(5.9604645e-8f));
}
