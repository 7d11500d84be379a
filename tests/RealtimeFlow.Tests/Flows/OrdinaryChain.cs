using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Flows;

/// <summary>
/// Chains with the parameters of the golden files' ordinary cases: w ~ N(0, 1), u ~ N(0, 1/D) through the paper's constraint, b ~ N(0, 1),
/// centre ~ N(0, 1), ln α ~ N(0, 0.4²), β = −α + softplus(N(0, 2²)); a standard normal base.
/// </summary>
internal static class OrdinaryChain
{
    /// <summary>The block of effective parameters.</summary>
    public static float[] Draw(FlowShape shape, ulong seed)
    {
        int dimension = shape.Dimension;
        float[] numbers = new float[shape.ParameterCount];
        new RandomStream(seed, 123).FillNormal(0, numbers);
        numbers.AsSpan(0, 2 * dimension).Clear();
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<float> block = numbers.AsSpan(shape.Layer(layer));
            if (shape.Layers[layer] == LayerKind.Planar)
            {
                foreach (ref float u in block.Slice(dimension, dimension))
                {
                    u /= MathF.Sqrt(dimension);
                }

                LayerKind.Planar.Constrain(dimension, FlowConstraint.Paper, block.ToArray(), block);
            }
            else
            {
                double alpha = Math.Exp(0.4 * block[dimension]);
                block[dimension] = (float)alpha;
                block[dimension + 1] = (float)(-alpha + Math.Log(1 + Math.Exp(2 * block[dimension + 1])));
            }
        }

        return numbers;
    }
}
