using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Random;

/// <summary>
/// Standard normal numbers. Independent ones two of two words, by the transformation of G. Box and M. Muller, <i>A note on the
/// generation of random normal deviates</i> (1958): √(−2 ln u) cos θ in the place of the first, √(−2 ln u) sin θ in the place of the
/// second. Quasi-random ones by the inverse of the distribution function, which keeps the order of the words.
/// </summary>
internal readonly struct NormalNoise : INoise, IBlockTransform
{
    /// <inheritdoc/>
    public static int WordsPerNumber => 1;

    /// <inheritdoc/>
    public void Independent<V>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where V : struct, ILanes<V> =>
        BlockFill<NormalNoise>.Rows<V>(stream, firstRow, rows, ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InPlace<V>(ref float blocks, nint count)
        where V : struct, ILanes<V>
    {
        for (nint pair = 0; pair < count * Words.BlockSize; pair += 2 * Words.Row)
        {
            for (nint i = pair; i < pair + Words.Row; i += V.Count)
            {
                V radius = V.Sqrt(V.Splat(-2f) * LaneMath.LogOfUniformBits(V.Load(ref blocks, i)));
                LaneMath.SinCosTurnsOfBits(V.Load(ref blocks, i + Words.Row), out V sin, out V cos);
                V.Store(radius * cos, ref blocks, i);
                V.Store(radius * sin, ref blocks, i + Words.Row);
            }
        }
    }

    /// <inheritdoc/>
    public void OfWords<V>(ref float words, nint rows, ref float numbers)
        where V : struct, ILanes<V> => Quantiles<V>(ref words, rows, ref numbers);

    /// <inheritdoc/>
    public static V Mirror<V>(V number)
        where V : struct, ILanes<V> => -number;

    // In two loops: the whole is one chain of operations that wait for each other, too long for the processor to see the next row's beyond it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Quantiles<V>(ref float words, nint rows, ref float numbers)
        where V : struct, ILanes<V>
    {
        for (nint i = 0; i < rows * Words.Row; i += V.Count)
        {
            V.Store(LaneMath.NormalQuantileVariable(V.Load(ref words, i), out V t), ref words, i);
            V.Store(t, ref numbers, i);
        }

        for (nint i = 0; i < rows * Words.Row; i += V.Count)
        {
            V.Store(LaneMath.NormalQuantileAt(V.Load(ref words, i), V.Load(ref numbers, i)), ref numbers, i);
        }
    }
}
