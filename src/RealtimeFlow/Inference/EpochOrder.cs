using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>The order in which each epoch sees the rows of a set: every row once. It follows from (seed, epoch, N) alone.</summary>
/// <param name="seed">Decides the order.</param>
internal sealed class EpochOrder(ulong seed)
{
    private readonly uint[] _words = new uint[Permutation.Words];

    /// <summary>The order of an epoch. Allocates nothing.</summary>
    /// <param name="epoch">Which.</param>
    /// <param name="count">N.</param>
    public Permutation Of(long epoch, int count)
    {
        // Each N has orders of its own: else a step whose rows grow in number as the places do would see the same few again and again.
        ulong number = ((ulong)epoch << 31) + (ulong)count;
        new RandomStream(seed, StreamNumbers.Minibatches).FillBits(number * Permutation.Words, _words);
        return new Permutation(count, _words);
    }
}
