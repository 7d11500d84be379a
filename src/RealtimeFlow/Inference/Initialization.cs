using RealtimeFlow.Flows;
using RealtimeFlow.Numerics;
using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>Raw parameters to start from.</summary>
internal static class Initialization
{
    /// <summary>
    /// A standard normal base; planar w ~ N(0, 1), u ~ 0.3 N(0, 1), b = 0: directions spread over the circle, maps near the identity;
    /// radial centres ~ N(0, 1), α = 1, β near 0.
    /// </summary>
    public static float[] Draw(FlowShape shape, ulong seed)
    {
        float[] raw = new float[shape.ParameterCount];
        new RandomStream(seed, StreamNumbers.Initialization).FillNormal(0, raw);
        raw.AsSpan(0, 2 * shape.Dimension).Clear();
        int dimension = shape.Dimension;
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<float> numbers = raw.AsSpan(shape.Layer(layer));
            if (shape.Layers[layer] == LayerKind.Planar)
            {
                foreach (ref float u in numbers.Slice(dimension, dimension))
                {
                    u *= 0.3f;
                }

                numbers[2 * dimension] = 0;
            }
            else
            {
                float one = (float)ScalarMath.InverseSoftplus(1);
                numbers[dimension] = one;
                numbers[dimension + 1] = one + (0.1f * numbers[dimension + 1]);
            }
        }

        return raw;
    }
}
