using System.Globalization;
using RealtimeFlow.Random;

namespace RealtimeFlow.Targets;

/// <summary>Whether a target's gradient is that of its energy: against central differences of the energy, all in float32.</summary>
/// <remarks>
/// The differences of U over eight steps h, each half the one before, are extrapolated (Richardson): two neighbours differ by what is left
/// of the truncation, h⁴ U⁽⁵⁾, and rounding leaves ε|U|/h. The step where the two together are least says the derivative, and how well it
/// says it; a gradient is wrong where it is further off than four times that, and than 10⁻⁴ of itself.
/// </remarks>
public static class GradientCheck
{
    private const int Steps = 8;
    private const double Unit = 1.0 / (1 << 24), RelativeTolerance = 1e-4, Margin = 4;

    // The places, in steps, at which the energy is taken.
    private static readonly int[] Places = [-2, -1, 1, 2];

    /// <summary>Checks at random points: normal, with half the view radius as standard deviation.</summary>
    /// <param name="target">The target.</param>
    /// <param name="count">How many points; at least 1.</param>
    /// <param name="seed">Of the points.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no point.</exception>
    public static GradientReport AtRandomPoints(Target target, int count = 100, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        float[] points = new float[checked(count * target.Dimension)];
        new RandomStream(seed, Stream: 0).FillNormal(0, points);
        foreach (ref float x in points.AsSpan())
        {
            x *= target.ViewRadius / 2;
        }

        return At(target, points);
    }

    /// <summary>Checks at points of the caller's.</summary>
    /// <param name="target">The target.</param>
    /// <param name="points">D · N floats, coordinate i of point j at <c>i * N + j</c>.</param>
    /// <exception cref="ArgumentException">There is no point, or no whole number of points.</exception>
    public static GradientReport At(Target target, ReadOnlySpan<float> points)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (points.IsEmpty)
        {
            throw new ArgumentException("Holds no point.", nameof(points));
        }

        int count = points.Length / target.Dimension;
        float[] energy = new float[count], gradient = new float[points.Length];
        target.Evaluate(points, energy, gradient);
        GradientReport? worst = null;
        for (int j = 0; j < count; j++)
        {
            float[] point = new float[target.Dimension];
            for (int i = 0; i < point.Length; i++)
            {
                point[i] = points[(i * count) + j];
            }

            double conditioning = 0;
            for (int i = 0; i < point.Length; i++)
            {
                conditioning += Math.Abs((double)gradient[(i * count) + j]) * (1 + Math.Abs(point[i]));
            }

            for (int i = 0; i < point.Length; i++)
            {
                (double difference, double error) = Differentiate(target, point, i, conditioning);
                double derivative = gradient[(i * count) + j];
                double size = Math.Max(Math.Abs(derivative), Math.Abs(difference));
                GradientReport here = new(
                    target.Name, point, i, energy[j], derivative, difference, (Margin * error) + (RelativeTolerance * size));
                if (worst == null || !(here.Excess <= worst.Excess))
                {
                    worst = here;
                }

                if (!double.IsFinite(here.Excess))
                {
                    return here;
                }
            }
        }

        return worst!;
    }

    /// <summary>∂U/∂zᵢ from the energy alone, and how far off it may be.</summary>
    private static (double Value, double Error) Differentiate(Target target, float[] point, int coordinate, double conditioning)
    {
        const int Count = 4 * Steps;
        float[] points = new float[point.Length * Count], energy = new float[Count];
        for (int i = 0; i < point.Length; i++)
        {
            points.AsSpan(i * Count, Count).Fill(point[i]);
        }

        // From an eighth of the coordinate, or of 1, down to a thousandth; powers of two, so that most points are exact.
        double first = Math.ScaleB(1, Math.ILogB(Math.Max(Math.Abs(point[coordinate]), 1)) - 3);
        Span<float> line = points.AsSpan(coordinate * Count, Count);
        for (int k = 0; k < Count; k++)
        {
            line[k] = (float)(point[coordinate] + (Places[k % 4] * Math.ScaleB(first, -(k / 4))));
        }

        target.Evaluate(points, energy, default);
        double[] estimates = new double[Steps], rounding = new double[Steps];
        for (int step = 0; step < Steps; step++)
        {
            ReadOnlySpan<float> z = line.Slice(4 * step, 4), u = energy.AsSpan(4 * step, 4);
            double near = ((double)u[2] - u[1]) / ((double)z[2] - z[1]), far = ((double)u[3] - u[0]) / ((double)z[3] - z[0]);
            estimates[step] = ((4 * near) - far) / 3;
            double most = Math.Max(Math.Max(Math.Abs(u[0]), Math.Abs(u[1])), Math.Max(Math.Abs(u[2]), Math.Abs(u[3])));
            rounding[step] = 2 * Unit * (most + conditioning) / Math.ScaleB(first, -step);
        }

        (double value, double error) = (double.NaN, double.PositiveInfinity);
        for (int step = 1; step < Steps; step++)
        {
            double here = Math.Abs(estimates[step] - estimates[step - 1]) + rounding[step];
            if (here < error)
            {
                (value, error) = (estimates[step], here);
            }
        }

        return (value, error);
    }
}

/// <summary>Where a gradient is furthest from the differences of its energy, for what those can say.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Point">The point.</param>
/// <param name="Coordinate">i.</param>
/// <param name="Energy">U there.</param>
/// <param name="Derivative">∂U/∂zᵢ as the target gives it.</param>
/// <param name="Difference">∂U/∂zᵢ as the differences give it; NaN where the energies about the point are not finite.</param>
/// <param name="Tolerance">How far they may be apart.</param>
public sealed record GradientReport(
    string Target, IReadOnlyList<float> Point, int Coordinate, double Energy, double Derivative, double Difference, double Tolerance)
{
    /// <summary>The distance in tolerances: wrong above 1, or where it is NaN since something is not finite.</summary>
    public double Excess => Derivative == Difference ? 0 : Math.Abs(Derivative - Difference) / Tolerance;

    /// <summary>The distance in parts of the greater of the two.</summary>
    public double RelativeError => Derivative == Difference ? 0 : Math.Abs(Derivative - Difference) / Math.Max(Math.Abs(Derivative), Math.Abs(Difference));

    /// <summary>Whether the gradient is that of the energy, and both are finite, at every point that was looked at.</summary>
    public bool Agrees => Excess <= 1 && double.IsFinite(Energy);

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Target}: the gradient {(Agrees ? "agrees" : "does NOT agree")} with differences of the energy; furthest by z[{Coordinate}] at
        ({string.Join(", ", Point)}): {Derivative:g6} against {Difference:g6} ± {Tolerance:g2}, U = {Energy:g6}
        """).ReplaceLineEndings(" ");
}
