using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>What keys and mouse do, in as many columns as the picture has room for; the wheel goes through what has none.</summary>
internal sealed class HelpOverlay
{
    // By a notch of the wheel.
    private const int LinesANotch = 3;

    private const string More = "wheel: more";

    // Characters of a key, of a label, and between columns.
    private const int KeyColumns = 9, LabelColumns = 28, Gap = 3;

    private double _hidden;

    /// <summary>Goes through what has no room.</summary>
    /// <param name="steps">Notches of the wheel, down below 0.</param>
    public void Scroll(double steps) => _hidden -= LinesANotch * steps;

    /// <summary>Draws it over the middle of the picture.</summary>
    public void Draw(Drawing drawing, FrameLayout layout, HelpText help)
    {
        (int width, int height) = layout.Character;
        int columnWidth = (KeyColumns + LabelColumns + Gap) * width;
        int margin = height, widest = height + (height / 8);
        int most = Math.Clamp((layout.Width - (2 * margin)) / columnWidth, 1, HelpText.MostColumns);
        int columns = 1;
        while (columns < most && help.RowsIn(columns) * widest > layout.Height - (4 * margin))
        {
            columns++;
        }

        // Where that is not enough, lines stand nearer to one another, as long as one can read them.
        int rows = help.RowsIn(columns), line = Math.Clamp((layout.Height - (2 * margin)) / rows, height * 7 / 8, widest);
        int sheetWidth = (columns * columnWidth) - (Gap * width) + (2 * margin), sheetHeight = (rows * line) + (2 * margin);
        int left = Math.Max(0, (layout.Width - sheetWidth) / 2), over = Math.Max(0, sheetHeight - layout.Height);
        _hidden = Math.Clamp(_hidden, 0, (over + line - 1) / line);
        int top = over > 0 ? -Math.Min(over, (int)_hidden * line) : (layout.Height - sheetHeight) / 2;
        drawing.InPixels();
        drawing.Box(0, 0, layout.Width, layout.Height, StudioColors.Shade);
        drawing.Box(left, top, sheetWidth, sheetHeight, StudioColors.Sheet);
        drawing.Outline(left, top, sheetWidth, sheetHeight, layout.Scale, Palette.Frame);
        bool hasMore = top + sheetHeight > layout.Height;
        int column = 0, row = 0, foot = layout.Height - (hasMore ? 3 * height / 2 : 0);
        for (int i = 0; i < help.Lines.Count; i++)
        {
            // A group begins a column where it would not end in this one.
            if (row > 0 && help.IsHeading(i) && row + help.GroupLength(i) > rows)
            {
                (column, row) = (column + 1, 0);
            }

            (string keys, string label) = help.Lines[i];
            float x = left + margin + (column * columnWidth), y = top + margin + (row * line);
            if (y >= 0 && y + height <= foot)
            {
                drawing.Text(keys, x, y, StudioColors.Accent);
                drawing.Text(label, help.IsHeading(i) ? x : x + (KeyColumns * width), y, help.IsHeading(i) ? Palette.Label : Palette.Value);
            }

            row++;
        }

        if (hasMore)
        {
            drawing.Text(More, left + margin, foot + (height / 4), Palette.Label);
        }
    }
}
