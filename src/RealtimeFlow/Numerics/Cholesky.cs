namespace RealtimeFlow.Numerics;

/// <summary>A = LLᵀ of small symmetric, positive definite matrices, in float64.</summary>
internal static class Cholesky
{
    /// <summary>Replaces the lower triangle of A by L; the upper one is not read.</summary>
    public static void Factor(double[,] a)
    {
        int n = a.GetLength(0);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = a[i, j];
                for (int k = 0; k < j; k++)
                {
                    sum -= a[i, k] * a[j, k];
                }

                a[i, j] = i == j ? Math.Sqrt(sum) : sum / a[j, j];
            }
        }
    }

    /// <summary>x ← L⁻¹x.</summary>
    public static void SolveLower(double[,] l, Span<double> x)
    {
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                x[i] -= l[i, j] * x[j];
            }

            x[i] /= l[i, i];
        }
    }

    /// <summary>x ← L⁻ᵀx.</summary>
    public static void SolveUpper(double[,] l, Span<double> x)
    {
        for (int i = x.Length - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < x.Length; j++)
            {
                x[i] -= l[j, i] * x[j];
            }

            x[i] /= l[i, i];
        }
    }
}
