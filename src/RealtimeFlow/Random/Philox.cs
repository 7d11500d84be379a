using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>
/// Philox4x32-10 over lanes: a counter-based generator, a bijection of 128-bit counters under a 64-bit key.
/// J. Salmon, M. Moraes, R. Dror, D. Shaw, <i>Parallel random numbers: as easy as 1, 2, 3</i>, SC'11.
/// </summary>
internal static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>
    /// The random words of the counters a and b, four words in each lane, under a key whose low word comes first. Two at a time: ten rounds
    /// are one chain of dependent products, whose latency a second chain hides.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt<V>(
        ulong key, in Counter<V> a, in Counter<V> b, out V a0, out V a1, out V a2, out V a3, out V b0, out V b1, out V b2, out V b3)
        where V : struct, ILanes<V>
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        FirstTwoRounds(k0, k1, in a, out a0, out a1, out a2, out a3);
        FirstTwoRounds(k0, k1, in b, out b0, out b1, out b2, out b3);
        for (uint round = 2; round < Rounds; round++)
        {
            V key0 = V.SplatBits(k0 + (round * Weyl0)), key1 = V.SplatBits(k1 + (round * Weyl1));
            Round(key0, key1, ref a0, ref a1, ref a2, ref a3);
            Round(key0, key1, ref b0, ref b1, ref b2, ref b3);
        }
    }

    /// <summary>Two rounds in which one of the two products is the same in all lanes, as words of the counters still are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FirstTwoRounds<V>(uint k0, uint k1, in Counter<V> counter, out V c0, out V c1, out V c2, out V c3)
        where V : struct, ILanes<V>
    {
        ulong product1 = Math.BigMul(Multiplier1, counter.Word2);
        V.MultiplyWideInt(counter.Word0, Multiplier0, out V low0, out V high0);
        uint same0 = (uint)(product1 >> 32) ^ counter.Word1 ^ k0, same1 = (uint)product1;

        ulong product0 = Math.BigMul(Multiplier0, same0);
        V.MultiplyWideInt(high0 ^ V.SplatBits(counter.Word3 ^ k1), Multiplier1, out c1, out V high1);
        c0 = high1 ^ V.SplatBits(same1 ^ (k0 + Weyl0));
        c2 = low0 ^ V.SplatBits((uint)(product0 >> 32) ^ (k1 + Weyl1));
        c3 = V.SplatBits((uint)product0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<V>(V key0, V key1, ref V c0, ref V c1, ref V c2, ref V c3)
        where V : struct, ILanes<V>
    {
        V.MultiplyWideInt(c0, Multiplier0, out V low0, out V high0);
        V.MultiplyWideInt(c2, Multiplier1, out V low1, out V high1);
        c0 = V.Xor(c1, key0, high1);
        c1 = low1;
        c2 = V.Xor(c3, key1, high0);
        c3 = low0;
    }

    /// <summary>A counter in each lane: four words, of which only the first differs from lane to lane.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="Word0">The lowest word.</param>
    /// <param name="Word1">The second.</param>
    /// <param name="Word2">The third.</param>
    /// <param name="Word3">The highest.</param>
    public readonly record struct Counter<V>(V Word0, uint Word1, uint Word2, uint Word3)
        where V : struct, ILanes<V>;
}
