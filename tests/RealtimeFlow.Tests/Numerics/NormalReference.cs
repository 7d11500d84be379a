namespace RealtimeFlow.Tests.Numerics;

/// <summary>The standard normal distribution in double.</summary>
internal static class NormalReference
{
    // Quantiles at the middles of stretches whose relative width is 1/256 and less, of tails from ½ down to 2⁻³³.
    private const int PerOctave = 256;
    private const int Octaves = 32;

    private static readonly double[] Nodes = MakeNodes();

    /// <summary>
    /// The distribution function Φ. Near 0 by the power series φ(x) Σ x²ⁿ⁺¹ / (1·3···(2n+1)), in the tails by Laplace's continued fraction:
    /// M. Abramowitz and I. Stegun, 26.2.11 and 26.2.14.
    /// </summary>
    public static double Cumulative(double x)
    {
        double density = Density(x);
        if (Math.Abs(x) < 3)
        {
            double term = x, sum = x;
            for (int n = 1; n < 60; n++)
            {
                term *= x * x / ((2 * n) + 1);
                sum += term;
            }

            return 0.5 + (density * sum);
        }

        double fraction = Math.Abs(x);
        for (int n = 60; n > 0; n--)
        {
            fraction = Math.Abs(x) + (n / fraction);
        }

        return x < 0 ? density / fraction : 1 - (density / fraction);
    }

    /// <summary>
    /// −Φ⁻¹(tail) for 2⁻³³ ≤ tail ≤ ½, given also the distance of the tail from ½: a step from the nearest node by the derivatives of Φ⁻¹;
    /// near ½, where the quantile goes through 0, from there.
    /// </summary>
    public static double Quantile(double tail, double fromMiddle)
    {
        if (fromMiddle < 1.0 / 512)
        {
            return Step(0, fromMiddle);
        }

        // Octave o holds the tails from ½ 2^(−o) down to half of that, its places in the same order.
        int octave = Math.Min((int)-Math.Ceiling(Math.Log2(2 * tail)), Octaves - 1);
        int place = Math.Clamp((int)((2 - Math.ScaleB(tail, octave + 2)) * PerOctave), 0, PerOctave - 1);
        return Step(Nodes[(octave * PerOctave) + place], TailOf(octave, place) - tail);
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>
    /// z(Φ(z₀) + δ) by Taylor's series to the sixth order. Each derivative is a polynomial of z over φ(z)ⁿ: with z′ = 1/φ, the polynomials
    /// follow Pₙ₊₁ = Pₙ′ + n z Pₙ.
    /// </summary>
    private static double Step(double z, double delta)
    {
        double h = delta / Density(z), s = z * z;
        double[] derivatives =
        [
            1,
            z,
            1 + (2 * s),
            z * (7 + (6 * s)),
            7 + (s * (46 + (24 * s))),
            z * (127 + (s * (326 + (120 * s)))),
        ];
        double sum = 0;
        for (int n = derivatives.Length; n > 0; n--)
        {
            sum = h / n * (derivatives[n - 1] + sum);
        }

        return z + sum;
    }

    private static double TailOf(int octave, int place) => Math.ScaleB(2 - ((place + 0.5) / PerOctave), -octave - 2);

    private static double[] MakeNodes()
    {
        // From tail to tail by Newton's steps.
        var nodes = new double[Octaves * PerOctave];
        double z = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            double tail = TailOf(i / PerOctave, i % PerOctave);
            for (int newton = 0; newton < 5; newton++)
            {
                double value = Cumulative(-z);
                z += value / Density(z) * Math.Log(value / tail);
            }

            nodes[i] = z;
        }

        return nodes;
    }
}
