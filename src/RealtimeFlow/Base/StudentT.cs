using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;
using RealtimeFlow.Random;

namespace RealtimeFlow.Base;

/// <summary>Student's t: ln p(ε) = −½ (ν + 1) ln(1 + ε²/ν) + ln Γ(½ (ν + 1)) − ln Γ(½ ν) − ½ ln(ν π).</summary>
internal readonly struct StudentT : IBaseFamily
{
    /// <inheritdoc/>
    public static double LogNormalizer(float shape) => LogGammaHalfStep(0.5 * shape) - (0.5 * Math.Log(shape * Math.PI));

    /// <inheritdoc/>
    public static void FillNoise<V>(
        in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination, float shape)
        where V : struct, ILanes<V> => PointNoise.StudentT<V>(in stream, dimension, firstGroup, groups, ref destination, shape);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogDensity<V>(V epsilon, float shape)
        where V : struct, ILanes<V>
    {
        // Far out, where the square would overflow, the 1 is nothing beside it.
        V x = V.Abs(epsilon) * V.Splat(1 / MathF.Sqrt(shape));
        V log = V.Select(V.LessThan(x, V.Splat(1e9f)), LaneMath.Log1p(x * x), V.Splat(2) * LaneMath.Log(x));
        return V.Splat(-0.5f * (shape + 1)) * log;
    }

    /// <inheritdoc/>
    /// <remarks>−(ν + 1) ε / (ν + ε²), without the square; at ε = 0 the inner quotient is infinite and the outer one zero.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Score<V>(V epsilon, float shape)
        where V : struct, ILanes<V> => V.Splat(-(shape + 1)) / ((V.Splat(shape) / epsilon) + epsilon);

    /// <summary>
    /// ln Γ(x + ½) − ln Γ(x), x &gt; 0, without the cancellation of the two: Stirling's series of the difference from 20 on, and below it
    /// Γ(x + 1) = x Γ(x).
    /// </summary>
    private static double LogGammaHalfStep(double x)
    {
        double shift = 0;
        for (; x < 20; x++)
        {
            shift += Math.Log(x / (x + 0.5));
        }

        double y = 1 / (x * x);
        return shift + (0.5 * Math.Log(x)) - ((1 - (y * ((1.0 / 24) - (y * ((1.0 / 80) - (y * 17.0 / 1792)))))) / (8 * x));
    }
}
