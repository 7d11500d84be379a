using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Amortized;

/// <summary><see cref="PixelLikelihood.Bernoulli"/>: ln p = x l − softplus(l), and −∂ ln p/∂l = sigmoid(l) − x.</summary>
internal readonly unsafe struct BernoulliPixels : IPixels
{
    /// <remarks>
    /// Σ softplus(l) = Σ max(l, 0) + ln Π (1 + e^(−|l|)): one logarithm for all pixels, of a product that stays below 2⁵⁶. The rounding of
    /// 1 + e^(−|l|) moves each term by at most 2⁻²⁴, as the rounding of the sum does. What is below 10⁻²⁴ of it is left out: the cotangents of
    /// pixels that are never on would otherwise become ever smaller.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V LogLikelihood<V>(in PixelRows pixels, int count, V scale, bool slopes)
        where V : struct, ILanes<V>
    {
        V zero = V.Splat(0), one = V.Splat(1), product = one, sum = zero;
        float* value = pixels.Values, output = pixels.Outputs;
        for (int i = 0; i < count; i++)
        {
            V x = V.Load(ref *value, 0), logit = V.Load(ref *output, 0);
            V small = LaneMath.FlushBelow(LaneMath.Exp(-V.Abs(logit)), 1e-24f), total = one + small;
            product *= total;
            sum += V.Fma(x, logit, -V.Max(zero, logit));
            if (slopes)
            {
                V sigmoid = V.Select(V.LessThan(logit, zero), small, one) / total;
                V.Store(scale * (sigmoid - x), ref *output, 0);
            }

            value += pixels.ValueStride;
            output += pixels.OutputStride;
        }

        return sum - LaneMath.Log(product);
    }
}
