using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Random;

/// <summary>The words themselves.</summary>
internal readonly struct Bits : IWordTransform
{
    /// <inheritdoc/>
    public static void InPlace<V>(ref float blocks, nint count)
        where V : struct, ILanes<V>
    {
    }
}

/// <summary>A uniform number in (0, 1) of each word: (⌊word / 2⁹⌋ + ½) 2⁻²³, one exact multiply-add of 23 bits.</summary>
internal readonly struct Uniform : IWordTransform
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InPlace<V>(ref float blocks, nint count)
        where V : struct, ILanes<V>
    {
        for (nint i = 0; i < count * Words.BlockSize; i += V.Count)
        {
            V integer = V.FromInt(V.ShiftRightInt(V.Load(ref blocks, i), 9));
            V.Store(V.Fma(integer, V.Splat(1.1920929e-7f), V.Splat(5.9604645e-8f)), ref blocks, i);
        }
    }
}

/// <summary>
/// Two normal numbers of two words by the transformation of G. Box and M. Muller, <i>A note on the generation of random
/// normal deviates</i> (1958): √(−2 ln u) cos θ in the place of the first, √(−2 ln u) sin θ in the place of the second.
/// </summary>
internal readonly struct Normal : IWordTransform
{
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
}
