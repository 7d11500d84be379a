using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RealtimeFlow.Rendering;

/// <summary>Draws frames on the CPU, on the calling thread; needs nothing but memory.</summary>
public sealed class SoftwareRenderer : IFrameRenderer
{
    private const int ToneSteps = 4096;

    private readonly Overlay _overlay = new();

    // Colours at equal steps of brightness, finer than the colour map so that rounding to a step shows no edge.
    private readonly uint[] _tones = new uint[ToneSteps + 1];
    private ColorMap? _tonesOf;

    private uint[] _pixels = [];
    private float[] _relative = [];
    private float[] _gridRow = [];
    private float[] _pixelRow = [];
    private int[] _left = [];
    private float[] _part = [];
    private int _width;
    private int _height;

    /// <summary>The last drawn picture, red in the lowest byte, the top row first.</summary>
    internal ReadOnlySpan<uint> Pixels => _pixels.AsSpan(0, _width * _height);

    /// <inheritdoc/>
    public FrameLayout Layout { get; } = new();

    /// <inheritdoc/>
    public void Resize(int width, int height)
    {
        FrameSize.Check(width, height);
        _width = width;
        _height = height;
        Grow(ref _pixels, width * height);
    }

    /// <inheritdoc/>
    public void Render(in FrameInfo frame)
    {
        frame.Validate();
        if (_width == 0 || _height == 0)
        {
            return;
        }

        Layout.Update(_width, _height, frame);
        _overlay.Compose(Layout, frame);
        FillTones(frame.ColorMap);
        _pixels.AsSpan(0, Pixels.Length).Fill(Palette.Background);
        for (int index = 0; index < frame.Panels.Length; index++)
        {
            DrawPanel(frame.Panels[index], Layout.Panels[index], frame.Exposure);
        }

        DrawPanel(Legend.Panel, Layout.Legend, Legend.Exposure);

        foreach (ref readonly Quad quad in _overlay.Quads)
        {
            DrawQuad(quad);
        }
    }

    /// <inheritdoc/>
    public void ReadPixels(Span<byte> rgba)
    {
        FrameSize.CheckRoom(rgba, _width, _height);
        MemoryMarshal.AsBytes(Pixels).CopyTo(rgba);
    }

    /// <summary>Does nothing: all memory is managed.</summary>
    public void Dispose()
    {
    }

    private void DrawPanel(in Panel panel, PixelRect rect, float exposure)
    {
        if (rect.IsEmpty)
        {
            return;
        }

        if (panel.Grid != null)
        {
            throw new ArgumentException($"The grid of '{panel.Title}' lies on the GPU: FlowRenderer draws it.");
        }

        Span<float> relative = Grow(ref _relative, panel.Columns * panel.Rows);
        if (panel.IsCounts)
        {
            TensorPrimitives.ConvertSaturating(panel.Counts.Span, relative);
            TensorPrimitives.Multiply(relative, (float)(panel.DensityPerCount / exposure), relative);
        }
        else
        {
            TensorPrimitives.Subtract(panel.LogDensity.Span, MathF.Log(exposure), relative);
            TensorPrimitives.Exp(relative, relative);
        }

        Span<int> left = Grow(ref _left, rect.Width);
        Span<float> part = Grow(ref _part, rect.Width);
        for (int x = 0; x < rect.Width; x++)
        {
            (left[x], part[x]) = GridPosition(x + 0.5f, panel.Columns, rect.Width);
        }

        Span<float> gridRow = Grow(ref _gridRow, panel.Columns + 1)[..(panel.Columns + 1)];
        Span<float> pixelRow = Grow(ref _pixelRow, rect.Width)[..rect.Width];
        for (int y = 0; y < rect.Height; y++)
        {
            (int low, float upper) = GridPosition(rect.Height - (y + 0.5f), panel.Rows, rect.Height);
            int high = Math.Min(low + 1, panel.Rows - 1);
            TensorPrimitives.Lerp(
                relative.Slice(low * panel.Columns, panel.Columns), relative.Slice(high * panel.Columns, panel.Columns), upper, gridRow);
            // One more cell, the last one again, so that every pixel has a right neighbour.
            gridRow[^1] = gridRow[^2];
            for (int x = 0; x < pixelRow.Length; x++)
            {
                float start = gridRow[left[x]];
                pixelRow[x] = start + ((gridRow[left[x] + 1] - start) * part[x]);
            }

            TensorPrimitives.Multiply(pixelRow, ToneCurve.Contrast, pixelRow);
            TensorPrimitives.Add(pixelRow, 1f, pixelRow);
            TensorPrimitives.Log(pixelRow, pixelRow);
            TensorPrimitives.Multiply(pixelRow, ToneSteps * ToneCurve.Normalizer, pixelRow);
            Span<uint> target = _pixels.AsSpan(((rect.Y + y) * _width) + rect.X, rect.Width);
            for (int x = 0; x < pixelRow.Length; x++)
            {
                float tone = pixelRow[x];
                target[x] = float.IsNaN(tone) ? Palette.NotANumber : _tones[(int)(Math.Min(tone, ToneSteps) + 0.5f)];
            }
        }
    }

