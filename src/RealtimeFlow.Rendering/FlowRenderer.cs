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
    private readonly PanelTexture _legend;
    private readonly OverlayPass _overlayPass;
    private readonly uint _panelProgram;
    private readonly uint _noVertices;
    private readonly uint _colors;
    private readonly uint _framebuffer;
    private ColorMap? _colorsOf;
    private uint _picture;
    private int _width;
    private int _height;

    /// <summary>Compiles the shaders. The picture has no size before <see cref="Resize"/>.</summary>
    /// <param name="gl">The functions of the context that is current on this thread.</param>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    /// <exception cref="InvalidOperationException">The driver refused a shader; the message has its file and the driver's log.</exception>
    public FlowRenderer(GL gl)
    {
        ArgumentNullException.ThrowIfNull(gl);
        int major = gl.GetInteger(GetPName.MajorVersion);
        int minor = gl.GetInteger(GetPName.MinorVersion);
        if ((major, minor).CompareTo((4, 5)) < 0)
        {
            throw new NotSupportedException($"FlowRenderer needs OpenGL 4.5 and was given a context of {major}.{minor}: ask the window for API version 4.5 core, or draw with SoftwareRenderer.");
        }

        _gl = gl;
        Device = gl.GetStringS(StringName.Renderer);
        DeviceVersion = gl.GetStringS(StringName.Version);
        DrawState.SetTransfer(gl);
        _panelProgram = ShaderProgram.Link(gl, "panel.vert", "panel.frag");
        _noVertices = gl.CreateVertexArray();
        _colors = Textures.Create(gl, ColorTable.Entries, 1, SizedInternalFormat.Rgba8);
        _framebuffer = gl.CreateFramebuffer();
        _overlayPass = new OverlayPass(gl);
        _legend = new PanelTexture(gl);
        for (int index = 0; index < _panels.Length; index++)
        {
            _panels[index] = new PanelTexture(gl);
        }
    }

    /// <inheritdoc/>
    public FrameLayout Layout { get; } = new();

    /// <summary>The driver's name for what draws.</summary>
    public string Device { get; }

    /// <summary>The driver's version line.</summary>
    public string DeviceVersion { get; }

    /// <summary>Whether the driver draws on the CPU (Mesa's llvmpipe or softpipe): worth telling, lest the program be blamed for its pace.</summary>
    public bool IsSoftware => Device.Contains("llvmpipe", StringComparison.Ordinal) || Device.Contains("softpipe", StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Resize(int width, int height)
    {
        FrameSize.Check(width, height);
        if ((width, height) == (_width, _height))
        {
            return;
        }

        _gl.DeleteTexture(_picture);
        _picture = 0;
        (_width, _height) = (width, height);
        if (width > 0 && height > 0)
        {
            _picture = Textures.Create(_gl, width, height, SizedInternalFormat.Rgba8);
            _gl.NamedFramebufferTexture(_framebuffer, FramebufferAttachment.ColorAttachment0, _picture, 0);
        }
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
        frame.Validate();
        if (_width == 0 || _height == 0)
        {
            return;
        }

        Layout.Update(_width, _height, frame);
        _overlay.Compose(Layout, frame);
        DrawState.Set(_gl);
        _gl.BindFramebuffer(FramebufferTarget.Framebuffer, _framebuffer);
        Clear();
        FillColors(frame.ColorMap);
        DrawPanels(frame);
        _gl.Viewport(0, 0, (uint)_width, (uint)_height);
        _overlayPass.Draw(Layout, _overlay.Quads);
        Present(targetFramebuffer);
    }

    /// <inheritdoc/>
    public unsafe void ReadPixels(Span<byte> rgba)
    {
        FrameSize.CheckRoom(rgba, _width, _height);
        if (_picture == 0)
        {
            return;
        }

        DrawState.SetTransfer(_gl);
        fixed (byte* first = rgba)
        {
            _gl.BindFramebuffer(FramebufferTarget.ReadFramebuffer, _framebuffer);
            _gl.ReadPixels(0, 0, (uint)_width, (uint)_height, PixelFormat.Rgba, PixelType.UnsignedByte, first);
        }
    }

    /// <summary>Frees all it made on the GPU; the context must be current.</summary>
    public void Dispose()
    {
        foreach (PanelTexture panel in _panels)
        {
            panel.Dispose();
        }

        _legend.Dispose();
        _overlayPass.Dispose();
        _gl.DeleteFramebuffer(_framebuffer);
        _gl.DeleteTexture(_picture);
        _gl.DeleteTexture(_colors);
        _gl.DeleteVertexArray(_noVertices);
        _gl.DeleteProgram(_panelProgram);
    }

    private void DrawPanels(in FrameInfo frame)
    {
        _gl.UseProgram(_panelProgram);
        _gl.BindVertexArray(_noVertices);
        _gl.BindTextureUnit(2, _colors);
        _gl.Uniform2(3, ToneCurve.Contrast, ToneCurve.Normalizer);
        _gl.Uniform3(4, Palette.Channel(Palette.NotANumber, 0), Palette.Channel(Palette.NotANumber, 1), Palette.Channel(Palette.NotANumber, 2));
        for (int index = 0; index < frame.Panels.Length; index++)
        {
            DrawPanel(_panels[index], frame.Panels[index], Layout.Panels[index], frame.Exposure);
        }

        DrawPanel(_legend, Legend.Panel, Layout.Legend, Legend.Exposure);
    }

    private void DrawPanel(PanelTexture texture, in Panel panel, PixelRect rect, float exposure)
    {
        if (rect.IsEmpty)
        {
            return;
        }

        texture.Bind(panel);
        _gl.Uniform4(0, rect.X, rect.Y, rect.Width, (float)rect.Height);
        _gl.Uniform1(1, panel.IsCounts ? 1 : 0);
        _gl.Uniform1(2, panel.IsCounts ? (float)(panel.DensityPerCount / exposure) : MathF.Log(exposure));
        _gl.Viewport(rect.X, rect.Y, (uint)rect.Width, (uint)rect.Height);
        _gl.DrawArrays(PrimitiveType.Triangles, 0, 3);
    }

    /// <summary>Row 0 of the picture is the top one, as in a file; framebuffers of windows begin at the bottom.</summary>
    private void Present(uint target)
    {
        if (target == 0 && _gl.CheckNamedFramebufferStatus(0, FramebufferTarget.DrawFramebuffer) == GLEnum.FramebufferUndefined)
        {
            return;
        }

        _gl.BlitNamedFramebuffer(
            _framebuffer, target, 0, _height, _width, 0, 0, 0, _width, _height, ClearBufferMask.ColorBufferBit, BlitFramebufferFilter.Nearest);
        _gl.BindFramebuffer(FramebufferTarget.Framebuffer, target);
    }

    private unsafe void Clear()
    {
        float* background = stackalloc float[4];
        for (int channel = 0; channel < 3; channel++)
        {
            background[channel] = Palette.Channel(Palette.Background, channel);
        }

        background[3] = 1;
        _gl.ClearNamedFramebuffer(_framebuffer, BufferKind.Color, 0, background);
    }

    private unsafe void FillColors(ColorMap map)
    {
        if (_colorsOf == map)
        {
            return;
        }

        fixed (byte* rgb = ColorTable.Rgb(map))
        {
            _gl.TextureSubImage2D(_colors, 0, 0, 0, ColorTable.Entries, 1, PixelFormat.Rgb, PixelType.UnsignedByte, rgb);
        }

        _colorsOf = map;
    }
}
