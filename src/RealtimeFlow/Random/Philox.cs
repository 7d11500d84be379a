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
    /// Replaces the counters a and b (four words in each lane) by their random words, under a key whose low word comes first.
    /// Two at a time: ten rounds are one chain of dependent products, whose latency a second chain hides.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt<V>(ulong key, ref V a0, ref V a1, ref V a2, ref V a3, ref V b0, ref V b1, ref V b2, ref V b3)
        where V : struct, ILanes<V>
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            V key0 = V.SplatBits(k0), key1 = V.SplatBits(k1);
            Round(key0, key1, ref a0, ref a1, ref a2, ref a3);
            Round(key0, key1, ref b0, ref b1, ref b2, ref b3);
            k0 += Weyl0;
            k1 += Weyl1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<V>(V key0, V key1, ref V c0, ref V c1, ref V c2, ref V c3)
        where V : struct, ILanes<V>
    {
        V m0 = V.SplatBits(Multiplier0);
        V m1 = V.SplatBits(Multiplier1);
        V high0 = V.MultiplyHighInt(m0, c0);
        V high1 = V.MultiplyHighInt(m1, c2);
        V low0 = V.MultiplyLowInt(m0, c0);
        V low1 = V.MultiplyLowInt(m1, c2);

        // The brackets keep the key off the critical path.
        c0 = high1 ^ (c1 ^ key0);
        c1 = low1;
        c2 = high0 ^ (c3 ^ key1);
        c3 = low0;
    }
}
