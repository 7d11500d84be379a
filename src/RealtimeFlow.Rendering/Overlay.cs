using System.Runtime.InteropServices;

namespace RealtimeFlow.Rendering;

/// <summary>A glyph or a plain box on whole pixels. The memory layout is that of the vertex attributes of overlay.vert.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Quad(short X, short Y, short Width, short Height, int Cell, uint Color)
{
    /// <summary>The cell of a plain box.</summary>
    internal const int Box = -1;

    internal const uint CellOffset = 8;
    internal const uint ColorOffset = 12;
    internal const uint Size = 16;
}

/// <summary>Everything of a frame but the panels' pictures: frames, titles, readout and footer, as a list of quads.</summary>
internal sealed class Overlay
{
    private Quad[] _quads = new Quad[1024];
    private int _count;

    internal ReadOnlySpan<Quad> Quads => _quads.AsSpan(0, _count);

    internal void Compose(FrameLayout layout, in FrameInfo frame)
    {
        _count = 0;
        for (int index = 0; index < layout.Panels.Length; index++)
        {
            PixelRect panel = layout.Panels[index];
            if (panel.IsEmpty)
            {
                continue;
            }

            AddFrame(panel, layout.Scale);
            AddText(layout, frame.Panels[index].Title, panel.X, panel.Y - layout.TitleHeight, panel.X + panel.Width, Palette.Title);
        }

        AddReadout(layout, FrameLayout.HudText(frame));
        AddText(layout, frame.Footer, layout.Footer.X, layout.Footer.Y, layout.Width, Palette.Footer);
        AddLegend(layout);
    }

    private void AddLegend(FrameLayout layout)
    {
        PixelRect bar = layout.Legend;
        if (bar.IsEmpty)
        {
            return;
        }

        int width = layout.Character.Width;
        AddFrame(bar, layout.Scale);
        AddText(layout, Legend.Caption, bar.X - (Legend.Caption.Length * width), layout.Footer.Y, layout.Width, Palette.Footer);
        AddText(layout, layout.Exposure, bar.X + bar.Width + width, layout.Footer.Y, layout.Width, Palette.Footer);
    }

    private void AddFrame(PixelRect inside, int line)
    {
        AddBox(inside.X - line, inside.Y - line, inside.Width + (2 * line), line, Palette.Frame);
        AddBox(inside.X - line, inside.Y + inside.Height, inside.Width + (2 * line), line, Palette.Frame);
        AddBox(inside.X - line, inside.Y, line, inside.Height, Palette.Frame);
        AddBox(inside.X + inside.Width, inside.Y, line, inside.Height, Palette.Frame);
    }

    private void AddReadout(FrameLayout layout, ReadOnlySpan<char> text)
    {
        (int width, int height) = layout.Character;
        int line = 0;
        foreach (Range lineRange in text.Split('\n'))
        {
            ReadOnlySpan<char> cells = text[lineRange];
            bool plain = !cells.Contains('\t');
            int cell = 0;
            foreach (Range range in cells.Split('\t'))
            {
                (int column, int row) = layout.Text.Position(cell, line);
                uint color = plain || (cell & 1) == 1 ? Palette.Value : Palette.Label;
                AddText(layout, cells[range], layout.Hud.X + (column * width), layout.Hud.Y + (row * height), layout.Width, color);
                cell++;
            }

            line++;
        }
    }

    /// <summary>One line; characters that would reach past <paramref name="right"/> are left out.</summary>
    private void AddText(FrameLayout layout, ReadOnlySpan<char> text, int x, int y, int right, uint color)
    {
        (int width, int height) = layout.Character;
        foreach (char character in text)
        {
            if (x + width > right || y + height > layout.Height || y < 0)
            {
                return;
            }

            if (character != ' ')
            {
                Add(new Quad((short)x, (short)y, (short)width, (short)height, layout.Font.CellOf(character), color));
            }

            x += width;
        }
    }

    private void AddBox(int x, int y, int width, int height, uint color) =>
        Add(new Quad((short)x, (short)y, (short)width, (short)height, Quad.Box, color));

    private void Add(Quad quad)
    {
        if (_count == _quads.Length)
        {
            Array.Resize(ref _quads, 2 * _count);
        }

        _quads[_count++] = quad;
    }
}
