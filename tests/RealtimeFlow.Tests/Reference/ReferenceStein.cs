namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// The kernel Stein discrepancy in float64 from the kernel alone, k = (1 + ‖x − y‖²)^(−1/2), whose derivatives are taken by differences.
/// </summary>
internal static class ReferenceStein
{
    /// <summary>The U-statistic of the square, and the mean of u(x, x).</summary>
    /// <param name="points">A point a row.</param>
    /// <param name="score">∇ ln p.</param>
    public static (double Squared, double SelfTerm) Of(double[][] points, Func<double[], double[]> score)
    {
        double[][] scores = [.. points.Select(score)];
        int count = points.Length;
        double pairs = 0, self = 0;
        for (int i = 0; i < count; i++)
        {
            self += U(points[i], scores[i], points[i], scores[i]);
            for (int j = 0; j < i; j++)
            {
                pairs += 2 * U(points[i], scores[i], points[j], scores[j]);
            }
        }

        return (pairs / ((double)count * (count - 1)), self / count);
    }

    private static double U(double[] x, double[] scoreOfX, double[] y, double[] scoreOfY)
    {
        double trace = 0;
        for (int i = 0; i < x.Length; i++)
        {
            trace += Derivative.Of(a => Derivative.Of(b => Kernel(With(x, i, a), With(y, i, b)), y[i], 0.01), x[i], 0.01);
        }

        return (Kernel(x, y) * Vectors.Dot(scoreOfX, scoreOfY))
            + Vectors.Dot(scoreOfX, Derivative.Gradient(at => Kernel(x, at), y))
            + Vectors.Dot(scoreOfY, Derivative.Gradient(at => Kernel(at, y), x))
            + trace;
    }

    private static double Kernel(double[] x, double[] y) => 1 / Math.Sqrt(1 + (Vectors.Distance(x, y) * Vectors.Distance(x, y)));

    private static double[] With(double[] x, int i, double value)
    {
        double[] result = [.. x];
        result[i] = value;
        return result;
    }
}
