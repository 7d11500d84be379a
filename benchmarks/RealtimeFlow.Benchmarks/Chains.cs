using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Benchmarks;

/// <summary>The flows that are timed: freshly drawn, mildly curved, the same in every run.</summary>
internal static class Chains
{
    public static FlowDistribution Draw(string formula, int dimension = 2)
    {
        FlowShape shape = FlowShape.Parse(formula, dimension);
        float[] parameters = Initialization.Draw(shape, seed: 1);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<float> numbers = parameters.AsSpan(shape.Layer(layer));
            float[] raw = numbers.ToArray();
            shape.Layers[layer].Constrain(shape.Dimension, FlowConstraint.Identity, raw, numbers);
        }

        return new FlowDistribution(shape, parameters);
    }
}
