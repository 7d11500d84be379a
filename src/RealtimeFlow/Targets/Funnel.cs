using System.Runtime.CompilerServices;
using RealtimeFlow.Differentiation;

namespace RealtimeFlow.Targets;

/// <summary>
/// Neal's funnel: v ~ N(0, 3²), and each xᵢ | v ~ N(0, eᵛ); normalised. v is the last coordinate. Its neck is narrower than any step, its
/// mouth wider than any: R. Neal, "Slice sampling", Annals of Statistics 31 (2003), section 8.
/// </summary>
internal readonly struct Funnel : IPlaneEnergy, IEnergy
{
    // ½ ln 2π, and the same plus ln 3.
    private const float HalfLogTwoPi = 0.918938533f, LogNormOfV = 2.01755082f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Energy<R>(R x, R y)
        where R : struct, IReal<R> => OfWidths(R.Square(x), y, 1);

    /// <inheritdoc/>
    public R Energy<R>(ReadOnlySpan<R> z)
        where R : struct, IReal<R>
    {
        R squares = R.Square(z[0]);
        for (int i = 1; i < z.Length - 1; i++)
        {
            squares += R.Square(z[i]);
        }

        return OfWidths(squares, z[^1], z.Length - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R OfWidths<R>(R squares, R v, int count)
        where R : struct, IReal<R> =>
        (0.5f * ((squares * R.Exp(-v)) + (v * count))) + (R.Square(v) * (0.5f / 9)) + ((count * HalfLogTwoPi) + LogNormOfV);
}
