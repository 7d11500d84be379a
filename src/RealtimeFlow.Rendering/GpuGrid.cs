using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>A square grid of values that was computed on the GPU and stays there: <see cref="FlowRenderer"/> draws it without a copy.</summary>
public sealed class GpuGrid : IDisposable
{
    private readonly GL _gl;

    /// <exception cref="ArgumentException">The driver makes no texture of this size.</exception>
    internal GpuGrid(GL gl, int size, bool isCounts)
    {
        _gl = gl;
        Size = size;
        IsCounts = isCounts;
        Texture = Textures.Create(gl, size, size, isCounts ? SizedInternalFormat.R32ui : SizedInternalFormat.R32f);
    }

    /// <summary>Width and height in cells.</summary>
    public int Size { get; }

    /// <summary>Whether the cells are counts; otherwise they are logarithms of a density.</summary>
    public bool IsCounts { get; }

    internal uint Texture { get; }

    /// <summary>Copies the counts, once they are computed; row 0 is the lowest, cell (i, j) at i + j · <see cref="Size"/>.</summary>
    /// <param name="counts">Room for size² numbers.</param>
    /// <exception cref="InvalidOperationException">The cells are no counts.</exception>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    public void Read(Span<uint> counts)
    {
        Require(IsCounts);
        Read(counts, PixelFormat.RedInteger, PixelType.UnsignedInt);
    }

    /// <summary>Copies the logarithms, once they are computed.</summary>
    /// <param name="logDensity">Room for size² numbers.</param>
    /// <exception cref="InvalidOperationException">The cells are counts.</exception>
    /// <inheritdoc cref="Read(Span{uint})"/>
    public void Read(Span<float> logDensity)
    {
        Require(!IsCounts);
        Read(logDensity, PixelFormat.Red, PixelType.Float);
    }

    /// <summary>Frees it; the context must be current.</summary>
    public void Dispose() => _gl.DeleteTexture(Texture);

    /// <summary>A grid if it has this size, else one in its place.</summary>
    /// <exception cref="ArgumentException">The driver makes no texture of this size.</exception>
    internal static GpuGrid Fitting(GpuGrid? grid, GL gl, int size, bool isCounts)
    {
        if (grid?.Size == size)
        {
            return grid;
        }

        GpuGrid fitting = new(gl, size, isCounts);
        grid?.Dispose();
        return fitting;
    }

    /// <summary>Lets a compute shader write it, as image 0.</summary>
    internal void BindImage(BufferAccessARB access) =>
        _gl.BindImageTexture(0, Texture, 0, false, 0, access, IsCounts ? InternalFormat.R32ui : InternalFormat.R32f);

    /// <summary>What a compute shader wrote is there for the draws and the reads that follow.</summary>
    internal void Publish() => _gl.MemoryBarrier(MemoryBarrierMask.TextureFetchBarrierBit | MemoryBarrierMask.TextureUpdateBarrierBit);

    private void Require(bool isKind)
    {
        if (!isKind)
        {
            throw new InvalidOperationException($"The grid holds {(IsCounts ? "counts" : "logarithms of a density")}.");
        }
    }

    private unsafe void Read<T>(Span<T> values, PixelFormat format, PixelType type)
        where T : unmanaged
    {
        if (values.Length < Size * Size)
        {
            throw new ArgumentException($"A grid of {Size} × {Size} cells has {Size * Size} values; there is room for {values.Length}.", nameof(values));
        }

        DrawState.SetTransfer(_gl);
        fixed (T* first = values)
        {
            _gl.GetTextureImage(Texture, 0, format, type, (uint)(values.Length * sizeof(T)), first);
        }
    }
}
