using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>The words of a stream, four rows of 16 to a block.</summary>
internal static class Words
{
    /// <summary>Lanes of a row.</summary>
    public const int Row = LaneDispatch.Slots;

    /// <summary>Elements of a block: the four words of 16 counters.</summary>
    public const int BlockSize = 4 * Row;

    /// <summary>Writes the words of whole blocks.</summary>
    /// <typeparam name="V">At most sixteen lanes.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="index">The first block.</param>
    /// <param name="count">The number of blocks.</param>
    /// <param name="destination">The first of 64 · count elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill<V>(in RandomStream stream, ulong index, nint count, ref float destination)
        where V : struct, ILanes<V>
    {
        (ulong seed, ulong number) = stream;
        Twin<V> streamLow = Twin<V>.SplatBits((uint)number);
        Twin<V> streamHigh = Twin<V>.SplatBits((uint)(number >> 32));
        nint vectors = count * (Row / V.Count);
        ulong counter = index * Row;

        // Ten rounds are one chain of dependent products: two vectors of counters hide it. The last of an odd number is done twice.
        for (nint i = 0; i < vectors; i += 2)
        {
            nint j = Math.Min(i + 1, vectors - 1);
            ulong ci = counter + (ulong)(i * V.Count), cj = counter + (ulong)(j * V.Count);

            // The counter of a vector's lane 0 is a multiple of V.Count: the lane's own number adds without a carry.
            Twin<V> c0 = new(V.AddInt(V.SplatBits((uint)ci), V.Iota), V.AddInt(V.SplatBits((uint)cj), V.Iota));
            Twin<V> c1 = new(V.SplatBits((uint)(ci >> 32)), V.SplatBits((uint)(cj >> 32)));
            Twin<V> c2 = streamLow, c3 = streamHigh;
            Philox.Encrypt(seed, ref c0, ref c1, ref c2, ref c3);

            nint at = PlaceOf<V>(i);
            V.Store(c0.First, ref destination, at);
            V.Store(c1.First, ref destination, at + Row);
            V.Store(c2.First, ref destination, at + (2 * Row));
            V.Store(c3.First, ref destination, at + (3 * Row));
            at = PlaceOf<V>(j);
            V.Store(c0.Second, ref destination, at);
            V.Store(c1.Second, ref destination, at + Row);
            V.Store(c2.Second, ref destination, at + (2 * Row));
            V.Store(c3.Second, ref destination, at + (3 * Row));
        }
    }

    /// <summary>Where the first word of a vector of counters goes: vectors side by side in a row, rows one below the other in a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint PlaceOf<V>(nint vector)
        where V : struct, ILanes<V>
    {
        nint element = vector * V.Count;
        return ((element / Row) * BlockSize) + (element % Row);
    }
}
