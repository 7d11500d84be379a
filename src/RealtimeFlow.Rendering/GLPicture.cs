using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>A picture on the GPU with a framebuffer to draw into it. Its row 0 is the top one, as in a file.</summary>
internal sealed class GLPicture(GL gl, SizedInternalFormat format) : IDisposable
{
    private readonly uint _framebuffer = gl.CreateFramebuffer();
    private uint _texture;

    internal int Width { get; private set; }

    internal int Height { get; private set; }

    internal bool IsEmpty => Width == 0 || Height == 0;

    internal void Resize(int width, int height)
    {
        FrameSize.Check(width, height);
        if ((width, height) == (Width, Height))
        {
            return;
        }

        gl.DeleteTexture(_texture);
        _texture = 0;
        (Width, Height) = (width, height);
        if (!IsEmpty)
        {
            _texture = Textures.Create(gl, width, height, format);
            gl.NamedFramebufferTexture(_framebuffer, FramebufferAttachment.ColorAttachment0, _texture, 0);
        }
    }

    /// <summary>Fills it with the background and lets draws go into it.</summary>
    internal unsafe void Begin()
    {
        gl.BindFramebuffer(FramebufferTarget.Framebuffer, _framebuffer);
        float* background = stackalloc float[4];
        for (int channel = 0; channel < 3; channel++)
        {
            background[channel] = Palette.Channel(Palette.Background, channel);
        }

        background[3] = 1;
        gl.ClearNamedFramebuffer(_framebuffer, BufferKind.Color, 0, background);
    }

    /// <summary>Replaces all of it.</summary>
    internal unsafe void Upload(ReadOnlySpan<uint> pixels)
    {
        fixed (uint* first = pixels)
        {
            gl.TextureSubImage2D(_texture, 0, 0, 0, (uint)Width, (uint)Height, PixelFormat.Rgba, PixelType.UnsignedByte, first);
        }
    }

    /// <summary>Copies it to a framebuffer, whose rows begin at the bottom; to none if that is a window's and there is no window.</summary>
    internal void Present(uint target)
    {
        if (target == 0 && gl.CheckNamedFramebufferStatus(0, FramebufferTarget.DrawFramebuffer) == GLEnum.FramebufferUndefined)
        {
            return;
        }

        gl.BlitNamedFramebuffer(
            _framebuffer, target, 0, Height, Width, 0, 0, 0, Width, Height, ClearBufferMask.ColorBufferBit, BlitFramebufferFilter.Nearest);
        gl.BindFramebuffer(FramebufferTarget.Framebuffer, target);
    }

    internal unsafe void Read(Span<byte> rgba)
    {
        FrameSize.CheckRoom(rgba, Width, Height);
        if (IsEmpty)
        {
            return;
        }

        DrawState.SetTransfer(gl);
        gl.BindFramebuffer(FramebufferTarget.ReadFramebuffer, _framebuffer);
        fixed (byte* first = rgba)
        {
            gl.ReadPixels(0, 0, (uint)Width, (uint)Height, PixelFormat.Rgba, PixelType.UnsignedByte, first);
        }
    }

    public void Dispose()
    {
        gl.DeleteFramebuffer(_framebuffer);
        gl.DeleteTexture(_texture);
    }
}
