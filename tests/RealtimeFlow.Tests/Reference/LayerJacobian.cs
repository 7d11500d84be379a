namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// The Jacobian of a layer: a multiple of the identity and one outer product, J = a I + p qᵀ. Its determinant is a^(D−1) (a + q·p).
/// </summary>
/// <param name="Scale">a.</param>
/// <param name="Left">p.</param>
/// <param name="Right">q.</param>
internal sealed record LayerJacobian(double Scale, double[] Left, double[] Right)
{
    private double Axis => Scale + Vectors.Dot(Left, Right);

    /// <summary>m J.</summary>
    public double[,] After(double[,] m) => Update(m, Scale, Vectors.Times(m, Left), Right);

    /// <summary>m J⁻¹, by Sherman and Morrison.</summary>
    public double[,] AfterInverse(double[,] m) =>
        Update(m, 1 / Scale, Vectors.Scaled(Vectors.Times(m, Left), -1 / (Scale * Axis)), Right);

    /// <summary>Jᵀ x.</summary>
    public double[] TransposedTimes(double[] x)
    {
        double along = Vectors.Dot(Left, x);
        return [.. x.Zip(Right, (xi, q) => (Scale * xi) + (along * q))];
    }

    /// <summary>J⁻ᵀ x.</summary>
    public double[] InverseTransposedTimes(double[] x)
    {
        double along = Vectors.Dot(Left, x) / Axis;
        return [.. x.Zip(Right, (xi, q) => (xi - (along * q)) / Scale)];
    }

    private static double[,] Update(double[,] m, double scale, double[] p, double[] q)
    {
        double[,] result = new double[p.Length, q.Length];
        for (int i = 0; i < p.Length; i++)
        {
            for (int j = 0; j < q.Length; j++)
            {
                result[i, j] = (m[i, j] * scale) + (p[i] * q[j]);
            }
        }

        return result;
    }
}
