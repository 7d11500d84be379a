namespace RealtimeFlow.Rendering;

/// <summary>
/// Measures the readout: lines of cells, parted by tabs, in columns that are aligned over all lines. Two cells, a label and
/// its value, are a pair; where the room is narrow, pairs further to the right go below those to the left.
/// </summary>
internal sealed class TextBlock
{
    private const int MaxCells = 32;

    // Values change from frame to frame: their columns grow in steps, so that the block does not tremble.
    private const int ValueStep = 4;
    private const int AfterLabel = 2;
    private const int AfterValue = 3;

    private readonly int[] _widths = new int[MaxCells];
    private int _cells;
    private int _plain;
    private int _sourceLines;
    private int _pairsInLine = 1;

    /// <summary>Lines that the block takes when a line has room for some pairs.</summary>
    internal int Lines(int pairsInLine) => _sourceLines * Math.Max(1, (Pairs + pairsInLine - 1) / pairsInLine);

    /// <summary>Characters in the longest line.</summary>
    internal int Columns(int pairsInLine) => Math.Max(_plain, PairColumns(pairsInLine));

    /// <summary>The most pairs side by side that fit in a line; at least 1.</summary>
    internal int PairsWithin(int columns)
    {
        int pairs = Math.Max(1, Pairs);
        while (pairs > 1 && PairColumns(pairs) > columns)
        {
            pairs--;
        }

        return pairs;
    }

    /// <summary>Settles on a number of pairs side by side.</summary>
    internal void Arrange(int pairsInLine) => _pairsInLine = pairsInLine;

    /// <summary>The column and line, from the block's corner, of a cell of a line of the source.</summary>
    internal (int Column, int Line) Position(int cell, int line)
    {
        int inLine = 2 * _pairsInLine;
        return (Start(cell % inLine, _pairsInLine), line + (cell / inLine * _sourceLines));
    }

    /// <param name="text">Lines, with no '\n' behind the last one.</param>
    internal void Measure(ReadOnlySpan<char> text)
    {
        Array.Clear(_widths);
        (_cells, _plain, _sourceLines) = (0, 0, 0);
        if (text.IsEmpty)
        {
            return;
        }

        foreach (Range lineRange in text.Split('\n'))
        {
            ReadOnlySpan<char> line = text[lineRange];
            _sourceLines++;
            if (!line.Contains('\t'))
            {
                _plain = Math.Max(_plain, line.Length);
                continue;
            }

            int cell = 0;
            foreach (Range range in line.Split('\t'))
            {
                // What stands in a line behind the last column is drawn over itself, and no wider.
                int column = Math.Min(cell++, MaxCells - 1);
                _widths[column] = Math.Max(_widths[column], line[range].Length);
                _cells = Math.Max(_cells, column + 1);
            }
        }
    }

    private int Pairs => (_cells + 1) / 2;

    private int PairColumns(int pairsInLine) => Math.Max(0, Start(2 * Math.Min(pairsInLine, Pairs), pairsInLine) - AfterValue);

    /// <summary>Where a cell starts when lines hold some pairs; columns that come to stand below one another share the widest.</summary>
    private int Start(int cell, int pairsInLine)
    {
        int start = 0;
        for (int before = 0; before < cell; before++)
        {
            int width = 0;
            for (int other = before; other < _cells; other += 2 * pairsInLine)
            {
                width = Math.Max(width, _widths[other]);
            }

            start += (before & 1) == 0
                ? width + AfterLabel
                : ((width + ValueStep - 1) / ValueStep * ValueStep) + AfterValue;
        }

        return start;
    }
}
