namespace RealtimeFlow.Numerics;

/// <summary>
/// Float64 functions for what is computed once a layer or once an update. The base library's <c>double.LogP1</c> and
/// <c>double.ExpM1</c> are <c>Log(1 + x)</c> and <c>Exp(x) − 1</c>: they lose every digit near zero, where flows start.
/// </summary>
internal static class ScalarMath
{
    /// <summary>ln(1 + x), to a few ulp for all x &gt; −1 (Kahan's quotient: the rounding of 1 + x cancels).</summary>
    public static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>eˣ − 1.</summary>
    public static double ExpM1(double x) => Math.Abs(x) < 0.5 ? x + ExpM1MinusX(x) : Math.Exp(x) - 1;

    /// <summary>eˣ − 1 − x, by its series where the difference would cancel.</summary>
    public static double ExpM1MinusX(double x)
    {
        if (Math.Abs(x) >= 0.5)
        {
            return Math.Exp(x) - 1 - x;
        }

        // Σ xⁿ/n! from n = 2; at |x| = 1/2 the term n = 16 is below 2⁻⁵³ of the sum.
        double sum = 0;
        for (int n = 16; n >= 2; n--)
        {
            sum = ((sum * x) + 1) / n;
        }

        return sum * x * x;
    }

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|)).</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>The inverse of <see cref="Softplus"/>: ln(eʸ − 1) for y &gt; 0.</summary>
    public static double InverseSoftplus(double y) => y + Math.Log(-ExpM1(-y));

    /// <summary>1/(1 + e^(−x)), the derivative of <see cref="Softplus"/>.</summary>
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
