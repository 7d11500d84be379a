namespace RealtimeFlow.Tests.Reference;

/// <summary>Vectors and small matrices in float64, by the schoolbook.</summary>
internal static class Vectors
{
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    public static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return Math.Sqrt(sum);
    }

    public static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    public static double[] Subtract(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    public static double[] Scaled(double[] a, double factor) => [.. a.Select(x => factor * x)];

    public static double[] ToDoubles(ReadOnlySpan<float> a)
    {
        double[] result = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            result[i] = a[i];
        }

        return result;
    }

    public static double[,] Identity(int n)
    {
        double[,] result = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            result[i, i] = 1;
        }

        return result;
    }

    /// <summary>a x.</summary>
    public static double[] Times(double[,] a, double[] x)
    {
        double[] result = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
            {
                result[i] += a[i, j] * x[j];
            }
        }

        return result;
    }

    /// <summary>aᵀ x.</summary>
    public static double[] TransposedTimes(double[,] a, double[] x)
    {
        double[] result = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
            {
                result[j] += a[i, j] * x[i];
            }
        }

        return result;
    }

    /// <summary>Gauss–Jordan elimination with the largest pivot of the column: the inverse and the determinant.</summary>
    public static (double[,] Inverse, double Determinant) Invert(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone(), inverse = Identity(n);
        double determinant = 1;
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(a[row, column]));
            determinant *= pivot == column ? a[pivot, column] : -a[pivot, column];
            for (int j = 0; j < n; j++)
            {
                (a[column, j], a[pivot, j]) = (a[pivot, j], a[column, j]);
                (inverse[column, j], inverse[pivot, j]) = (inverse[pivot, j], inverse[column, j]);
            }

            double scale = 1 / a[column, column];
            for (int j = 0; j < n; j++)
            {
                a[column, j] *= scale;
                inverse[column, j] *= scale;
            }

            for (int row = 0; row < n; row++)
            {
                double factor = row == column ? 0 : a[row, column];
                for (int j = 0; j < n; j++)
                {
                    a[row, j] -= factor * a[column, j];
                    inverse[row, j] -= factor * inverse[column, j];
                }
            }
        }

        return (inverse, determinant);
    }

    /// <summary>The largest singular value, from below: ‖a x‖ over unit vectors x, after steps of the power method on aᵀa.</summary>
    public static double SpectralNorm(double[,] a)
    {
        int n = a.GetLength(0);
        double[] x = [.. Enumerable.Range(0, n).Select(j => a[LongestRow(a), j])];
        double norm = 0;
        for (int step = 0; step < 40; step++)
        {
            double length = Norm(x);
            if (length == 0)
            {
                break;
            }

            double[] image = Times(a, Scaled(x, 1 / length));
            double next = Norm(image);
            if (next <= norm * (1 + 1e-4))
            {
                return Math.Max(next, norm);
            }

            norm = next;
            x = TransposedTimes(a, Scaled(image, 1 / norm));
        }

        return norm;
    }

    private static int LongestRow(double[,] a)
    {
        int n = a.GetLength(0);
        return Enumerable.Range(0, n).MaxBy(i => Enumerable.Range(0, n).Sum(j => a[i, j] * a[i, j]));
    }
}
