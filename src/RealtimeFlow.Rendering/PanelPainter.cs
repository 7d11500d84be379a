using System.Numerics;
using System.Numerics.Tensors;

namespace RealtimeFlow.Rendering;

/// <summary>Draws panels on the CPU, a band of rows of the picture at a time: the same arithmetic as in panel.frag. One for each thread, for its scratch memory.</summary>
internal sealed class PanelPainter
{
    private readonly float[][] _gridRows = [[], []];
    private readonly uint[][] _imageRows = [[], []];
    private readonly int[] _rowOf = new int[2];
    private float[] _mixedRow = [];
    private uint[] _mixedImageRow = [];
    private float[] _pixelRow = [];
    private int[] _toneRow = [];
    private int[] _left = [];
    private float[] _part = [];

    /// <summary>Draws what of a panel is in some rows of the picture.</summary>
    /// <param name="panel">The panel; its grid is in memory.</param>
    /// <param name="rect">Where it stands.</param>
    /// <param name="exposure">What it is relative to.</param>
    /// <param name="curve">Its tone curve.</param>
    /// <param name="tones">The colours by that curve.</param>
    /// <param name="pixels">The picture.</param>
    /// <param name="width">Of the picture.</param>
    /// <param name="top">The first row.</param>
    /// <param name="bottom">The row behind the last one.</param>
    internal void Paint(
        in Panel panel, PixelRect rect, float exposure, in ToneCurve curve, ToneTable tones, Span<uint> pixels, int width, int top, int bottom)
    {
        top = Math.Max(top, rect.Y);
        bottom = Math.Min(bottom, rect.Y + rect.Height);
        if (rect.Width <= 0 || top >= bottom)
        {
            return;
        }

        Span<int> left = Buffers.Grow(ref _left, rect.Width);
        Span<float> part = Buffers.Grow(ref _part, rect.Width);
        for (int x = 0; x < rect.Width; x++)
        {
            (left[x], part[x]) = GridPosition(x + 0.5f, panel.Columns, rect.Width);
        }

        _rowOf.AsSpan().Fill(-1);
        for (int y = top; y < bottom; y++)
        {
            float fromTop = y - rect.Y + 0.5f;
            (int row, float next) = GridPosition(panel.Kind == PanelKind.Image ? fromTop : rect.Height - fromTop, panel.Rows, rect.Height);
            Span<uint> target = pixels.Slice((y * width) + rect.X, rect.Width);
            if (panel.Kind == PanelKind.Image)
            {
                PaintImageRow(panel, row, next, left, part, target);
            }
            else
            {
                PaintRow(panel, exposure, row, next, left, part, curve, tones, target);
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

    private void PaintRow(
        in Panel panel, float exposure, int row, float next, ReadOnlySpan<int> left, ReadOnlySpan<float> part, in ToneCurve curve, ToneTable tones, Span<uint> target)
    {
        ReadOnlySpan<float> cells = Relative(panel, exposure, row);
        if (next > 0)
        {
            // One more cell, the last one again, so that every pixel has a right neighbour.
            Span<float> mixed = Buffers.Grow(ref _mixedRow, cells.Length);
            TensorPrimitives.Lerp(cells, Relative(panel, exposure, row + 1), next, mixed);
            cells = mixed;
        }

        if (panel.Columns != target.Length)
        {
            Span<float> between = Buffers.Grow(ref _pixelRow, target.Length);
            for (int x = 0; x < between.Length; x++)
            {
                // A cell that weighs nothing may be no number.
                float start = cells[left[x]];
                between[x] = part[x] > 0 ? (start * (1 - part[x])) + (cells[left[x] + 1] * part[x]) : start;
            }

            cells = between;
        }

        Span<int> steps = Buffers.Grow(ref _toneRow, target.Length);
        ToneSteps(cells[..target.Length], curve, tones, panel.Kind == PanelKind.Difference, steps);
        ReadOnlySpan<uint> colors = tones.Colors;
        for (int x = 0; x < steps.Length; x++)
        {
            target[x] = colors[steps[x]];
        }
    }

    /// <summary>The colours' places in the table.</summary>
    private static void ToneSteps(ReadOnlySpan<float> relative, in ToneCurve curve, ToneTable tones, bool isSigned, Span<int> steps)
    {
        int least = BitConverter.SingleToInt32Bits(curve.Low) - (1 << (ToneTable.Shift - 1));
        int notANumber = tones.Colors.Length - 1;
        int middle = tones.Middle;
        int signs = isSigned ? -1 : 0;
        Vector<float> contrast = new(curve.Contrast), offset = new(curve.Offset), low = new(curve.Low), high = new(curve.High);
        int x = 0;
        for (; x <= relative.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<float> r = new(relative[x..]);
            Vector<int> sign = Vector.ShiftRightArithmetic(Vector.AsVectorInt32(r), 31) & new Vector<int>(signs);
            Vector<float> argument = Vector.Min(Vector.Max((Vector.Abs(r) * contrast) + offset, low), high);
            Vector<int> step = Vector.ShiftRightArithmetic(Vector.AsVectorInt32(argument) - new Vector<int>(least), ToneTable.Shift);
            step = (step ^ sign) - sign + new Vector<int>(middle);
            Vector.ConditionalSelect(Vector.Equals(r, r), step, new Vector<int>(notANumber)).CopyTo(steps[x..]);
        }

        for (; x < relative.Length; x++)
        {
            float r = relative[x];
            int sign = (BitConverter.SingleToInt32Bits(r) >> 31) & signs;
            float argument = MathF.Min(MathF.Max((MathF.Abs(r) * curve.Contrast) + curve.Offset, curve.Low), curve.High);
            int step = (BitConverter.SingleToInt32Bits(argument) - least) >> ToneTable.Shift;
            steps[x] = float.IsNaN(r) ? notANumber : (step ^ sign) - sign + middle;
        }
    }

    /// <summary>A row of the grid relative to the exposure, and its last cell once more. Kept until two others are asked for.</summary>
    private ReadOnlySpan<float> Relative(in Panel panel, float exposure, int row)
    {
        row = Math.Min(row, panel.Rows - 1);
        int slot = row & 1;
        if (_rowOf[slot] == row)
        {
            return _gridRows[slot].AsSpan(0, panel.Columns + 1);
        }

        _rowOf[slot] = row;
        Span<float> all = Buffers.Grow(ref _gridRows[slot], panel.Columns + 1);
        Span<float> cells = all[..^1];
        Range source = (row * panel.Columns)..((row + 1) * panel.Columns);
        switch (panel.Kind)
        {
            case PanelKind.Counts:
                TensorPrimitives.ConvertSaturating(panel.Counts.Span[source], cells);
                TensorPrimitives.Multiply(cells, panel.Factor(exposure), cells);
                break;
            case PanelKind.LogDensity:
                TensorPrimitives.Subtract(panel.Values.Span[source], panel.Factor(exposure), cells);
                TensorPrimitives.Exp(cells, cells);
                break;
            default:
                TensorPrimitives.Multiply(panel.Values.Span[source], panel.Factor(exposure), cells);
                break;
        }

        all[^1] = all[^2];
        return all;
    }

    private void PaintImageRow(in Panel panel, int row, float next, ReadOnlySpan<int> left, ReadOnlySpan<float> part, Span<uint> target)
    {
        ReadOnlySpan<uint> above = Colors(panel, row);
        ReadOnlySpan<uint> below = Colors(panel, row + 1);
        Span<uint> mixed = Buffers.Grow(ref _mixedImageRow, above.Length);
        uint lower = (uint)((next * 256) + 0.5f);
        for (int column = 0; column < mixed.Length; column++)
        {
            mixed[column] = Blend.Between(above[column], below[column], lower);
        }

        for (int x = 0; x < target.Length; x++)
        {
            target[x] = Blend.Between(mixed[left[x]], mixed[left[x] + 1], (uint)((part[x] * 256) + 0.5f));
        }
    }

    /// <summary>A row of an image in the picture's format, and its last cell once more.</summary>
    private ReadOnlySpan<uint> Colors(in Panel panel, int row)
    {
        row = Math.Min(row, panel.Rows - 1);
        int slot = row & 1;
        Span<uint> all = Buffers.Grow(ref _imageRows[slot], panel.Columns + 1);
        if (_rowOf[slot] == row)
        {
            return all;
        }

        _rowOf[slot] = row;
        ReadOnlySpan<byte> samples = panel.Samples.Span.Slice(row * panel.Columns * panel.Channels, panel.Columns * panel.Channels);
        for (int column = 0; column < panel.Columns; column++)
        {
            all[column] = panel.Channels == 1
                ? Palette.Rgba(samples[column], samples[column], samples[column])
                : Palette.Rgba(samples[3 * column], samples[(3 * column) + 1], samples[(3 * column) + 2]);
        }

        all[^1] = all[^2];
        return all;
    }
}
