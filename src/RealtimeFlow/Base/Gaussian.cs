using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Base;

/// <summary>ln p(ε) = −½ ε² − ½ ln 2π.</summary>
internal readonly struct Gaussian : IBaseFamily
{
    /// <inheritdoc/>
    public static double LogNormalizer(float shape) => -0.5 * Math.Log(2 * Math.PI);

    /// <inheritdoc/>
    public static void FillNoise<V>(
        in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination, float shape)
        where V : struct, ILanes<V> => PointNoise.Normal<V>(in stream, dimension, firstGroup, groups, ref destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogDensity<V>(V epsilon, float shape)
        where V : struct, ILanes<V> => V.Splat(-0.5f) * epsilon * epsilon;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Score<V>(V epsilon, float shape)
        where V : struct, ILanes<V> => -epsilon;
}
