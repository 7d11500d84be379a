using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>The order in which each epoch sees the rows of a set: every row once. It follows from (seed, epoch, N) alone.</summary>
/// <param name="seed">Decides the order.</param>
internal sealed class EpochOrder(ulong seed)
{
    private readonly uint[] _words = new uint[Permutation.Words];

    /// <summary>
    /// The rows of a minibatch. Epochs follow each other without a gap: it may hold the end of one and the beginning of the next. Allocates
    /// nothing.
    /// </summary>
    /// <param name="first">The rows that all minibatches before it had together.</param>
    /// <param name="count">N.</param>
    /// <param name="rows">Receives their numbers, 0 … N − 1.</param>
    public void Draw(long first, int count, Span<int> rows)
    {
        (long epoch, long place) = Math.DivRem(first, count);
        Permutation order = Of(epoch, count);
        foreach (ref int row in rows)
        {
            if (place == count)
            {
                order = Of(++epoch, count);
                place = 0;
            }

            row = order[(int)place++];
        }
    }

    private Permutation Of(long epoch, int count)
    {
        // Each N has orders of its own: else a step whose rows grow in number as the places do would see the same few again and again.
        ulong number = ((ulong)epoch << 31) + (ulong)count;
        new RandomStream(seed, StreamNumbers.Minibatches).FillBits(number * Permutation.Words, _words);
        return new Permutation(count, _words);
    }
}
