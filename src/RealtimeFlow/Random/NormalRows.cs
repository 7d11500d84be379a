using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>Standard normal numbers by rows, for kernels that already know their width.</summary>
internal static class NormalRows
{
    /// <summary>Writes whole rows of 16 elements; fastest where <paramref name="firstRow"/> and <paramref name="rows"/> are multiples of 4.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="firstRow">Row of the sequence to start at, below 2⁶⁰.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">The first of 16 · rows elements.</param>
    public static void Fill<V>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where V : struct, ILanes<V> =>
        BlockFill<NormalNoise>.Rows<V>(stream, firstRow, rows, ref destination);
}
