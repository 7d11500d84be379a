using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>The plain formulas in float64, one point after the other.</summary>
internal static class FloatingReference
{
    /// <summary>Three rows: the images' coordinates, and Σ ln det.</summary>
    public static double[] Forward(FlowDistribution flow, ReadOnlySpan<float> points)
    {
        int count = points.Length / 2;
        double[] rows = new double[3 * count];
        float[][] layers = [.. Enumerable.Range(0, flow.Shape.LayerCount).Select(i => flow.Parameters[flow.Shape.Layer(i)].ToArray())];
        bool isPlanar = flow.Shape.Layers[0] == LayerKind.Planar;
        for (int i = 0; i < count; i++)
        {
            double x = points[i], y = points[count + i], logDeterminant = 0;
            foreach (float[] layer in layers)
            {
                logDeterminant += isPlanar ? Planar(layer, ref x, ref y) : Radial(layer, ref x, ref y);
            }

            (rows[i], rows[count + i], rows[(2 * count) + i]) = (x, y, logDeterminant);
        }

        return rows;
    }

    private static double Planar(float[] layer, ref double x, ref double y)
    {
        (double w0, double w1, double u0, double u1, double b) = (layer[0], layer[1], layer[2], layer[3], layer[4]);
        double t = Math.Tanh((w0 * x) + (w1 * y) + b);
        x += u0 * t;
        y += u1 * t;
        return Math.Log(1 + (((w0 * u0) + (w1 * u1)) * (1 - (t * t))));
    }

    private static double Radial(float[] layer, ref double x, ref double y)
    {
        (double dx, double dy, double alpha, double beta) = (x - layer[0], y - layer[1], layer[2], layer[3]);
        double r = Math.Sqrt((dx * dx) + (dy * dy));
        double h = 1 / (alpha + r);
        x += beta * h * dx;
        y += beta * h * dy;
        return Math.Log(1 + (beta * h)) + Math.Log(1 + (beta * alpha * h * h));
    }
}
