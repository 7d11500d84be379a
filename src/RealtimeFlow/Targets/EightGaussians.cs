using System.Runtime.CompilerServices;
using RealtimeFlow.Differentiation;

namespace RealtimeFlow.Targets;

/// <summary>Eight Gaussians of equal weight, standard deviation 0.4, on a circle of radius 3, the first at (3, 0); normalised.</summary>
internal readonly struct EightGaussians : IPlaneEnergy
{
    // ln(8 · 2π · 0.4²), and 3 cos 45°.
    private const float LogNorm = 2.08473699f, Diagonal = 2.12132034f;

    private static ReadOnlySpan<float> X => [3, Diagonal, 0, -Diagonal, -3, -Diagonal, 0, Diagonal];

    private static ReadOnlySpan<float> Y => [0, Diagonal, 3, Diagonal, 0, -Diagonal, -3, -Diagonal];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Energy<R>(R x, R y)
        where R : struct, IReal<R>
    {
        // The lowest well, and what the others add to it: no exponential overflows, and the sum is at least 1.
        R lowest = Well(x, y, 0);
        for (int k = 1; k < X.Length; k++)
        {
            lowest = R.Min(Well(x, y, k), lowest);
        }

        R sum = 0;
        for (int k = 0; k < X.Length; k++)
        {
            sum += R.Exp(lowest - Well(x, y, k));
        }

        return lowest - R.Log(sum) + LogNorm;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R Well<R>(R x, R y, int k)
        where R : struct, IReal<R> => (R.Square(x - X[k]) + R.Square(y - Y[k])) * (0.5f / (0.4f * 0.4f));
}
