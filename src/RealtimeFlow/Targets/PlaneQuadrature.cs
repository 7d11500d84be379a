using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>Integrals of a target on the plane.</summary>
public static class PlaneQuadrature
{
    private const double HalfSide = 9;
    private const int Steps = 1536;

    /// <summary>
    /// ln ∫ e^(−U) over a square of half side 9, by the trapezoid rule: for a smooth integrand that vanishes at the border it converges
    /// faster than any power of the step; the walls' kink in U″ leaves an error of order step³, 2·10⁻⁷.
    /// </summary>
    /// <param name="target">A target on the plane, with its mass inside the square.</param>
    /// <exception cref="ArgumentException">It has another dimension.</exception>
    public static double LogNormalizer(Target target) => Math.Log(Integral(target, energy => Math.Exp(-energy)));

    /// <summary>The differential entropy −∫ p ln p = E U + ln Z, in nats, in the same way.</summary>
    /// <inheritdoc cref="LogNormalizer"/>
    public static double Entropy(Target target)
    {
        double logNormalizer = LogNormalizer(target);
        return (Integral(target, energy => energy * Math.Exp(-energy)) * Math.Exp(-logNormalizer)) + logNormalizer;
    }

    private static double Integral(Target target, Func<double, double> integrand)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Dimension != 2)
        {
            throw new ArgumentException($"{target.Name} has {target.Dimension} dimensions; the plane has 2.", nameof(target));
        }

        FlowTile tile = new(2, savedLayers: 0);
        double step = 2 * HalfSide / Steps;
        double sum = 0;
        for (int row = 0; row <= Steps; row++)
        {
            for (int start = 0; start <= Steps; start += tile.Columns)
            {
                int count = Math.Min(Steps + 1 - start, tile.Columns);
                for (int i = 0; i < tile.Columns; i++)
                {
                    tile.Row(0)[i] = (float)(((start + i) * step) - HalfSide);
                }

                tile.Row(1).Fill((float)((row * step) - HalfSide));
                target.Evaluate(tile, tile.Columns, LaneDispatch.Width);
                foreach (float energy in tile.ValueRow[..count])
                {
                    sum += integrand(energy);
                }
            }
        }

        return sum * step * step;
    }
}
