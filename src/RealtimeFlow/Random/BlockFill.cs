using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>What becomes of random words: four rows of 16 stand in a block, row w of it the words w of one Philox call.</summary>
internal interface IWordTransform
{
    /// <summary>Replaces the words of whole blocks by numbers, in place.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="blocks">The first of them.</param>
    /// <param name="count">Their number.</param>
    static abstract void InPlace<V>(ref float blocks, nint count)
        where V : struct, ILanes<V>;
}

/// <summary>
/// Writes a stretch of a random sequence: the words of a few blocks, then, while they are in the nearest cache, the numbers
/// in their place. The ends of a stretch that begins or ends inside a block go through a buffer on the stack.
/// </summary>
internal ref struct BlockFill<TTransform> : ILaneKernel
    where TTransform : struct, IWordTransform
{
    /// <summary>Blocks that are transformed at a time: 8 KiB.</summary>
    private const int Chunk = 32;

    private RandomStream _stream;
    private ulong _first;
    private Span<float> _destination;

    /// <summary>Fills <paramref name="destination"/> with the elements from <paramref name="first"/> on.</summary>
    public static void Run(in RandomStream stream, ulong first, Span<float> destination, LaneWidth width)
    {
        BlockFill<TTransform> kernel = default;
        kernel._stream = stream;
        kernel._first = first;
        kernel._destination = destination;
        LaneDispatch.Run(width, ref kernel);
    }

    /// <inheritdoc/>
    public readonly void Run<V>()
        where V : struct, ILanes<V> =>
        Elements<V>(_stream, _first, _destination.Length, ref MemoryMarshal.GetReference(_destination));

    /// <summary>Writes <paramref name="count"/> elements from <paramref name="first"/> on.</summary>
    [SkipLocalsInit]
    public static void Elements<V>(in RandomStream stream, ulong first, nint count, ref float destination)
        where V : struct, ILanes<V>
    {
        const int Size = Words.BlockSize;
        Span<float> buffer = stackalloc float[Size];
        ref float block = ref MemoryMarshal.GetReference(buffer);
        ulong index = first / Size;
        int skip = (int)(first % Size);
        nint done = 0;
        if (skip != 0)
        {
            done = Math.Min(Size - skip, count);
            Blocks<V>(stream, index++, 1, ref block);
            buffer.Slice(skip, (int)done).CopyTo(MemoryMarshal.CreateSpan(ref destination, (int)done));
        }

        nint whole = (count - done) / Size;
        Blocks<V>(stream, index, whole, ref Unsafe.Add(ref destination, done));
        done += whole * Size;
        if (done < count)
        {
            Blocks<V>(stream, index + (ulong)whole, 1, ref block);
            buffer[..(int)(count - done)].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, done), (int)(count - done)));
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
}
