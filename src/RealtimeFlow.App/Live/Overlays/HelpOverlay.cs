using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>What keys and mouse do, from the one list of commands: as many columns as the picture has room for.</summary>
internal static class HelpOverlay
{
    // Characters of a key, of a label, and between columns.
    private const int KeyColumns = 9, LabelColumns = 28, Gap = 3;

    private const int MostColumns = 8;

    private static readonly (string Keys, string Label)[] Lines = MakeLines();

    // By the number of columns, counted from one.
    private static readonly int[] Rows = [.. Enumerable.Range(1, MostColumns).Select(RowsIn)];

    /// <summary>The lines: a heading has no keys; one that is empty parts two groups.</summary>
    internal static IReadOnlyList<(string Keys, string Label)> Text => Lines;

    /// <summary>Draws it over the middle of the picture.</summary>
    public static void Draw(Drawing drawing, FrameLayout layout)
    {
        (int width, int height) = layout.Character;
        int columnWidth = (KeyColumns + LabelColumns + Gap) * width;
        int line = height + (height / 8), margin = height;
        int most = Math.Clamp((layout.Width - (2 * margin)) / columnWidth, 1, MostColumns);
        int columns = 1;
        while (columns < most && Rows[columns - 1] * line > layout.Height - (4 * margin))
        {
            columns++;
        }

        int rows = Rows[columns - 1];
        int sheetWidth = (columns * columnWidth) - (Gap * width) + (2 * margin), sheetHeight = (rows * line) + (2 * margin);
        int left = Math.Max(0, (layout.Width - sheetWidth) / 2), top = Math.Max(0, (layout.Height - sheetHeight) / 2);
        drawing.InPixels();
        drawing.Box(0, 0, layout.Width, layout.Height, StudioColors.Shade);
        drawing.Box(left, top, sheetWidth, sheetHeight, StudioColors.Sheet);
        drawing.Outline(left, top, sheetWidth, sheetHeight, layout.Scale, Palette.Frame);
        int column = 0, row = 0;
        for (int i = 0; i < Lines.Length; i++)
        {
            // A group begins a column where it would not end in this one.
            if (row > 0 && IsHeading(i) && row + GroupLength(i) > rows)
            {
                (column, row) = (column + 1, 0);
            }

            (string keys, string label) = Lines[i];
            float x = left + margin + (column * columnWidth), y = top + margin + (row * line);
            drawing.Text(keys, x, y, StudioColors.Accent);
            drawing.Text(label, IsHeading(i) ? x : x + (KeyColumns * width), y, IsHeading(i) ? Palette.Label : Palette.Value);
            row++;
        }
    }

    private static bool IsHeading(int line) => Lines[line].Keys.Length == 0 && Lines[line].Label.Length > 0;

    private static int GroupLength(int heading)
    {
        int length = 1;
        while (heading + length < Lines.Length && Lines[heading + length].Label.Length > 0)
        {
            length++;
        }

        return length;
    }

    /// <summary>The rows of the lowest arrangement in so many columns whose groups are whole.</summary>
    private static int RowsIn(int columns)
    {
        int rows = Enumerable.Range(0, Lines.Length).Where(IsHeading).Max(GroupLength);
        while (ColumnsIn(rows) > columns)
        {
            rows++;
        }

        return rows;
    }

    private static int ColumnsIn(int rows)
    {
        int columns = 1, row = 0;
        for (int i = 0; i < Lines.Length; i++)
        {
            if (row > 0 && IsHeading(i) && row + GroupLength(i) > rows)
            {
                (columns, row) = (columns + 1, 0);
            }

            row++;
        }

        return columns;
    }

    private static (string Keys, string Label)[] MakeLines()
    {
        List<(string Keys, string Label)> lines = [];
        foreach (IGrouping<CommandGroup, StudioCommand> group in StudioCommands.All.GroupBy(command => command.Group))
        {
            lines.Add(("", HeadingOf(group.Key)));
            lines.AddRange(group.Select(command => (command.Keys, command.Description)));
            lines.Add(("", ""));
        }

        lines.Add(("", "Mouse"));
        lines.Add(("drag", "move a target, its modes"));
        lines.Add(("wheel", "go through the layers"));
        lines.Add(("drop", "picture, rows or settings"));
        lines.Add(("Tab", "next control"));
        return [.. lines];
    }

    private static string HeadingOf(CommandGroup group) => group switch
    {
        CommandGroup.Targets => "What is learned",
        CommandGroup.Training => "Training",
        CommandGroup.Depth => "Depth",
        CommandGroup.Views => "Views",
        CommandGroup.Colors => "Colours",
        _ => "Studio",
    };
}
