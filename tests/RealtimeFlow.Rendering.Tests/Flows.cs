using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Rendering.Tests;

/// <summary>Flows with drawn parameters.</summary>
internal static class Flows
{
    /// <summary>A flow of a formula; an empty one is the base alone.</summary>
    internal static FlowDistribution Random(string formula, ulong seed)
    {
        FlowShape shape = formula.Length == 0 ? new FlowShape(2) : FlowShape.Parse(formula, dimension: 2);
        float[] parameters = new float[shape.ParameterCount];
        new RandomStream(seed, 77).FillNormal(0, parameters);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<float> numbers = parameters.AsSpan(shape.Layer(layer));
            if (shape.Layers[layer] == LayerKind.Planar)
            {
                // û = (s − 1) w / ‖w‖², s from near a fold to steep.
                bool isSteep = layer % 8 == 7;
                float k = isSteep ? 20 : ((layer % 4) - 0.9f) * 0.7f;
                float length = isSteep ? 8 : 1.5f;
                float norm = MathF.Sqrt((numbers[0] * numbers[0]) + (numbers[1] * numbers[1]));
                for (int i = 0; i < 2; i++)
                {
                    numbers[i] *= length / norm;
                    numbers[2 + i] = k / (length * length) * numbers[i];
                }
            }
            else
            {
                // α and s = α + β.
                numbers[2] = 0.2f + MathF.Abs(numbers[2]);
                numbers[3] = (0.1f + MathF.Abs(numbers[3])) - numbers[2];
            }
        }

        parameters[2] *= 0.2f;
        parameters[3] *= 0.2f;
        return new FlowDistribution(shape, parameters);
    }
}
