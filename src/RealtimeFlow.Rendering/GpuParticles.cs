using System.Diagnostics.CodeAnalysis;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>
/// What <see cref="ParticleSystem"/> does, on the GPU: the same particles, made of the same random bits, go through the flow and into
/// the bins of a count image that stays where it is drawn. Up go the parameters of the flow, 1 KiB for 32 layers, and nothing comes back.
/// </summary>
/// <remarks>
/// Positions differ from the CPU's in their last digits, and so the counts by the few particles that stand on the border between two bins.
/// The rules of use are those of <see cref="FlowRenderer"/>.
/// </remarks>
public sealed class GpuParticles : IDisposable
{
    // Of particles.comp: its workgroup, and what an invocation makes: two calls of Philox, two particles each.
    private const int GroupSize = 256, CallsEach = 2, ParticlesEach = 4;

    // The most workgroups that every driver takes; then one dispatch is also some milliseconds at most.
    private const int MostGroups = 65_535;

    private readonly GL _gl;
    private readonly uint _program;
    private readonly FlowBuffer _flow;
    private RandomStream _stream;

    /// <summary>Compiles the shader; no particle is counted before <see cref="Advance"/>.</summary>
    /// <param name="gl">The functions of the context that is current on this thread.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="stream">Their noise; independent.</param>
    /// <param name="bins">Width and height of the square count image, at least 1.</param>
    /// <param name="viewRadius">Half the side of the square about the origin that is seen.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The stream is not independent, or the driver makes no image of this size.</exception>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    /// <exception cref="InvalidOperationException">The driver refused the shader; the message has its file and the driver's log.</exception>
    public GpuParticles(GL gl, int count, RandomStream stream, int bins, float viewRadius)
    {
        _ = GraphicsDevice.Of(gl);
        _gl = gl;
        Fit(count, stream, bins, viewRadius);
        _program = ShaderProgram.Link(gl, "particles.comp");
        _flow = new FlowBuffer(gl);
    }

    /// <summary>How many particles there are.</summary>
    public int Count { get; private set; }

    /// <summary>Half the side of the square about the origin that is seen.</summary>
    public float ViewRadius { get; private set; }

    /// <summary>Particles in each bin, as of the last <see cref="Advance"/>. <see cref="Fit"/> may put another grid in its place.</summary>
    public GpuGrid Counts { get; private set; }

    /// <summary>Goes on with other particles, or another picture of them. Nothing is compiled anew.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="stream">Their noise; independent.</param>
    /// <param name="bins">Width and height of the square count image, at least 1.</param>
    /// <param name="viewRadius">Half the side of the square about the origin that is seen.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The stream is not independent, or the driver makes no image of this size.</exception>
    [MemberNotNull(nameof(Counts))]
    public void Fit(int count, RandomStream stream, int bins, float viewRadius)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(viewRadius);
        if (stream.Sequence != RandomSequence.Independent)
        {
            throw new ArgumentException($"The shader makes independent points, not those of a sequence that is {stream.Sequence}.", nameof(stream));
        }

        Counts = GpuGrid.Fitting(Counts, _gl, bins, isCounts: true);
        (Count, _stream, ViewRadius) = (count, stream, viewRadius);
    }

    /// <summary>Has every particle sent through the flow and counted: the GPU is told, and not waited for. Allocates nothing.</summary>
    /// <param name="flow">A generative flow over a Gaussian in two dimensions.</param>
    /// <exception cref="ArgumentException">It is another.</exception>
    public unsafe void Advance(FlowDistribution flow)
    {
        _flow.Bind(flow);
        _gl.ClearTexImage(Counts.Texture, 0, PixelFormat.RedInteger, PixelType.UnsignedInt, null);
        Counts.BindImage(BufferAccessARB.ReadWrite);
        _gl.UseProgram(_program);
        _gl.Uniform2(0, (uint)_stream.Seed, (uint)(_stream.Seed >> 32));
        _gl.Uniform2(1, (uint)_stream.Stream, (uint)(_stream.Stream >> 32));
        _gl.Uniform1(3, (uint)Count);
        _gl.Uniform1(4, Counts.Size / (2 * ViewRadius));

        // Particles come in blocks of 32, of which the last may be used in part.
        long invocations = ((long)Count + 31) / 32 * (32 / ParticlesEach);
        for (long first = 0; first < invocations; first += MostGroups * GroupSize)
        {
            long groups = Math.Min((invocations - first + GroupSize - 1) / GroupSize, MostGroups);
            _gl.Uniform1(2, (uint)(first * CallsEach));
            _gl.DispatchCompute((uint)groups, 1, 1);
        }

        Counts.Publish();
    }

    /// <summary>Frees all it made on the GPU; the context must be current.</summary>
    public void Dispose()
    {
        _gl.DeleteProgram(_program);
        _flow.Dispose();
        Counts.Dispose();
    }
}
