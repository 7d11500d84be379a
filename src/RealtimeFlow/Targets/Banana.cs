using System.Runtime.CompilerServices;
using RealtimeFlow.Differentiation;

namespace RealtimeFlow.Targets;

/// <summary>
/// A Gaussian bent along a parabola: x ~ N(0, 1.5²), y | x ~ N(x²/2 − 2, 0.4²); normalised. The twist of Haario, Saksman and Tamminen
/// 1999 ("Adaptive proposal distribution for random walk Metropolis algorithm"), at the scale of the other targets.
/// </summary>
internal readonly struct Banana : IPlaneEnergy
{
    // ln 2π · 1.5 · 0.4.
    private const float LogNorm = 1.32705145f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Energy<R>(R x, R y)
        where R : struct, IReal<R>
    {
        R square = R.Square(x);
        R offset = y - ((0.5f * square) - 2);
        return (0.5f / (1.5f * 1.5f) * square) + (0.5f / (0.4f * 0.4f) * R.Square(offset)) + LogNorm;
    }
}
