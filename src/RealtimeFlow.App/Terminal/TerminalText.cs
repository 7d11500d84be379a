using RealtimeFlow.App.Live;

namespace RealtimeFlow.App.Terminal;

/// <summary>What the studio says over its pictures, in the terminal's own letters.</summary>
internal static class TerminalText
{
    // A column of the help: keys, what they do, and the gap to the next.
    private const int KeyColumns = 9, HelpColumns = 36;

    /// <summary>Writes the help, where it is shown, and the notice in the last row.</summary>
    public static void Write(TerminalPicture picture, IStudio studio)
    {
        if (studio.Help is HelpText help)
        {
            WriteHelp(picture, help);
        }

        if (studio.Notice.Length > 0)
        {
            int end = picture.SetText(0, picture.Rows - 1, studio.Notice, TerminalColors.Value);
            Erase(picture, end, picture.Rows - 1);
        }
    }

    private static void WriteHelp(TerminalPicture picture, HelpText help)
    {
        picture.Clear();
        int column = 0, row = 0;
        foreach ((string keys, string label) in help.Lines)
        {
            if (row == picture.Rows - 1)
            {
                (column, row) = (column + HelpColumns, 0);
            }

            picture.SetText(column, row, keys, TerminalColors.Value);
            picture.SetText(keys.Length == 0 ? column : column + KeyColumns, row, label, TerminalColors.Dim, column + HelpColumns - 1);
            row++;
        }
    }

    private static void Erase(TerminalPicture picture, int column, int row)
    {
        while (column < picture.Columns)
        {
            column = picture.SetText(column, row, " ", TerminalColors.Dim);
        }
    }
}
