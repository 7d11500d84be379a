using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Base;

/// <summary>p(ε) = ½ on [−1, 1], else 0.</summary>
internal readonly struct UniformBox : IBaseFamily
{
    /// <inheritdoc/>
    public static double LogNormalizer(float shape) => -Math.Log(2);

    /// <inheritdoc/>
    public static void FillNoise<V>(
        in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination, float shape)
        where V : struct, ILanes<V> => PointNoise.SymmetricUniform<V>(in stream, dimension, firstGroup, groups, ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogDensity<V>(V epsilon, float shape)
        where V : struct, ILanes<V> =>

        // The product is 0, but of what is not a number it is not.
        V.Select(V.LessThan(V.Splat(1), V.Abs(epsilon)), V.Splat(float.NegativeInfinity), epsilon * V.Splat(0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Score<V>(V epsilon, float shape)
        where V : struct, ILanes<V> => V.Select(V.LessThan(V.Splat(1), V.Abs(epsilon)), V.Splat(float.NaN), epsilon * V.Splat(0));
}
