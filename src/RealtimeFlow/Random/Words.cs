using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>The words of a stream, four rows of 16 to a block.</summary>
internal static class Words
{
    /// <summary>Lanes of a row.</summary>
    public const int Row = LaneDispatch.Slots;

    /// <summary>Elements of a block: the four words of 16 counters.</summary>
    public const int BlockSize = RowsPerBlock * Row;

    /// <summary>Rows of a block: the words of one call of Philox.</summary>
    public const int RowsPerBlock = 4;

    /// <summary>Writes the words of whole blocks.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="index">The first block.</param>
    /// <param name="count">The number of blocks.</param>
    /// <param name="destination">The first of 64 · count elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill<V>(in RandomStream stream, ulong index, nint count, ref float destination)
        where V : struct, ILanes<V>
    {
        (ulong seed, ulong number, _) = stream;
        nint vectors = count * (Row / V.Count);
        ulong counter = index * Row;

        // Two vectors of counters at a time; the last of an odd number is done twice.
        for (nint i = 0; i < vectors; i += 2)
        {
            nint j = Math.Min(i + 1, vectors - 1);
            Philox.Counter<V> a = Counters<V>(counter + (ulong)(i * V.Count), number), b = Counters<V>(counter + (ulong)(j * V.Count), number);
            Philox.Encrypt(seed, in a, in b, out V a0, out V a1, out V a2, out V a3, out V b0, out V b1, out V b2, out V b3);
            Store(i, a0, a1, a2, a3, ref destination);
            Store(j, b0, b1, b2, b3, ref destination);
        }
    }

    /// <summary>The counters of consecutive lanes; the first is a multiple of the lanes, so that a lane's own number adds without a carry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Philox.Counter<V> Counters<V>(ulong first, ulong stream)
        where V : struct, ILanes<V> =>
        new(V.AddInt(V.SplatBits((uint)first), V.Iota), (uint)(first >> 32), (uint)stream, (uint)(stream >> 32));

    /// <summary>Stores the words of a vector of counters: vectors side by side in a row, words one below the other in a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V>(nint vector, V word0, V word1, V word2, V word3, ref float destination)
        where V : struct, ILanes<V>
    {
        nint element = vector * V.Count;
        nint place = ((element / Row) * BlockSize) + (element % Row);
        V.Store(word0, ref destination, place);
        V.Store(word1, ref destination, place + Row);
        V.Store(word2, ref destination, place + (2 * Row));
        V.Store(word3, ref destination, place + (3 * Row));
    }
}
