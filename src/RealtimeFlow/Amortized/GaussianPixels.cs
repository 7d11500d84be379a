using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Amortized;

/// <summary>
/// <see cref="PixelLikelihood.Gaussian"/>: with t = (x − m)/σ, ln p = −½ t² − ln σ − ½ ln 2π, −∂ ln p/∂m = −t/σ and −∂ ln p/∂ ln σ = 1 − t².
/// </summary>
internal readonly unsafe struct GaussianPixels : IPixels
{
    private const float HalfLogTwoPi = 0.91893853f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V LogLikelihood<V>(in PixelRows pixels, int count, V scale, bool slopes)
        where V : struct, ILanes<V>
    {
        V sum = V.Splat(0);
        float* value = pixels.Values, output = pixels.Outputs;
        for (int i = 0; i < count; i++)
        {
            V logScale = V.Load(ref *output, pixels.Second), precision = LaneMath.Exp(-logScale);
            V t = (V.Load(ref *value, 0) - V.Load(ref *output, 0)) * precision;
            sum -= V.Fma(V.Splat(0.5f) * t, t, logScale + V.Splat(HalfLogTwoPi));
            if (slopes)
            {
                V.Store(-(scale * t * precision), ref *output, 0);
                V.Store(scale * V.NegFma(t, t, V.Splat(1)), ref *output, pixels.Second);
            }

            value += pixels.ValueStride;
            output += pixels.OutputStride;
        }

        return sum;
    }
}
