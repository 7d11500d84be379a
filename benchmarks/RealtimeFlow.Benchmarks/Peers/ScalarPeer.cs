namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>The plain loop, one particle after the other, with the base library's tanh.</summary>
internal static class ScalarPeer
{
    public static void Transform(ReadOnlySpan<PlanarParameters> layers, ReadOnlySpan<float> points, Span<float> result, Span<float> logDeterminant)
    {
        int count = logDeterminant.Length;
        for (int i = 0; i < count; i++)
        {
            float x = points[i], y = points[count + i], product = 1;
            foreach (ref readonly PlanarParameters layer in layers)
            {
                float t = MathF.Tanh((layer.W0 * x) + (layer.W1 * y) + layer.B);
                product *= 1 + (layer.Dot * (1 - (t * t)));
                x += layer.U0 * t;
                y += layer.U1 * t;
            }

            result[i] = x;
            result[count + i] = y;
            logDeterminant[i] = MathF.Log(product);
        }
    }
}
