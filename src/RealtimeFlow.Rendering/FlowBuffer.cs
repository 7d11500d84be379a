using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>The numbers of a flow as flow.glsl reads them: 16 bytes of base, then 32 a layer, 1 KiB for 32 layers.</summary>
internal sealed class FlowBuffer(GL gl) : IDisposable
{
    private const int BaseFloats = 4, LayerFloats = 8;

    private readonly uint _buffer = gl.CreateBuffer();
    private float[] _floats = [];

    /// <summary>Uploads a flow's parameters and binds them for the shaders.</summary>
    /// <exception cref="ArgumentException">The shaders know nothing of such a flow.</exception>
    internal unsafe void Bind(FlowDistribution flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        FlowShape shape = flow.Shape;
        if (shape.Dimension != 2 || shape.Base != BaseKind.Gaussian || flow.Direction != FlowDirection.Generative)
        {
            throw new ArgumentException(
                $"The shaders run flows from a gaussian base to the plane; this one has {shape.Dimension} dimensions, a {shape.Base} base and the {flow.Direction} reading.",
                nameof(flow));
        }

        int length = BaseFloats + (LayerFloats * shape.LayerCount);
        if (_floats.Length != length)
        {
            _floats = new float[length];
        }

        Fill(flow);

        // New storage each time: writing into the old one would wait until the last frame has read it.
        fixed (float* first = _floats)
        {
            gl.NamedBufferData(_buffer, (nuint)length * sizeof(float), first, BufferUsageARB.StreamDraw);
        }

        gl.BindBufferBase(BufferTargetARB.ShaderStorageBuffer, 0, _buffer);
    }

    public void Dispose() => gl.DeleteBuffer(_buffer);

    private void Fill(FlowDistribution flow)
    {
        FlowShape shape = flow.Shape;
        ReadOnlySpan<float> parameters = flow.Parameters;
        parameters[shape.Location].CopyTo(_floats);
        ReadOnlySpan<float> logScale = parameters[shape.LogScale];
        for (int i = 0; i < logScale.Length; i++)
        {
            _floats[logScale.Length + i] = (float)Math.Exp(logScale[i]);
        }

        Span<float> rest = _floats.AsSpan(BaseFloats);
        for (int index = 0; index < shape.LayerCount; index++)
        {
            ReadOnlySpan<float> numbers = parameters[shape.Layer(index)];
            Span<float> layer = rest.Slice(LayerFloats * index, LayerFloats);
            double s = flow.Scale(index);
            if (shape.Layers[index] == LayerKind.Planar)
            {
                numbers[..5].CopyTo(layer);
                layer[5] = (float)(s - 1);
                layer[6] = (float)s;
                layer[7] = 1;
            }
            else
            {
                numbers[..3].CopyTo(layer);
                layer[3] = (float)s;
                layer[4..].Clear();
            }
        }
    }
}
