using RealtimeFlow.Density;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>A planar layer of the plane as a peer holds it: z + u tanh(w·z + b).</summary>
internal readonly record struct PlanarParameters(float W0, float W1, float U0, float U1, float B)
{
    /// <summary>w·u, so that the determinant is 1 + w·u (1 − tanh²).</summary>
    public float Dot => (W0 * U0) + (W1 * U1);

    public static PlanarParameters[] Of(FlowDistribution flow)
    {
        var layers = new PlanarParameters[flow.Shape.LayerCount];
        for (int i = 0; i < layers.Length; i++)
        {
            ReadOnlySpan<float> p = flow.Parameters[flow.Shape.Layer(i)];
            layers[i] = new(p[0], p[1], p[2], p[3], p[4]);
        }

        return layers;
    }
}
