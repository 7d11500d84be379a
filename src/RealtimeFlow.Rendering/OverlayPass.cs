using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>Draws the quads of an <see cref="Overlay"/>, one instance each, in one call.</summary>
internal sealed class OverlayPass : IDisposable
{
    private readonly GL _gl;
    private readonly uint _program;
    private readonly uint _vertexArray;
    private readonly uint _buffer;
    private readonly uint _smallSheet;
    private readonly uint _largeSheet;

    internal OverlayPass(GL gl)
    {
        _gl = gl;
        _program = ShaderProgram.Link(gl, "overlay.vert", "overlay.frag");
        _buffer = gl.CreateBuffer();
        _vertexArray = gl.CreateVertexArray();
        gl.VertexArrayVertexBuffer(_vertexArray, 0, _buffer, 0, Quad.Size);
        gl.VertexArrayBindingDivisor(_vertexArray, 0, 1);
        for (uint attribute = 0; attribute < 3; attribute++)
        {
            gl.EnableVertexArrayAttrib(_vertexArray, attribute);
            gl.VertexArrayAttribBinding(_vertexArray, attribute, 0);
        }

        gl.VertexArrayAttribIFormat(_vertexArray, 0, 4, VertexAttribIType.Short, 0);
        gl.VertexArrayAttribIFormat(_vertexArray, 1, 1, VertexAttribIType.Int, Quad.CellOffset);
        gl.VertexArrayAttribIFormat(_vertexArray, 2, 4, VertexAttribIType.UnsignedByte, Quad.ColorOffset);
        _smallSheet = Sheet(FontAtlas.Small);
        _largeSheet = Sheet(FontAtlas.Large);
    }

    internal unsafe void Draw(FrameLayout layout, ReadOnlySpan<Quad> quads)
    {
        // New storage each frame: writing into the old one would wait until the last frame's quads are drawn.
        fixed (Quad* first = quads)
        {
            _gl.NamedBufferData(_buffer, (nuint)quads.Length * Quad.Size, first, BufferUsageARB.StreamDraw);
        }

        FontAtlas font = layout.Font;
        _gl.UseProgram(_program);
        _gl.BindVertexArray(_vertexArray);
        _gl.BindTextureUnit(0, font == FontAtlas.Small ? _smallSheet : _largeSheet);
        _gl.Uniform2(0, 2f / layout.Width, 2f / layout.Height);
        _gl.Uniform4(1, font.CellWidth, font.CellHeight, FontAtlas.CellsPerRow, layout.Scale);
        _gl.Uniform3(2, Palette.Level(Palette.Background, 0), Palette.Level(Palette.Background, 1), Palette.Level(Palette.Background, 2));
        _gl.DrawArraysInstanced(PrimitiveType.TriangleStrip, 0, 4, (uint)quads.Length);
    }

    public void Dispose()
    {
        _gl.DeleteProgram(_program);
        _gl.DeleteVertexArray(_vertexArray);
        _gl.DeleteBuffer(_buffer);
        _gl.DeleteTexture(_smallSheet);
        _gl.DeleteTexture(_largeSheet);
    }

    private unsafe uint Sheet(FontAtlas font)
    {
        uint sheet = Textures.Create(_gl, font.Width, font.Height, SizedInternalFormat.R8);
        fixed (byte* coverage = font.Coverage)
        {
            _gl.TextureSubImage2D(sheet, 0, 0, 0, (uint)font.Width, (uint)font.Height, PixelFormat.Red, PixelType.UnsignedByte, coverage);
        }

        return sheet;
    }
}
