namespace RealtimeFlow.App.Live;

/// <summary>What keys and mouse do in a view, as lines in groups that stay whole where they are set in columns.</summary>
internal sealed class HelpText
{
    /// <summary>The most columns.</summary>
    public const int MostColumns = 8;

    private readonly (string Keys, string Label)[] _lines;

    // By the number of columns, counted from one.
    private readonly int[] _rows;

    /// <summary>Writes it.</summary>
    /// <param name="commands">What keys do.</param>
    /// <param name="pointer">What the mouse does, and what its group is to end with.</param>
    public HelpText(IEnumerable<KeyCommand> commands, params ReadOnlySpan<(string Keys, string Label)> pointer)
    {
        List<(string Keys, string Label)> lines = [];
        foreach (IGrouping<CommandGroup, KeyCommand> group in commands.GroupBy(command => command.Group))
        {
            lines.Add(("", HeadingOf(group.Key)));
            lines.AddRange(group.Select(command => (command.Keys, command.Description)));
            lines.Add(("", ""));
        }

        _lines = [.. lines, ("", "Mouse"), .. pointer];
        _rows = [.. Enumerable.Range(1, MostColumns).Select(FewestRows)];
    }

    /// <summary>The lines: a heading has no keys; one that is empty parts two groups.</summary>
    public IReadOnlyList<(string Keys, string Label)> Lines => _lines;

    /// <summary>Whether a line is a heading.</summary>
    public bool IsHeading(int line) => _lines[line].Keys.Length == 0 && _lines[line].Label.Length > 0;

    /// <summary>The lines of a group, from its heading on.</summary>
    public int GroupLength(int heading)
    {
        int length = 1;
        while (heading + length < _lines.Length && _lines[heading + length].Label.Length > 0)
        {
            length++;
        }

        return length;
    }

    /// <summary>The rows of the lowest arrangement in so many columns, 1 to <see cref="MostColumns"/>, whose groups are whole.</summary>
    public int RowsIn(int columns) => _rows[columns - 1];

    private int FewestRows(int columns)
    {
        int rows = Enumerable.Range(0, _lines.Length).Where(IsHeading).Max(GroupLength);
        while (ColumnsIn(rows) > columns)
        {
            rows++;
        }

        return rows;
    }

    private int ColumnsIn(int rows)
    {
        int columns = 1, row = 0;
        for (int i = 0; i < _lines.Length; i++)
        {
            if (row > 0 && IsHeading(i) && row + GroupLength(i) > rows)
            {
                (columns, row) = (columns + 1, 0);
            }

            row++;
        }

        return columns;
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
