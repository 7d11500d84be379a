using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>
/// Draws frames by OpenGL 4.5 core into a picture of its own and copies it to a framebuffer of the host. It knows no
/// window: any context will do, from this project's hosts, from Silk.NET.Windowing (ask for API version 4.5; its default
/// is 3.3) or from elsewhere. All calls belong on the thread on which that context is current. Whatever settings it finds,
/// it sets those it needs, and leaves them so: an embedder sets its own program, vertex array, textures, viewport, tests,
/// masks and pixel-store settings before it draws again.
/// </summary>
public sealed class FlowRenderer : IFrameRenderer
{
    private readonly GL _gl;
    private readonly Overlay _overlay = new();
    private readonly PanelTexture[] _panels = new PanelTexture[FrameInfo.MaxPanels];
    private readonly PanelTexture[] _legends;
    private readonly ShapePass _shapePass;
    private readonly GLPicture _picture;
    private readonly uint _panelProgram;
    private readonly uint _noVertices;
    private readonly uint _colors;
    private ColorMap? _colorsOf;

    /// <summary>Compiles the shaders. The picture has no size before <see cref="Resize"/>.</summary>
    /// <param name="gl">The functions of the context that is current on this thread.</param>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    /// <exception cref="InvalidOperationException">The driver refused a shader; the message has its file and the driver's log.</exception>
    public FlowRenderer(GL gl)
    {
        Device = GraphicsDevice.Of(gl);
        _gl = gl;
        DrawState.SetTransfer(gl);
        _panelProgram = ShaderProgram.Link(gl, "panel.vert", "panel.frag");
        _noVertices = gl.CreateVertexArray();
        _colors = Textures.Create(gl, ColorTable.Entries, 2, SizedInternalFormat.Rgba8);
        SetColors(1, ColorTable.Differences);

        // Many strokes over one another, each rounded to 8 bits as the driver likes, would add up to some levels.
        _picture = new GLPicture(gl, SizedInternalFormat.Rgba16);
        _shapePass = new ShapePass(gl);
        _legends = [.. Layout.Legends.Select(_ => new PanelTexture(gl))];
        for (int index = 0; index < _panels.Length; index++)
        {
            _panels[index] = new PanelTexture(gl);
        }
    }

    /// <inheritdoc/>
    public FrameLayout Layout { get; } = new();

    /// <summary>What draws.</summary>
    public GraphicsDevice Device { get; }

    /// <inheritdoc/>
    public void Resize(int width, int height) => _picture.Resize(width, height);

    /// <inheritdoc/>
    public void Arrange(in FrameInfo frame)
    {
        frame.Validate();
        Layout.Update(_picture.Width, _picture.Height, frame);
    }

    /// <summary>Draws a frame and copies it to framebuffer 0, the window. A context without one (a headless one) keeps the picture for <see cref="ReadPixels"/>.</summary>
    /// <exception cref="ArgumentException">The frame has no panels or too many, or an exposure that is no positive number.</exception>
    public void Render(in FrameInfo frame) => Render(frame, 0);

    /// <summary>Draws a frame and copies it to a framebuffer, whose size in pixels should be that of the last <see cref="Resize"/>.</summary>
    /// <param name="frame">What to show.</param>
    /// <param name="targetFramebuffer">The framebuffer's name; 0 is the window, left out where there is none.</param>
    /// <exception cref="ArgumentException">The frame has no panels or too many, or an exposure that is no positive number.</exception>
    public void Render(in FrameInfo frame, uint targetFramebuffer)
    {
        Arrange(frame);
        if (_picture.IsEmpty)
        {
            return;
        }

        _overlay.Compose(Layout, frame);
        DrawState.Set(_gl);
        _picture.Begin();
        DrawPanels(frame);
        _gl.Viewport(0, 0, (uint)_picture.Width, (uint)_picture.Height);
        _shapePass.Draw(Layout, _overlay.Drawing);
        if (frame.Drawing != null)
        {
            _shapePass.Draw(Layout, frame.Drawing);
        }

        _picture.Present(targetFramebuffer);
    }

    /// <inheritdoc/>
    public void ReadPixels(Span<byte> rgba) => _picture.Read(rgba);

    /// <summary>Frees all it made on the GPU; the context must be current.</summary>
    public void Dispose()
    {
        foreach (PanelTexture texture in _panels.Concat(_legends))
        {
            texture.Dispose();
        }

        _shapePass.Dispose();
        _picture.Dispose();
        _gl.DeleteTexture(_colors);
        _gl.DeleteVertexArray(_noVertices);
        _gl.DeleteProgram(_panelProgram);
    }

    private void DrawPanels(in FrameInfo frame)
    {
        FillColors(frame.ColorMap);
        _gl.UseProgram(_panelProgram);
        _gl.BindVertexArray(_noVertices);
        _gl.BindTextureUnit(2, _colors);
        _gl.Uniform3(4, Palette.Channel(Palette.NotANumber, 0), Palette.Channel(Palette.NotANumber, 1), Palette.Channel(Palette.NotANumber, 2));
        for (int index = 0; index < frame.Panels.Length; index++)
        {
            ref readonly Panel panel = ref frame.Panels[index];
            DrawPanel(_panels[index], panel, Layout.Panels[index], frame.ExposureOf(panel.Kind), frame.Scale);
        }

        for (int index = 0; index < _legends.Length; index++)
        {
            Legend legend = Layout.Legends[index];
            DrawPanel(_legends[index], legend.Panel, legend.Bar, Legend.Exposure, frame.Scale);
        }
    }

    private void DrawPanel(PanelTexture texture, in Panel panel, PixelRect rect, float exposure, DensityScale scale)
    {
        if (rect.IsEmpty)
        {
            return;
        }

        ToneCurve curve = ToneCurve.Of(panel.Kind, scale);
        texture.Bind(panel);
        _gl.Uniform4(0, rect.X, rect.Y, rect.Width, (float)rect.Height);
        _gl.Uniform2(1, (int)panel.Kind, panel.Channels);
        _gl.Uniform1(2, panel.Factor(exposure));
        _gl.Uniform2(3, (float)panel.Columns / rect.Width, (float)panel.Rows / rect.Height);
        _gl.Uniform4(5, curve.Offset, curve.Contrast, curve.Low, curve.High);
        _gl.Uniform2(6, curve.Slope, curve.Start);
        _gl.Viewport(rect.X, rect.Y, (uint)rect.Width, (uint)rect.Height);
        _gl.DrawArrays(PrimitiveType.Triangles, 0, 3);
    }

    private void FillColors(ColorMap map)
    {
        if (_colorsOf != map)
        {
            SetColors(0, ColorTable.Rgb(map));
            _colorsOf = map;
        }
    }

    private unsafe void SetColors(int row, ReadOnlySpan<byte> colors)
    {
        fixed (byte* rgb = colors)
        {
            _gl.TextureSubImage2D(_colors, 0, 0, row, ColorTable.Entries, 1, PixelFormat.Rgb, PixelType.UnsignedByte, rgb);
        }
    }
}
