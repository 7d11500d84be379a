namespace RealtimeFlow.Tests.Reference;

/// <summary>Derivatives by central differences, one step of Richardson's extrapolation: the error is h⁴ f⁽⁵⁾/30 and ε |f|/h.</summary>
internal static class Derivative
{
    /// <summary>For functions that vary over lengths of 1/10 to 10: both errors are near 10⁻¹².</summary>
    public const double Step = 1e-4;

    public static double Of(Func<double, double> f, double x, double step = Step) =>
        ((8 * (f(x + step) - f(x - step))) - (f(x + (2 * step)) - f(x - (2 * step)))) / (12 * step);

    /// <summary>The gradient of a function of many variables, one after the other.</summary>
    public static double[] Gradient(Func<double[], double> f, double[] x, Func<int, double>? step = null)
    {
        double[] at = [.. x];
        double[] gradient = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            gradient[i] = Of(
                value =>
                {
                    at[i] = value;
                    return f(at);
                },
                x[i],
                step?.Invoke(i) ?? Step);
            at[i] = x[i];
        }

        return gradient;
    }

    /// <summary>∂yᵢ/∂xⱼ of a map that writes y.</summary>
    public static double[,] Jacobian(Action<double[], double[]> map, double[] x, double step = Step)
    {
        double[,] jacobian = new double[x.Length, x.Length];
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double[] row = Gradient(
                at =>
                {
                    map(at, y);
                    return y[i];
                },
                x,
                _ => step);
            for (int j = 0; j < x.Length; j++)
            {
                jacobian[i, j] = row[j];
            }
        }

        return jacobian;
    }

    /// <summary>
    /// ln det of the numeric Jacobian of a map that moves x in place, by elimination; and how far off it may be, from what half the
    /// accuracy of the differences does to it: δ ln det = tr(J⁻¹ δJ).
    /// </summary>
    public static (double Value, double Error) LogDeterminant(Action<double[]> map, double[] x)
    {
        double[,] fine = Jacobian(Map, x, 1e-5), coarse = Jacobian(Map, x, 2e-5);
        (double[,] inverse, double determinant) = Vectors.Invert(fine);
        double difference = 1e-9;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
            {
                difference += Math.Abs(fine[i, j] - coarse[i, j]);
            }
        }

        return (Math.Log(determinant), 2 * x.Length * Vectors.SpectralNorm(inverse) * difference);

        void Map(double[] from, double[] to)
        {
            from.CopyTo(to, 0);
            map(to);
        }
    }
}
