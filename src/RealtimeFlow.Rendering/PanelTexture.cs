using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>The grid of one panel on the GPU; made anew when its size or kind changes.</summary>
internal sealed class PanelTexture(GL gl) : IDisposable
{
    private uint _texture;
    private (int Columns, int Rows, bool IsCounts) _shape;

    /// <summary>Binds the panel's grid, uploaded unless it lies on the GPU, to the texture unit of its kind (see panel.frag).</summary>
    internal void Bind(in Panel panel)
    {
        if (panel.Grid == null)
        {
            Upload(panel);
        }

        gl.BindTextureUnit(panel.IsCounts ? 0u : 1u, panel.Grid?.Texture ?? _texture);
    }

    public void Dispose() => gl.DeleteTexture(_texture);

    private unsafe void Upload(in Panel panel)
    {
        (int, int, bool) shape = (panel.Columns, panel.Rows, panel.IsCounts);
        if (shape != _shape)
        {
            gl.DeleteTexture(_texture);
            _texture = Textures.Create(gl, panel.Columns, panel.Rows, panel.IsCounts ? SizedInternalFormat.R32ui : SizedInternalFormat.R32f);
            _shape = shape;
        }

        uint columns = (uint)panel.Columns;
        uint rows = (uint)panel.Rows;
        if (panel.IsCounts)
        {
            fixed (uint* counts = panel.Counts.Span)
            {
                gl.TextureSubImage2D(_texture, 0, 0, 0, columns, rows, PixelFormat.RedInteger, PixelType.UnsignedInt, counts);
            }
        }
        else
        {
            fixed (float* logDensity = panel.LogDensity.Span)
            {
                gl.TextureSubImage2D(_texture, 0, 0, 0, columns, rows, PixelFormat.Red, PixelType.Float, logDensity);
            }
        }
    }
}
