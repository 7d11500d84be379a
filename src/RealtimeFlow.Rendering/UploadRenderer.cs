using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>
/// Draws on the CPU and shows the picture by OpenGL. Where the driver itself runs shaders on the CPU this is the faster way
/// to a window: 2.4 against 31 ms of one core for three panels at 1280 × 720 with Mesa's llvmpipe, 4.5 against 50 ms with 7,600
/// segments and a control panel over them. The rules of use are those of <see cref="FlowRenderer"/>.
/// </summary>
public sealed class UploadRenderer : IFrameRenderer
{
    private readonly GL _gl;
    private readonly SoftwareRenderer _software;
    private readonly GLPicture _picture;

    /// <summary>The picture has no size before <see cref="Resize"/>.</summary>
    /// <param name="gl">The functions of the context that is current on this thread.</param>
    /// <param name="workers">Threads that share a frame's work; the calling thread alone if null.</param>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    public UploadRenderer(GL gl, IWorkers? workers = null)
    {
        _software = new SoftwareRenderer(workers);
        Device = GraphicsDevice.Of(gl);
        _gl = gl;
        _picture = new GLPicture(gl, SizedInternalFormat.Rgba8);
    }

    /// <inheritdoc/>
    public FrameLayout Layout => _software.Layout;

    /// <summary>What shows the picture.</summary>
    public GraphicsDevice Device { get; }

    /// <inheritdoc/>
    public void Resize(int width, int height)
    {
        _picture.Resize(width, height);
        _software.Resize(width, height);
    }

    /// <inheritdoc/>
    public void Arrange(in FrameInfo frame) => _software.Arrange(frame);

    /// <summary>Draws a frame and copies it to framebuffer 0, the window; a context without one keeps the picture for <see cref="ReadPixels"/>.</summary>
    /// <exception cref="ArgumentException">The frame has no panels or too many, or an exposure that is no positive number.</exception>
    public void Render(in FrameInfo frame)
    {
        _software.Render(frame);
        if (!_picture.IsEmpty)
        {
            DrawState.Set(_gl);
            _picture.Upload(_software.Pixels);
            _picture.Present(0);
        }
    }

    /// <inheritdoc/>
    public void ReadPixels(Span<byte> rgba) => _software.ReadPixels(rgba);

    /// <summary>Frees all it made in the context, which must be current.</summary>
    public void Dispose() => _picture.Dispose();
}
