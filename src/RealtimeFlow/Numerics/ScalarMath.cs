namespace RealtimeFlow.Numerics;

/// <summary>
/// Float64 functions for what is computed once a layer or once an update. The base library's <c>double.LogP1</c> and
/// <c>double.ExpM1</c> are <c>Log(1 + x)</c> and <c>Exp(x) − 1</c>: they lose every digit near zero, where flows start.
/// </summary>
internal static class ScalarMath
{
    /// <summary>1/n! for n from 2 to 17.</summary>
    private static ReadOnlySpan<double> InverseFactorials =>
    [
        1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5_040, 1.0 / 40_320, 1.0 / 362_880, 1.0 / 3_628_800, 1.0 / 39_916_800,
        1.0 / 479_001_600, 1.0 / 6_227_020_800, 1.0 / 87_178_291_200, 1.0 / 1_307_674_368_000, 1.0 / 20_922_789_888_000, 1.0 / 355_687_428_096_000,
    ];

    /// <summary>ln(1 + x), to a few ulp for all x &gt; −1 (Kahan's quotient: the rounding of 1 + x cancels).</summary>
    public static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>eˣ − 1, and less x too: by the series where the differences would cancel.</summary>
    /// <param name="x">x.</param>
    /// <param name="minusX">eˣ − 1 − x.</param>
    public static double ExpM1(double x, out double minusX)
    {
        if (Math.Abs(x) >= 0.5)
        {
            double difference = Math.Exp(x) - 1;
            minusX = difference - x;
            return difference;
        }

        // Σ xⁿ/n! from n = 2, even and odd powers side by side; at |x| = 1/2 the term n = 18 is below 2⁻⁵³ of the sum.
        ReadOnlySpan<double> factors = InverseFactorials;
        double x2 = x * x, even = 0, odd = 0;
        for (int n = factors.Length - 2; n >= 0; n -= 2)
        {
            even = Math.FusedMultiplyAdd(even, x2, factors[n]);
            odd = Math.FusedMultiplyAdd(odd, x2, factors[n + 1]);
        }

        minusX = Math.FusedMultiplyAdd(odd, x, even) * x2;
        return x + minusX;
    }

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|)).</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>The inverse of <see cref="Softplus"/>: ln(eʸ − 1) for y &gt; 0.</summary>
    public static double InverseSoftplus(double y) => y + Math.Log(-ExpM1(-y, out _));

    /// <summary>1/(1 + e^(−x)), the derivative of <see cref="Softplus"/>.</summary>
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
