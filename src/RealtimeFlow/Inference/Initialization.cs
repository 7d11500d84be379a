using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>Raw parameters to start from.</summary>
internal static class Initialization
{
    /// <summary>A standard normal base, and layers near the identity.</summary>
    public static float[] Draw(FlowShape shape, ulong seed)
    {
        float[] raw = Normals(seed, 0, shape.ParameterCount);
        raw.AsSpan(0, 2 * shape.Dimension).Clear();
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            shape.Layers[layer].Initialize(shape.Dimension, raw.AsSpan(shape.Layer(layer)));
        }

        return raw;
    }

    /// <summary>A layer that is the identity, to join a flow of that shape: the first random numbers that no layer of it was drawn from.</summary>
    public static float[] DrawIdentity(LayerKind kind, FlowShape shape, FlowConstraint constraint, ulong seed)
    {
        float[] raw = Normals(seed, shape.ParameterCount, kind.ParameterCount(shape.Dimension));
        kind.InitializeIdentity(shape.Dimension, constraint, raw);
        return raw;
    }

    private static float[] Normals(ulong seed, int first, int count)
    {
        float[] numbers = new float[count];
        new RandomStream(seed, StreamNumbers.Initialization).FillNormal((ulong)first, numbers);
        return numbers;
    }
}
