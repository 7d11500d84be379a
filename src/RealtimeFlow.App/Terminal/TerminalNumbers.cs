namespace RealtimeFlow.App.Terminal;

/// <summary>
/// The readout of a frame as lines of a terminal. Its lines are cells parted by tabs, in turn a label and a value; here the pairs stand
/// in columns of one width, in their order, as many as there is room for.
/// </summary>
internal static class TerminalNumbers
{
    // Values change from frame to frame: columns are as wide as a multiple of this, so that they do not tremble.
    private const int WidthStep = 8;

    /// <summary>The rows that it takes.</summary>
    /// <param name="text">The readout.</param>
    /// <param name="columns">Cells in a row.</param>
    /// <param name="most">The rows that there are.</param>
    public static int Rows(ReadOnlySpan<char> text, int columns, int most)
    {
        (int pairs, int width) = Measure(text);
        int across = Across(columns, width);
        return Math.Min(most, (pairs + across - 1) / across);
    }

    /// <summary>Writes the pairs that fit.</summary>
    public static void Write(TerminalPicture picture, ReadOnlySpan<char> text, int firstRow, int rows)
    {
        (_, int width) = Measure(text);
        int across = Across(picture.Columns, width);
        int pair = 0;
        PairsOf pairs = new(text);
        while (pair < across * rows && pairs.Next())
        {
            int row = firstRow + (pair / across);
            int behind = picture.SetText(pair % across * width, row, pairs.Label, TerminalColors.Dim);
            picture.SetText(behind + (pairs.Label.IsEmpty ? 0 : 1), row, pairs.Value, TerminalColors.Value);
            pair++;
        }
    }

    private static int Across(int columns, int width) => width == 0 ? 1 : Math.Max(1, columns / width);

    /// <summary>How many pairs there are, and the width of a column for any of them.</summary>
    private static (int Pairs, int Width) Measure(ReadOnlySpan<char> text)
    {
        int count = 0, width = 0;
        PairsOf pairs = new(text);
        while (pairs.Next())
        {
            count++;
            width = Math.Max(width, pairs.Label.Length + 1 + pairs.Value.Length + 2);
        }

        return (count, (width + WidthStep - 1) / WidthStep * WidthStep);
    }

    /// <summary>Label and value of each pair in turn; a line without tabs is a value.</summary>
    private ref struct PairsOf(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;

        public ReadOnlySpan<char> Label { get; private set; }

        public ReadOnlySpan<char> Value { get; private set; }

        public bool Next()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            ReadOnlySpan<char> first = Cell(out char behind);
            bool isPair = behind == '\t';
            Label = isPair ? first : [];
            Value = isPair ? Cell(out _) : first;
            return true;
        }

        /// <summary>The next cell, and what stood behind it.</summary>
        private ReadOnlySpan<char> Cell(out char behind)
        {
            int end = _rest.IndexOfAny('\t', '\n');
            ReadOnlySpan<char> cell = end < 0 ? _rest : _rest[..end];
            behind = end < 0 ? '\n' : _rest[end];
            _rest = end < 0 ? [] : _rest[(end + 1)..];
            return cell;
        }
    }
}
