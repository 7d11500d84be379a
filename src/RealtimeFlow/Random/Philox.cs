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

    /// <summary>Replaces each lane's counter (four words) by its four random words.</summary>
    /// <param name="key">The key: low word, then high word.</param>
    /// <param name="c0">The first word, in and out.</param>
    /// <param name="c1">The second.</param>
    /// <param name="c2">The third.</param>
    /// <param name="c3">The fourth.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt<V>(ulong key, ref V c0, ref V c1, ref V c2, ref V c3)
        where V : struct, ILanes<V>
    {
        V m0 = V.SplatBits(Multiplier0);
        V m1 = V.SplatBits(Multiplier1);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            V high0 = V.MultiplyHighInt(m0, c0);
            V high1 = V.MultiplyHighInt(m1, c2);
            V low0 = V.MultiplyLowInt(m0, c0);
            V low1 = V.MultiplyLowInt(m1, c2);
            c0 = high1 ^ (c1 ^ V.SplatBits(k0));
            c1 = low1;
            c2 = high0 ^ (c3 ^ V.SplatBits(k1));
            c3 = low0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
    }
}
