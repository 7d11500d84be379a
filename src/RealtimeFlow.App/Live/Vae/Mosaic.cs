using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>Images of one size, edge to edge in rows, as one picture that a panel shows.</summary>
/// <param name="columns">Images in a row.</param>
/// <param name="rows">Rows.</param>
/// <param name="height">Rows of pixels of an image.</param>
/// <param name="width">Pixels of such a row.</param>
internal sealed class Mosaic(int columns, int rows, int height, int width)
{
    private readonly byte[] _samples = new byte[columns * width * rows * height];

    /// <summary>Images in a row.</summary>
    public int Columns => columns;

    /// <summary>Images.</summary>
    public int Count => columns * rows;

    /// <summary>Puts an image into a place, row after row from the top left one.</summary>
    /// <param name="place">Which.</param>
    /// <param name="pixels">From 0, black, to 1, white; what lies beyond is cut off, since no screen shows it.</param>
    public void Put(int place, ReadOnlySpan<float> pixels)
    {
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = RowOf(place, y);
            for (int x = 0; x < width; x++)
            {
                row[x] = (byte)((255 * Math.Clamp(pixels[(y * width) + x], 0, 1)) + 0.5f);
            }
        }
    }

    /// <summary>Leaves a place black.</summary>
    public void Clear(int place)
    {
        for (int y = 0; y < height; y++)
        {
            RowOf(place, y).Clear();
        }
    }

    /// <summary>The panel.</summary>
    /// <param name="title">The line above it.</param>
    /// <param name="view">The part of the plane that it covers.</param>
    public Panel Panel(string title, PlaneView view) => Rendering.Panel.OfImage(title, _samples, columns * width, rows * height, 1, view);

    private Span<byte> RowOf(int place, int y) =>
        _samples.AsSpan((((((place / columns) * height) + y) * columns) + (place % columns)) * width, width);
}
