using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>Standard normal numbers by rows, for kernels that already know their width.</summary>
internal static class NormalRows
{
    /// <summary>Writes whole rows of 16 elements; fastest where <paramref name="firstRow"/> and <paramref name="rows"/> are multiples of 4.</summary>
    /// <typeparam name="R">Sixteen lanes.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="firstRow">Row of the sequence to start at, below 2⁶⁰.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">The first of 16 · rows elements.</param>
    public static void Fill<R>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where R : struct, ILanes<R> =>
        BlockFill<Normal>.Elements<R>(stream, firstRow * Words.Row, rows * Words.Row, ref destination);
}
