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

    /// <summary>The gradient of E[U1 − Σ ln det] by the parameters of a planar chain's layers, forwards and back with every input kept.</summary>
    public static double[] Gradient(FlowDistribution flow, ReadOnlySpan<float> points)
    {
        int count = points.Length / 2, layers = flow.Shape.LayerCount;
        float[] parameters = flow.Parameters[flow.Shape.LogScale.End..].ToArray();
        double[] sums = new double[parameters.Length];
        double[] xs = new double[layers], ys = new double[layers];
        for (int i = 0; i < count; i++)
        {
            double x = points[i], y = points[count + i];
            for (int k = 0; k < layers; k++)
            {
                (xs[k], ys[k]) = (x, y);
                _ = Planar(parameters.AsSpan(5 * k), ref x, ref y);
            }

            // The two wells of U1 by their shares, ½ (1 ± tanh(x/0.18)).
            double r = Math.Sqrt((x * x) + (y * y)), pull = (r - 2) / (0.4 * 0.4 * r);
            double byX = (pull * x) + ((x - (2 * Math.Tanh(2 * x / (0.6 * 0.6)))) / (0.6 * 0.6)), byY = pull * y;
            for (int k = layers - 1; k >= 0; k--)
            {
                ReadOnlySpan<float> p = parameters.AsSpan(5 * k);
                (double w0, double w1, double u0, double u1) = (p[0], p[1], p[2], p[3]);
                double t = Math.Tanh((w0 * xs[k]) + (w1 * ys[k]) + p[4]);
                double g = 1 - (t * t), dot = (w0 * u0) + (w1 * u1), det = 1 + (dot * g);
                double byA = g * ((byX * u0) + (byY * u1) + (2 * dot * t / det));
                Span<double> sum = sums.AsSpan(5 * k);
                sum[0] += (byA * xs[k]) - (g / det * u0);
                sum[1] += (byA * ys[k]) - (g / det * u1);
                sum[2] += (byX * t) - (g / det * w0);
                sum[3] += (byY * t) - (g / det * w1);
                sum[4] += byA;
                byX += byA * w0;
                byY += byA * w1;
            }
        }

        return [.. sums.Select(sum => sum / count)];
    }

    private static double Planar(ReadOnlySpan<float> layer, ref double x, ref double y)
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
