using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>The grid of one panel on the GPU; made anew when its size or kind changes.</summary>
internal sealed class PanelTexture(GL gl) : IDisposable
{
    private uint _texture;
    private (int Columns, int Rows, SizedInternalFormat Format) _shape;

    /// <summary>Binds the panel's grid, uploaded unless it lies on the GPU, to the texture unit of its kind (see panel.frag).</summary>
    internal void Bind(in Panel panel)
    {
        if (panel.Grid == null)
        {
            Upload(panel);
        }

        gl.BindTextureUnit(panel.Kind == PanelKind.Counts ? 0u : 1u, panel.Grid?.Texture ?? _texture);
    }

    public void Dispose() => gl.DeleteTexture(_texture);

    private void Upload(in Panel panel)
    {
        switch (panel.Kind)
        {
            case PanelKind.Counts:
                Upload(panel, panel.Counts.Span, SizedInternalFormat.R32ui, PixelFormat.RedInteger, PixelType.UnsignedInt);
                break;
            case PanelKind.Image when panel.Channels == 1:
                Upload(panel, panel.Samples.Span, SizedInternalFormat.R8, PixelFormat.Red, PixelType.UnsignedByte);
                break;
            case PanelKind.Image:
                Upload(panel, panel.Samples.Span, SizedInternalFormat.Rgb8, PixelFormat.Rgb, PixelType.UnsignedByte);
                break;
            default:
                Upload(panel, panel.Values.Span, SizedInternalFormat.R32f, PixelFormat.Red, PixelType.Float);
                break;
        }
    }

    private unsafe void Upload<T>(in Panel panel, ReadOnlySpan<T> cells, SizedInternalFormat format, PixelFormat pixels, PixelType type)
        where T : unmanaged
    {
        if (_shape != (panel.Columns, panel.Rows, format))
        {
            gl.DeleteTexture(_texture);
            _texture = Textures.Create(gl, panel.Columns, panel.Rows, format);
            _shape = (panel.Columns, panel.Rows, format);
        }

        fixed (T* first = cells)
        {
            gl.TextureSubImage2D(_texture, 0, 0, 0, (uint)panel.Columns, (uint)panel.Rows, pixels, type, first);
        }
    }
}
