using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>What is made of the four words that one Philox call gives to each of sixteen lanes: four rows, 64 elements.</summary>
internal interface IRandomBlock
{
    /// <summary>Writes 64 elements.</summary>
    static abstract void Write<R>(R word0, R word1, R word2, R word3, ref float destination, nint offset)
        where R : struct, ILanes<R>;
}

/// <summary>Writes a stretch of a random sequence, block by block; the ends go through a buffer on the stack.</summary>
internal ref struct BlockFill<TBlock> : ILaneKernel
    where TBlock : struct, IRandomBlock
{
    private const int Row = LaneDispatch.Slots;
    private const int Size = 4 * Row;

    private RandomStream _stream;
    private ulong _first;
    private Span<float> _destination;

    /// <summary>Fills <paramref name="destination"/> with the elements from <paramref name="first"/> on.</summary>
    public static void Run(in RandomStream stream, ulong first, Span<float> destination, LaneWidth width)
    {
        BlockFill<TBlock> kernel = default;
        kernel._stream = stream;
        kernel._first = first;
        kernel._destination = destination;
        LaneDispatch.Run(width, ref kernel);
    }

    /// <inheritdoc/>
    public readonly void Run<V, R>()
        where V : struct, ILanes<V>
        where R : struct, ILanes<R> =>
        Elements<R>(_stream, _first, _destination.Length, ref MemoryMarshal.GetReference(_destination));

    /// <summary>Writes <paramref name="count"/> elements from <paramref name="first"/> on.</summary>
    [SkipLocalsInit]
    public static void Elements<R>(in RandomStream stream, ulong first, nint count, ref float destination)
        where R : struct, ILanes<R>
    {
        Span<float> buffer = stackalloc float[Size];
        ulong block = first / Size;
        int skip = (int)(first % Size);
        nint done = 0;
        if (skip != 0)
        {
            done = Math.Min(Size - skip, count);
            Part<R>(stream, block++, buffer);
            buffer.Slice(skip, (int)done).CopyTo(MemoryMarshal.CreateSpan(ref destination, (int)done));
        }

        nint whole = (count - done) / Size;
        Blocks<R>(stream, block, whole, ref Unsafe.Add(ref destination, done));
        done += whole * Size;
        if (done < count)
        {
            int rest = (int)(count - done);
            Part<R>(stream, block + (ulong)whole, buffer);
            buffer[..rest].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, done), rest));
        }
    }

    private static void Part<R>(in RandomStream stream, ulong block, Span<float> buffer)
        where R : struct, ILanes<R> =>
        Blocks<R>(stream, block, 1, ref MemoryMarshal.GetReference(buffer));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<R>(in RandomStream stream, ulong block, nint blocks, ref float destination)
        where R : struct, ILanes<R>
    {
        (ulong seed, ulong number) = stream;
        for (nint i = 0; i < blocks; i++)
        {
            // A multiple of 16: the lane's own number adds without a carry.
            ulong counter = (block + (ulong)i) * Row;
            R c0 = R.AddInt(R.SplatBits((uint)counter), R.Iota);
            R c1 = R.SplatBits((uint)(counter >> 32));
            R c2 = R.SplatBits((uint)number);
            R c3 = R.SplatBits((uint)(number >> 32));
            Philox.Encrypt(seed, ref c0, ref c1, ref c2, ref c3);
            TBlock.Write(c0, c1, c2, c3, ref destination, i * Size);
        }
    }
}
