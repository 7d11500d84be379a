using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Targets;

/// <summary>Eight Gaussians of equal weight, standard deviation 0.4, on a circle of radius 3, the first at (3, 0); normalised.</summary>
internal readonly struct EightGaussians : IPlaneGradient
{
    // 1/0.4², ln(8 · 2π · 0.4²), and 3 cos 45°.
    private const float Precision = 1 / (0.4f * 0.4f), LogNorm = 2.08473699f, Diagonal = 2.12132034f;

    // e to this is nothing beside a sum of 1 or more; and where exponentials underflow, processors take a hundred cycles for each.
    private const float LeastExponent = -80;

    private static ReadOnlySpan<float> X => [3, Diagonal, 0, -Diagonal, -3, -Diagonal, 0, Diagonal];

    private static ReadOnlySpan<float> Y => [0, Diagonal, 3, Diagonal, 0, -Diagonal, -3, -Diagonal];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>
    {
        // The lowest well, and what the others add to it: no exponential overflows, and the sum is at least 1.
        V lowest = Well(x, y, 0);
        for (int k = 1; k < X.Length; k++)
        {
            lowest = V.Min(lowest, Well(x, y, k));
        }

        // The pull is towards the centres' mean, each by its share of the sum.
        V sum = V.Splat(0);
        V sumX = sum;
        V sumY = sum;
        for (int k = 0; k < X.Length; k++)
        {
            V weight = LaneMath.Exp(V.Max(lowest - Well(x, y, k), V.Splat(LeastExponent)));
            sum += weight;
            sumX = V.Fma(weight, V.Splat(X[k]), sumX);
            sumY = V.Fma(weight, V.Splat(Y[k]), sumY);
        }

        V precision = V.Splat(Precision);
        byX = precision * (x - (sumX / sum));
        byY = precision * (y - (sumY / sum));
        return lowest - LaneMath.Log(sum) + V.Splat(LogNorm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Well<V>(V x, V y, int k)
        where V : struct, ILanes<V>
    {
        V fromX = x - V.Splat(X[k]);
        V fromY = y - V.Splat(Y[k]);
        return V.Splat(0.5f * Precision) * V.Fma(fromX, fromX, fromY * fromY);
    }
}
