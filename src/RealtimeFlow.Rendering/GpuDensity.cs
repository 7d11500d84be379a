using System.Diagnostics.CodeAnalysis;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>
/// What <see cref="DensityGrid"/> does, on the GPU: the exact log-density of a flow at the centre of every pixel of a square about the
/// origin, by inverting the flow at each. The rules of use are those of <see cref="FlowRenderer"/>.
/// </summary>
public sealed class GpuDensity : IDisposable
{
    // Of density.comp: the side of its workgroup.
    private const int GroupSide = 16;

    private readonly GL _gl;
    private readonly uint _program;
    private readonly FlowBuffer _flow;

    /// <summary>Compiles the shader; nothing is known before <see cref="Evaluate"/>.</summary>
    /// <param name="gl">The functions of the context that is current on this thread.</param>
    /// <param name="size">Width and height in pixels, at least 1.</param>
    /// <param name="viewRadius">Half the side of the square.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The driver makes no image of this size.</exception>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    /// <exception cref="InvalidOperationException">The driver refused the shader; the message has its file and the driver's log.</exception>
    public GpuDensity(GL gl, int size, float viewRadius)
    {
        _ = GraphicsDevice.Of(gl);
        _gl = gl;
        Fit(size, viewRadius);
        _program = ShaderProgram.Link(gl, "density.comp");
        _flow = new FlowBuffer(gl);
    }

    /// <summary>Half the side of the square.</summary>
    public float ViewRadius { get; private set; }

    /// <summary>Nats, as of the last evaluation. <see cref="Fit"/> may put another grid in its place.</summary>
    public GpuGrid LogDensity { get; private set; }

    /// <summary>Goes on with another square, or other pixels. Nothing is compiled anew.</summary>
    /// <param name="size">Width and height in pixels, at least 1.</param>
    /// <param name="viewRadius">Half the side of the square.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The driver makes no image of this size.</exception>
    [MemberNotNull(nameof(LogDensity))]
    public void Fit(int size, float viewRadius)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(viewRadius);
        LogDensity = GpuGrid.Fitting(LogDensity, _gl, size, isCounts: false);
        ViewRadius = viewRadius;
    }

    /// <summary>Has ln q_K computed at every pixel: the GPU is told, and not waited for. Allocates nothing.</summary>
    /// <param name="flow">A generative flow over a Gaussian in two dimensions.</param>
    /// <exception cref="ArgumentException">It is another.</exception>
    public void Evaluate(FlowDistribution flow)
    {
        _flow.Bind(flow);
        LogDensity.BindImage(BufferAccessARB.WriteOnly);
        _gl.UseProgram(_program);
        double logNormalizer = -Math.Log(2 * Math.PI);
        foreach (float logScale in flow.Parameters[flow.Shape.LogScale])
        {
            logNormalizer -= logScale;
        }

        _gl.Uniform1(0, ViewRadius);
        _gl.Uniform1(1, (float)logNormalizer);
        uint groups = (uint)((LogDensity.Size + GroupSide - 1) / GroupSide);
        _gl.DispatchCompute(groups, groups, 1);
        LogDensity.Publish();
    }

    /// <summary>Frees all it made on the GPU; the context must be current.</summary>
    public void Dispose()
    {
        _gl.DeleteProgram(_program);
        _flow.Dispose();
        LogDensity.Dispose();
    }
}
