using System.Numerics.Tensors;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>System.Numerics.Tensors in blocks that stay in the first-level cache; its tanh loses its digits near zero, which is its business.</summary>
internal static class TensorPeer
{
    private const int Block = 1024;

    public static void Transform(ReadOnlySpan<PlanarParameters> layers, ReadOnlySpan<float> points, Span<float> result, Span<float> logDeterminant)
    {
        int count = logDeterminant.Length;
        Span<float> memory = stackalloc float[2 * Block];
        for (int start = 0; start < count; start += Block)
        {
            int size = Math.Min(Block, count - start);
            Span<float> t = memory[..size];
            Span<float> g = memory.Slice(Block, size);
            Span<float> x = result.Slice(start, size);
            Span<float> y = result.Slice(count + start, size);
            Span<float> product = logDeterminant.Slice(start, size);
            points.Slice(start, size).CopyTo(x);
            points.Slice(count + start, size).CopyTo(y);
            product.Fill(1);
            foreach (ref readonly PlanarParameters layer in layers)
            {
                TensorPrimitives.Multiply(x, layer.W0, t);
                TensorPrimitives.FusedMultiplyAdd(y, layer.W1, t, t);
                TensorPrimitives.Add(t, layer.B, t);
                TensorPrimitives.Tanh(t, t);
                TensorPrimitives.FusedMultiplyAdd(t, layer.U0, x, x);
                TensorPrimitives.FusedMultiplyAdd(t, layer.U1, y, y);

                // det = (1 + k) − k t².
                TensorPrimitives.Multiply(t, t, g);
                TensorPrimitives.Multiply(g, -layer.Dot, g);
                TensorPrimitives.Add(g, 1 + layer.Dot, g);
                TensorPrimitives.Multiply(product, g, product);
            }

            TensorPrimitives.Log(product, product);
        }
    }
}
