using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>
/// Pairs of points that mirror each other in the centre of their distribution: group 2m is group m of the independent sequence, group
/// 2m + 1 its image. J. Hammersley and K. Morton, <i>A new Monte Carlo technique: antithetic variates</i> (1956).
/// </summary>
internal static class Antithetic
{
    /// <inheritdoc cref="PointNoise.Fill"/>
    public static void Fill<V, TNoise>(
        in TNoise noise, in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination)
        where V : struct, ILanes<V>
        where TNoise : struct, INoise
    {
        nint size = dimension * Words.Row;
        ulong original = firstGroup / 2;
        nint done = 0;
        if (firstGroup % 2 != 0 && groups > 0)
        {
            noise.Independent<V>(stream, original * (ulong)dimension, dimension, ref destination);
            MirrorInPlace<V, TNoise>(ref destination, size);
            original++;
            done = 1;
        }

        // The originals of the pairs stand in the second half first; each is read before its place is taken.
        nint pairs = (groups - done) / 2;
        ref float target = ref Unsafe.Add(ref destination, done * size);
        ref float originals = ref Unsafe.Add(ref target, pairs * size);
        noise.Independent<V>(stream, original * (ulong)dimension, pairs * dimension, ref originals);
        for (nint i = 0; i < pairs; i++)
        {
            Pair<V, TNoise>(ref Unsafe.Add(ref originals, i * size), ref Unsafe.Add(ref target, 2 * i * size), size);
        }

        done += 2 * pairs;
        if (done < groups)
        {
            noise.Independent<V>(stream, (original + (ulong)pairs) * (ulong)dimension, dimension, ref Unsafe.Add(ref destination, done * size));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pair<V, TNoise>(ref float source, ref float target, nint size)
        where V : struct, ILanes<V>
        where TNoise : struct, INoise
    {
        for (nint i = 0; i < size; i += V.Count)
        {
            V number = V.Load(ref source, i);
            V.Store(number, ref target, i);
            V.Store(TNoise.Mirror(number), ref target, size + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MirrorInPlace<V, TNoise>(ref float numbers, nint size)
        where V : struct, ILanes<V>
        where TNoise : struct, INoise
    {
        for (nint i = 0; i < size; i += V.Count)
        {
            V.Store(TNoise.Mirror(V.Load(ref numbers, i)), ref numbers, i);
        }
    }
}
