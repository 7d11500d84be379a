using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>Raw parameters to start from.</summary>
internal static class Initialization
{
    /// <summary>A standard normal base, and layers near the identity.</summary>
    public static float[] Draw(FlowShape shape, ulong seed)
    {
        float[] raw = new float[shape.ParameterCount];
        new RandomStream(seed, StreamNumbers.Initialization).FillNormal(0, raw);
        raw.AsSpan(0, 2 * shape.Dimension).Clear();
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            shape.Layers[layer].Initialize(shape.Dimension, raw.AsSpan(shape.Layer(layer)));
        }

        return raw;
    }
}
