namespace RealtimeFlow.Tests.Flows;

/// <summary>Between the engine's structure of arrays in float32 and the reference's points in float64.</summary>
internal static class Points
{
    /// <summary>Coordinate i of point j to i · N + j.</summary>
    public static float[] ToRows(double[][] points, int dimension)
    {
        float[] rows = new float[dimension * points.Length];
        for (int j = 0; j < points.Length; j++)
        {
            for (int i = 0; i < dimension; i++)
            {
                rows[(i * points.Length) + j] = (float)points[j][i];
            }
        }

        return rows;
    }

    /// <summary>Point j of rows.</summary>
    public static double[] At(ReadOnlySpan<float> rows, int dimension, int j)
    {
        int count = rows.Length / dimension;
        double[] point = new double[dimension];
        for (int i = 0; i < dimension; i++)
        {
            point[i] = rows[(i * count) + j];
        }

        return point;
    }

    /// <summary>All points of rows.</summary>
    public static double[][] FromRows(float[] rows, int dimension) =>
        [.. Enumerable.Range(0, rows.Length / dimension).Select(j => At(rows, dimension, j))];
}
