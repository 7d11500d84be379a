using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>A number that one word makes.</summary>
internal interface IWordNumber
{
    /// <summary>The number of a word.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    static abstract V OfWord<V>(V word)
        where V : struct, ILanes<V>;

    /// <inheritdoc cref="INoise.Mirror"/>
    static abstract V Mirror<V>(V number)
        where V : struct, ILanes<V>;
}

/// <summary>Numbers of one word each, the same whether the words are independent or quasi-random.</summary>
internal readonly struct WordNoise<TNumber> : INoise, IBlockTransform
    where TNumber : struct, IWordNumber
{
    /// <inheritdoc/>
    public static int WordsPerNumber => 1;

    /// <inheritdoc/>
    public void Independent<V>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where V : struct, ILanes<V> =>
        BlockFill<WordNoise<TNumber>>.Rows<V>(stream, firstRow, rows, ref destination);

    /// <inheritdoc/>
    public void OfWords<V>(ref float words, nint rows, ref float numbers)
        where V : struct, ILanes<V> => Loop<V>(ref words, rows, ref numbers);

    /// <inheritdoc/>
    public static void InPlace<V>(ref float blocks, nint count)
        where V : struct, ILanes<V> => Loop<V>(ref blocks, count * Words.RowsPerBlock, ref blocks);

    /// <inheritdoc/>
    public static V Mirror<V>(V number)
        where V : struct, ILanes<V> => TNumber.Mirror(number);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<V>(ref float words, nint rows, ref float numbers)
        where V : struct, ILanes<V>
    {
        for (nint i = 0; i < rows * Words.Row; i += V.Count)
        {
            V.Store(TNumber.OfWord(V.Load(ref words, i)), ref numbers, i);
        }
    }
}

/// <summary>The words themselves; the mirror image has every bit turned.</summary>
internal readonly struct Word : IWordNumber
{
    /// <inheritdoc/>
    public static V OfWord<V>(V word)
        where V : struct, ILanes<V> => word;

    /// <inheritdoc/>
    public static V Mirror<V>(V number)
        where V : struct, ILanes<V> => number ^ V.SplatBits(uint.MaxValue);
}

/// <summary>A uniform number in (0, 1): (⌊word / 2⁹⌋ + ½) 2⁻²³, one exact multiply-add of 23 bits.</summary>
internal readonly struct UnitUniform : IWordNumber
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OfWord<V>(V word)
        where V : struct, ILanes<V> =>
        V.Fma(V.FromInt(V.ShiftRightInt(word, 9)), V.Splat(1.1920929e-7f), V.Splat(5.9604645e-8f));

    /// <inheritdoc/>
    public static V Mirror<V>(V number)
        where V : struct, ILanes<V> => V.Splat(1f) - number;
}

/// <summary>A uniform number in (−1, 1): 2u − 1 for the u of <see cref="UnitUniform"/>, an odd multiple of 2⁻²³, exact too.</summary>
internal readonly struct SymmetricUniform : IWordNumber
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OfWord<V>(V word)
        where V : struct, ILanes<V> =>
        V.Fma(V.FromInt(V.ShiftRightInt(word, 9)), V.Splat(2.3841858e-7f), V.Splat(1.1920929e-7f - 1f));

    /// <inheritdoc/>
    public static V Mirror<V>(V number)
        where V : struct, ILanes<V> => -number;
}
