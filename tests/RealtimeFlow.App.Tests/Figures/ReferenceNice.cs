using RealtimeFlow.App.Figures;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.App.Tests.Figures;

/// <summary>NICE on the plane in float64, point by point, from the parameters' block and the maps between the layers.</summary>
internal sealed class ReferenceNice(double[] parameters, double[][] mixing)
{
    private const int Hidden = NiceKernels.Hidden;

    public static ReferenceNice Of(NiceFlow flow, double[] parameters) =>
        new(parameters, [.. Enumerable.Range(0, flow.LayerCount).Select(layer => Vectors.ToDoubles(flow.Mixing(layer)))]);

    /// <summary>The point of some noise.</summary>
    public double[] Forward(double[] noise)
    {
        double[] z = [parameters[0] + (Math.Exp(parameters[2]) * noise[0]), parameters[1] + (Math.Exp(parameters[3]) * noise[1])];
        for (int layer = 0; layer < mixing.Length; layer++)
        {
            ReadOnlySpan<double> numbers = parameters.AsSpan(4 + (layer * ((3 * Hidden) + 1)), (3 * Hidden) + 1);
            double y = z[1] + numbers[^1];
            for (int h = 0; h < Hidden; h++)
            {
                y += numbers[(2 * Hidden) + h] * Math.Max((numbers[h] * z[0]) + numbers[Hidden + h], 0);
            }

            double[] r = mixing[layer];
            z = [(r[0] * z[0]) + (r[1] * y), (r[2] * z[0]) + (r[3] * y)];
        }

        return z;
    }

    /// <summary>E[ln q_0 + β U] over some noise, of which ln q_0 is that of an independent coordinate each.</summary>
    public double FreeEnergy(double[][] noise, double beta, Func<double[], double> energy) => noise.Average(epsilon =>
        (-0.5 * Vectors.Dot(epsilon, epsilon)) - Math.Log(2 * Math.PI) - parameters[2] - parameters[3] + (beta * energy(Forward(epsilon))));
}