    /// <summary>The cell left of (below) a pixel's centre and the way to the next one; the same arithmetic as in panel.frag.</summary>
    private static (int Cell, float Part) GridPosition(float pixel, int cells, int pixels)
    {
        float grid = Math.Clamp((pixel * ((float)cells / pixels)) - 0.5f, 0, cells - 1);
        int cell = (int)grid;
        return (cell, grid - cell);
    }

    private void FillTones(ColorMap map)
    {
        if (_tonesOf == map)
        {
            return;
        }

        ReadOnlySpan<byte> rgb = ColorTable.Rgb(map);
        for (int step = 0; step <= ToneSteps; step++)
        {
            float entry = step * (ColorTable.Entries - 1f) / ToneSteps;
            int low = (int)entry;
            int high = Math.Min(low + 1, ColorTable.Entries - 1);
            uint color = 0xFF000000;
            for (int channel = 0; channel < 3; channel++)
            {
                float value = float.Lerp(rgb[(3 * low) + channel], rgb[(3 * high) + channel], entry - low);
                color |= (uint)(value + 0.5f) << (8 * channel);
            }

            _tones[step] = color;
        }

        _tonesOf = map;
    }

    private void DrawQuad(in Quad quad)
    {
        FontAtlas font = Layout.Font;
        int right = Math.Min(quad.X + quad.Width, _width);
        int bottom = Math.Min(quad.Y + quad.Height, _height);
        int sheetX = quad.Cell % FontAtlas.CellsPerRow * font.CellWidth;
        int sheetY = quad.Cell / FontAtlas.CellsPerRow * font.CellHeight;
        for (int y = Math.Max((int)quad.Y, 0); y < bottom; y++)
        {
            Span<uint> row = _pixels.AsSpan(y * _width, _width);
            for (int x = Math.Max((int)quad.X, 0); x < right; x++)
            {
                if (quad.Cell == Quad.Box)
                {
                    row[x] = quad.Color;
                    continue;
                }

                int sheetRow = sheetY + ((y - quad.Y) / Layout.Scale);
                byte coverage = font.Coverage[(sheetRow * font.Width) + sheetX + ((x - quad.X) / Layout.Scale)];
                row[x] = Mix(Palette.Background, quad.Color, coverage);
            }
        }
    }

    /// <summary>Whole levels, rounded to the nearest; the same arithmetic as in overlay.frag.</summary>
    private static uint Mix(uint from, uint to, int coverage)
    {
        uint mixed = 0xFF000000;
        for (int channel = 0; channel < 3; channel++)
        {
            int level = ((Palette.Level(from, channel) * (255 - coverage)) + (Palette.Level(to, channel) * coverage) + 127) / 255;
            mixed |= (uint)level << (8 * channel);
        }

        return mixed;
    }

    private static Span<T> Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }

        return buffer.AsSpan(0, length);
    }
}
