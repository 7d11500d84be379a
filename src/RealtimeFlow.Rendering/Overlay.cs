namespace RealtimeFlow.Rendering;

/// <summary>Everything of a frame but the panels' pictures and the caller's drawing: frames, titles, readout, footer and legends, as a drawing.</summary>
internal sealed class Overlay
{
    internal Drawing Drawing { get; } = new();

    internal void Compose(FrameLayout layout, in FrameInfo frame)
    {
        Drawing.Begin(layout);
        int strip = frame.Panels.Length - frame.Strip, step = TitleStep(layout, frame);
        for (int index = 0; index < layout.Panels.Length; index++)
        {
            PixelRect panel = layout.Panels[index];
            if (!panel.IsEmpty)
            {
                int room = index < strip ? panel.Width : (index - strip) % step == 0 ? step * panel.Width : 0;
                AddFrame(panel, layout.Scale);
                AddText(layout, frame.Panels[index].Title, panel.X, panel.Y - layout.TitleHeight, panel.X + room, Palette.Title);
            }
        }

        if (layout.HasText)
        {
            AddReadout(layout, FrameLayout.HudText(frame));
        }

        AddText(layout, frame.Footer, layout.Footer.X, layout.Footer.Y, Right(layout), Palette.Footer);
        foreach (Legend legend in layout.Legends)
        {
            AddLegend(layout, legend);
        }
    }

    /// <summary>Every how manieth panel of the strip has room for its title: a number whose end is left out is another number.</summary>
    private static int TitleStep(FrameLayout layout, in FrameInfo frame)
    {
        int longest = 0, narrowest = int.MaxValue;
        for (int index = frame.Panels.Length - frame.Strip; index < frame.Panels.Length; index++)
        {
            longest = Math.Max(longest, frame.Panels[index].Title.Length * layout.Character.Width);
            narrowest = Math.Min(narrowest, Math.Max(1, layout.Panels[index].Width));
        }

        return Math.Max(1, (longest + narrowest - 1) / narrowest);
    }

    /// <summary>Where text ends at the latest.</summary>
    private static int Right(FrameLayout layout) => layout.Side.IsEmpty ? layout.Width : layout.Side.X;

    private void AddLegend(FrameLayout layout, Legend legend)
    {
        PixelRect bar = legend.Bar;
        if (bar.IsEmpty)
        {
            return;
        }

        AddFrame(bar, layout.Scale);
        int line = layout.Footer.Y;
        int width = layout.Character.Width;
        foreach (Legend.Label label in legend.Labels)
        {
            // Each beneath its place, the outer ones within the bar, and the middle one where they leave room.
            int place = bar.X + (int)(label.Place * bar.Width);
            int textWidth = label.Text.Length * width;
            int left = Math.Clamp(place - (textWidth / 2), bar.X, bar.X + bar.Width - textWidth);
            bool isMiddle = label.Place is > 0 and < 1;
            if (!isMiddle || left + textWidth + width <= bar.X + bar.Width - (legend.Labels[2].Text.Length * width))
            {
                AddText(layout, label.Text, left, line, layout.Width, Palette.Footer);
                Drawing.Box(Math.Min(place, bar.X + bar.Width - layout.Scale), bar.Y + bar.Height, layout.Scale, bar.Height / 2, Palette.Frame);
            }
        }

        if (legend.IsFull)
        {
            int above = line - layout.Character.Height;
            AddText(layout, legend.Caption, bar.X - ((legend.Caption.Length + 1) * width), above, layout.Width, Palette.Footer);
            AddText(layout, legend.End, bar.X + bar.Width + width, above, layout.Width, Palette.Footer);
        }
    }

    private void AddFrame(PixelRect inside, int line) => Drawing.Outline(
        inside.X - line, inside.Y - line, inside.Width + (2 * line), inside.Height + (2 * line), line, Palette.Frame);

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
                AddText(layout, cells[range], layout.Hud.X + (column * width), layout.Hud.Y + (row * height), Right(layout), color);
                cell++;
            }

            line++;
        }
    }

    /// <summary>One line of whole characters; those that would reach past <paramref name="right"/>, and a line that would stand out below, are left out.</summary>
    private void AddText(FrameLayout layout, ReadOnlySpan<char> text, int x, int y, int right, uint color)
    {
        (int width, int height) = layout.Character;
        if (y >= 0 && y + height <= layout.Height)
        {
            Drawing.Text(text[..Math.Clamp((right - x) / width, 0, text.Length)], x, y, color);
        }
    }
}
