using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using RealtimeFlow.App.Terminal;

namespace RealtimeFlow.App.Tests.Terminal;

/// <summary>Understands what <see cref="TerminalPicture"/> sends: the cursor, colours and glyphs.</summary>
internal sealed partial class EmulatedTerminal(int columns, int rows)
{
    private readonly (char Glyph, int Foreground, int Background)[] _cells = new (char, int, int)[columns * rows];
    private int _at, _foreground, _background;

    public string Row(int row) => string.Concat(_cells.Skip(row * columns).Take(columns).Select(cell => cell.Glyph == '\0' ? ' ' : cell.Glyph));

    public (char Glyph, int Foreground, int Background) Cell(int column, int row) => _cells[(row * columns) + column];

    public void Take(ReadOnlySpan<byte> bytes) => Take(Encoding.UTF8.GetString(bytes));

    public void Take(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (text[at] != '\e')
            {
                _cells[_at++] = (text[at++], _foreground, _background);
                continue;
            }

            Match match = Sequence().Match(text, at);
            Assert.True(match.Success, $"No sequence: {text[at..Math.Min(at + 20, text.Length)].Replace("\e", "ESC", StringComparison.Ordinal)}");
            at += match.Length;
            Do(match.Groups[1].Value, match.Groups[2].Value[0]);
        }
    }

    /// <summary>Colours may be off by what nobody sees.</summary>
    public void AssertLike((char Glyph, int Top, int Bottom)[] wanted)
    {
        for (int cell = 0; cell < _cells.Length; cell++)
        {
            Assert.Equal(wanted[cell].Glyph, _cells[cell].Glyph);
            AssertColor(wanted[cell].Bottom, _cells[cell].Background);
            if (wanted[cell].Glyph != ' ')
            {
                AssertColor(wanted[cell].Top, _cells[cell].Foreground);
            }
        }
    }

    private static void AssertColor(int wanted, int shown)
    {
        if (wanted == TerminalPicture.NoColor)
        {
            Assert.Equal(wanted, shown);
            return;
        }

        for (int shift = 0; shift < 24; shift += 8)
        {
            Assert.InRange(((wanted >> shift) & 255) - ((shown >> shift) & 255), -3, 3);
        }
    }

    private void Do(string parameters, char final)
    {
        if (parameters.StartsWith('?'))
        {
            return;
        }

        int[] numbers = [.. parameters.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        switch (final, numbers)
        {
            case ('H', [int row, int column]):
                _at = ((row - 1) * columns) + column - 1;
                break;
            case ('m', [38, 2, int red, int green, int blue]):
                _foreground = (red << 16) | (green << 8) | blue;
                break;
            case ('m', [48, 2, int red, int green, int blue]):
                _background = (red << 16) | (green << 8) | blue;
                break;
            case ('m', [49]):
                _background = TerminalPicture.NoColor;
                break;
            case ('m', [0]):
                (_foreground, _background) = (0, TerminalPicture.NoColor);
                break;
            case ('J', [2]):
                Array.Clear(_cells);
                break;
            default:
                Assert.Fail($"A sequence that it does not know: {parameters}{final}");
                break;
        }
    }

    [GeneratedRegex(@"\G\e\[([?0-9;]*)([A-Za-z])")]
    private static partial Regex Sequence();
}
