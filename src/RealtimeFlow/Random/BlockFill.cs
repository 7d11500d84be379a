using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>What becomes of random words: four rows of 16 stand in a block, row w of it the words w of one Philox call.</summary>
internal interface IBlockTransform
{
    /// <summary>Replaces the words of whole blocks by numbers, in place.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="blocks">The first of them.</param>
    /// <param name="count">Their number.</param>
    static abstract void InPlace<V>(ref float blocks, nint count)
        where V : struct, ILanes<V>;
}

/// <summary>
/// Writes rows of a random sequence: the words of a few blocks, then, while they are in the nearest cache, the numbers in their place.
/// The ends of a stretch that begins or ends inside a block go through a buffer on the stack.
/// </summary>
internal static class BlockFill<TTransform>
    where TTransform : struct, IBlockTransform
{
    /// <summary>Blocks that are transformed at a time: 8 KiB.</summary>
    private const int Chunk = 32;

    /// <summary>Writes <paramref name="rows"/> rows from <paramref name="firstRow"/> on; fastest where both are multiples of 4.</summary>
    public static void Rows<V>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where V : struct, ILanes<V>
    {
        ulong index = firstRow / Words.RowsPerBlock;
        int skip = (int)(firstRow % Words.RowsPerBlock);
        nint done = 0;
        if (skip != 0)
        {
            done = Math.Min(Words.RowsPerBlock - skip, rows);
            PartOfBlock<V>(stream, index++, skip, (int)done, ref destination);
        }

        nint whole = (rows - done) / Words.RowsPerBlock;
        Blocks<V>(stream, index, whole, ref Unsafe.Add(ref destination, done * Words.Row));
        done += whole * Words.RowsPerBlock;
        if (done < rows)
        {
            PartOfBlock<V>(stream, index + (ulong)whole, 0, (int)(rows - done), ref Unsafe.Add(ref destination, done * Words.Row));
        }
    }

    private static void Blocks<V>(in RandomStream stream, ulong index, nint count, ref float destination)
        where V : struct, ILanes<V>
    {
        for (nint i = 0; i < count; i += Chunk)
        {
            nint blocks = Math.Min(Chunk, count - i);
            ref float chunk = ref Unsafe.Add(ref destination, i * Words.BlockSize);
            Words.Fill<V>(stream, index + (ulong)i, blocks, ref chunk);
            TTransform.InPlace<V>(ref chunk, blocks);
        }
    }

    [SkipLocalsInit]
    private static void PartOfBlock<V>(in RandomStream stream, ulong index, int skip, int rows, ref float destination)
        where V : struct, ILanes<V>
    {
        Span<float> block = stackalloc float[Words.BlockSize];
        Blocks<V>(stream, index, 1, ref MemoryMarshal.GetReference(block));
        block.Slice(skip * Words.Row, rows * Words.Row).CopyTo(MemoryMarshal.CreateSpan(ref destination, rows * Words.Row));
    }
}
