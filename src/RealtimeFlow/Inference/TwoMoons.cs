using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>
/// Two interleaved half circles of radius 1 with Gaussian noise of deviation σ = 0.1: (cos t, sin t) and (1 − cos t, ½ − sin t),
/// t uniform in [0, π], as scikit-learn's <c>make_moons</c> places them.
/// </summary>
internal sealed class TwoMoons() : MadeUpData("two-moons", "two interleaved half circles with noise of deviation 0.1", dimension: 2)
{
    private const double Noise = 0.1;

    // Of the upper arc, for Simpson's rule: a step is a quarter of σ.
    private const int Intervals = 126;

    // Uniform numbers of a row: the place on the moons, and the radius and angle of its noise (G. Box, M. Muller, 1958).
    private const int NumbersOfRow = 3;

    private static readonly (double X, double Y, double Weight)[] Arc = [.. Enumerable.Range(0, Intervals + 1).Select(Node)];

    /// <summary>ln p at a point.</summary>
    internal static double LogDensity(double x, double y) => Math.Log((Moon(x, y) + Moon(1 - x, 0.5 - y)) / 2);

    private protected override void Fill(Span<float> rows, ulong seed)
    {
        RandomStream stream = new(seed, StreamNumbers.Data);
        Span<float> uniform = stackalloc float[NumbersOfRow];
        for (int row = 0; row < rows.Length / 2; row++)
        {
            stream.FillUniform((ulong)row * NumbersOfRow, uniform);
            (double sin, double cos) = Math.SinCos(2 * Math.PI * uniform[0]);
            (double noiseY, double noiseX) = Math.SinCos(2 * Math.PI * uniform[2]);
            double radius = Noise * Math.Sqrt(-2 * Math.Log(uniform[1]));

            // The second half of a turn is the lower moon: its sine is negative already.
            bool isUpper = uniform[0] < 0.5f;
            rows[2 * row] = (float)((isUpper ? cos : 1 + cos) + (radius * noiseX));
            rows[(2 * row) + 1] = (float)((isUpper ? sin : 0.5 + sin) + (radius * noiseY));
        }
    }

    /// <summary>−∫ p ln p by the trapezoid rule, which converges faster than any power of the step for so smooth an integrand.</summary>
    private protected override double ComputeEntropy()
    {
        const double Step = 0.5 * Noise, Left = -2, Right = 3, Bottom = -1.5, Top = 2;
        double sum = 0;
        for (double y = Bottom; y <= Top; y += Step)
        {
            for (double x = Left; x <= Right; x += Step)
            {
                double density = (Moon(x, y) + Moon(1 - x, 0.5 - y)) / 2;
                sum -= density > 0 ? density * Math.Log(density) : 0;
            }
        }

        return sum * Step * Step;
    }

    /// <summary>The density of the upper moon, (1/π) ∫ N(x; r(t), σ²) dt over its arc r.</summary>
    private static double Moon(double x, double y)
    {
        double sum = 0;
        foreach ((double arcX, double arcY, double weight) in Arc)
        {
            double square = ((x - arcX) * (x - arcX)) + ((y - arcY) * (y - arcY));
            sum += weight * Math.Exp(-square / (2 * Noise * Noise));
        }

        return sum / (2 * Math.PI * Noise * Noise);
    }

    private static (double X, double Y, double Weight) Node(int i)
    {
        (double sin, double cos) = Math.SinCos(Math.PI * i / Intervals);
        return (cos, sin, (i is 0 or Intervals ? 1.0 : i % 2 == 0 ? 2 : 4) / (3 * Intervals));
    }
}
