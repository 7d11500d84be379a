using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>Draws a list of shapes, one instance each, in one call.</summary>
internal sealed class ShapePass : IDisposable
{
    private readonly GL _gl;
    private readonly uint _program;
    private readonly uint _vertexArray;
    private readonly uint _buffer;
    private readonly uint _smallSheet;
    private readonly uint _largeSheet;

    internal ShapePass(GL gl)
    {
        _gl = gl;
        _program = ShaderProgram.Link(gl, "shape.vert", "shape.frag");
        _buffer = gl.CreateBuffer();
        _vertexArray = gl.CreateVertexArray();
        gl.VertexArrayVertexBuffer(_vertexArray, 0, _buffer, 0, Shape.Size);
        gl.VertexArrayBindingDivisor(_vertexArray, 0, 1);
        for (uint attribute = 0; attribute < 6; attribute++)
        {
            gl.EnableVertexArrayAttrib(_vertexArray, attribute);
            gl.VertexArrayAttribBinding(_vertexArray, attribute, 0);
        }

        gl.VertexArrayAttribIFormat(_vertexArray, 0, 4, VertexAttribIType.Short, 0);
        gl.VertexArrayAttribIFormat(_vertexArray, 1, 1, VertexAttribIType.Int, Shape.KindOffset);
        gl.VertexArrayAttribIFormat(_vertexArray, 2, 4, VertexAttribIType.UnsignedByte, Shape.ColorOffset);
        gl.VertexArrayAttribFormat(_vertexArray, 3, 4, VertexAttribType.Float, false, Shape.EndsOffset);
        gl.VertexArrayAttribFormat(_vertexArray, 4, 4, VertexAttribType.Float, false, Shape.CutsOffset);
        gl.VertexArrayAttribFormat(_vertexArray, 5, 1, VertexAttribType.Float, false, Shape.ReachOffset);
        _smallSheet = Sheet(FontAtlas.Small);
        _largeSheet = Sheet(FontAtlas.Large);
    }

    internal unsafe void Draw(FrameLayout layout, Drawing drawing)
    {
        ReadOnlySpan<Shape> shapes = drawing.Shapes;
        if (shapes.IsEmpty)
        {
            return;
        }

        // New storage each time: writing into the old one would wait until what was in it is drawn.
        fixed (Shape* first = shapes)
        {
            _gl.NamedBufferData(_buffer, (nuint)shapes.Length * Shape.Size, first, BufferUsageARB.StreamDraw);
        }

        FontAtlas font = drawing.Font;
        _gl.UseProgram(_program);
        _gl.BindVertexArray(_vertexArray);
        _gl.BindTextureUnit(0, font == FontAtlas.Small ? _smallSheet : _largeSheet);
        _gl.Uniform2(0, 2f / layout.Width, 2f / layout.Height);
        _gl.Uniform4(1, font.CellWidth, font.CellHeight, FontAtlas.CellsPerRow, drawing.FontScale);

        // The picture stays opaque.
        _gl.Enable(EnableCap.Blend);
        _gl.BlendEquation(BlendEquationModeEXT.FuncAdd);
        _gl.BlendFuncSeparate(BlendingFactor.SrcAlpha, BlendingFactor.OneMinusSrcAlpha, BlendingFactor.Zero, BlendingFactor.One);
        _gl.DrawArraysInstanced(PrimitiveType.TriangleStrip, 0, 4, (uint)shapes.Length);
        _gl.Disable(EnableCap.Blend);
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
