using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>What is made of the four words that one Philox call gives to each lane: one element in each of four rows.</summary>
internal interface IRandomBlock
{
    /// <summary>Writes the lanes' elements of four rows, <see cref="LaneDispatch.Slots"/> apart.</summary>
    static abstract void Write<V>(V word0, V word1, V word2, V word3, ref float destination, nint offset)
        where V : struct, ILanes<V>;
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
    public readonly void Run<V>()
        where V : struct, ILanes<V> =>
        Elements<V>(_stream, _first, _destination.Length, ref MemoryMarshal.GetReference(_destination));

    /// <summary>Writes <paramref name="count"/> elements from <paramref name="first"/> on.</summary>
    [SkipLocalsInit]
    public static void Elements<V>(in RandomStream stream, ulong first, nint count, ref float destination)
        where V : struct, ILanes<V>
    {
        Span<float> buffer = stackalloc float[Size];
        ulong block = first / Size;
        int skip = (int)(first % Size);
        nint done = 0;
        if (skip != 0)
        {
            done = Math.Min(Size - skip, count);
            Part<V>(stream, block++, buffer);
            buffer.Slice(skip, (int)done).CopyTo(MemoryMarshal.CreateSpan(ref destination, (int)done));
        }

        nint whole = (count - done) / Size;
        Blocks<V>(stream, block, whole, ref Unsafe.Add(ref destination, done));
        done += whole * Size;
        if (done < count)
        {
            int rest = (int)(count - done);
            Part<V>(stream, block + (ulong)whole, buffer);
            buffer[..rest].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, done), rest));
        }
    }

    private static void Part<V>(in RandomStream stream, ulong block, Span<float> buffer)
        where V : struct, ILanes<V> =>
        Blocks<V>(stream, block, 1, ref MemoryMarshal.GetReference(buffer));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<V>(in RandomStream stream, ulong block, nint blocks, ref float destination)
        where V : struct, ILanes<V>
    {
        (ulong seed, ulong number) = stream;
        for (nint i = 0; i < blocks; i++)
        {
            // A multiple of 16: the lane's own number adds without a carry.
            ulong counter = (block + (ulong)i) * Row;
            for (int lane = 0; lane < Row; lane += V.Count)
            {
                V c0 = V.AddInt(V.SplatBits((uint)counter + (uint)lane), V.Iota);
                V c1 = V.SplatBits((uint)(counter >> 32));
                V c2 = V.SplatBits((uint)number);
                V c3 = V.SplatBits((uint)(number >> 32));
                Philox.Encrypt(seed, ref c0, ref c1, ref c2, ref c3);
                TBlock.Write(c0, c1, c2, c3, ref destination, (i * Size) + lane);
            }
        }
    }
}
