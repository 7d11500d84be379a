using System.Buffers.Text;
using System.Text;

namespace RealtimeFlow.App.Terminal;

/// <summary>
/// A screen of character cells in 24-bit colour, and the bytes that turn what the terminal shows into it: only cells that changed, the
/// cursor moved and the colours set only where needed. A cell is text, or two pixels above one another, by the upper half block ▀.
/// </summary>
internal sealed class TerminalPicture
{
    /// <summary>The colour behind text, and of cells that hold nothing: the terminal's own.</summary>
    public const int NoColor = -1;

    // Levels of 255 by which a channel may be off before a cell is sent again: not seen, and a flow that has all but settled sends little.
    private const int Tolerance = 3;

    // The most bytes a cell takes: a move of the cursor, two colours and a glyph.
    private const int MostBytesACell = 64;

    private Cell[] _wanted = [], _shown = [];
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Cells in a row.</summary>
    public int Columns { get; private set; }

    /// <summary>Rows of cells.</summary>
    public int Rows { get; private set; }

    /// <summary>Sets the size, as often as wished; a new one clears the screen.</summary>
    public void Resize(int columns, int rows)
    {
        if ((columns, rows) == (Columns, Rows))
        {
            return;
        }

        (Columns, Rows) = (columns, rows);
        _wanted = new Cell[columns * rows];
        _shown = new Cell[columns * rows];
        _bytes = new byte[(columns * rows * MostBytesACell) + 64];
        Clear();
        Forget();
    }

    /// <summary>Makes all cells empty.</summary>
    public void Clear() => _wanted.AsSpan().Fill(Cell.Empty);

    /// <summary>Forgets what the terminal shows: the next <see cref="Update"/> sends everything.</summary>
    public void Forget() => _shown.AsSpan().Clear();

    /// <summary>Puts a pixel; a row of cells has two rows of them. What is outside of the screen is left out.</summary>
    /// <param name="x">From the left, below <see cref="Columns"/>.</param>
    /// <param name="y">From the top, below twice <see cref="Rows"/>.</param>
    /// <param name="color">0xRRGGBB.</param>
    public void SetPixel(int x, int y, int color)
    {
        if ((uint)x >= (uint)Columns || (uint)y >= 2 * (uint)Rows)
        {
            return;
        }

        ref Cell cell = ref _wanted[(y / 2 * Columns) + x];
        bool isPair = cell.Glyph == Cell.UpperHalf;
        cell = (y & 1) == 0
            ? new Cell(Cell.UpperHalf, color, isPair ? cell.Background : NoColor)
            : new Cell(Cell.UpperHalf, isPair ? cell.Foreground : 0, color);
    }

    /// <summary>Puts a line of text, which ends in … where it is cut. Returns the column behind it.</summary>
    /// <param name="column">Of the first character.</param>
    /// <param name="row">From the top.</param>
    /// <param name="text">Characters of one cell each; a control character shows as a space.</param>
    /// <param name="color">0xRRGGBB.</param>
    /// <param name="right">The column that it does not reach; the screen's end where that comes before.</param>
    public int SetText(int column, int row, ReadOnlySpan<char> text, int color, int right = int.MaxValue)
    {
        int room = Math.Min(right, Columns) - column;
        if (room <= 0 || column < 0 || (uint)row >= (uint)Rows)
        {
            return column + text.Length;
        }

        Span<Cell> cells = _wanted.AsSpan((row * Columns) + column, Math.Min(room, text.Length));
        for (int i = 0; i < cells.Length; i++)
        {
            bool isCut = i + 1 == room && text.Length > room;
            cells[i] = new Cell(isCut ? '…' : char.IsControl(text[i]) ? ' ' : text[i], color, NoColor);
        }

        return column + text.Length;
    }

    /// <summary>The bytes that bring the terminal from what it shows to this, empty where it shows this already. Valid until the next call; allocates nothing.</summary>
    public ReadOnlySpan<byte> Update()
    {
        _length = 0;
        (int column, int row) = (-1, -1);
        (int foreground, int background) = (int.MinValue, int.MinValue);
        for (int index = 0; index < _wanted.Length; index++)
        {
            Cell wanted = _wanted[index];
            if (wanted.IsLike(_shown[index]))
            {
                continue;
            }

            (int y, int x) = int.DivRem(index, Columns);
            if (_length == 0)
            {
                // Terminals that know it show the frame once it is whole; others ignore it.
                Append("\e[?2026h"u8);
            }

            if ((x, y) != (column, row))
            {
                Append("\e["u8);
                Append(y + 1);
                Append(";"u8);
                Append(x + 1);
                Append("H"u8);
            }

            if (wanted.Foreground != foreground && wanted.Glyph != ' ')
            {
                foreground = wanted.Foreground;
                Append("\e[38;2"u8);
                AppendColor(foreground);
            }

            if (wanted.Background != background)
            {
                background = wanted.Background;
                if (background == NoColor)
                {
                    Append("\e[49m"u8);
                }
                else
                {
                    Append("\e[48;2"u8);
                    AppendColor(background);
                }
            }

            _length += Encoding.UTF8.GetBytes([wanted.Glyph], _bytes.AsSpan(_length));
            _shown[index] = wanted;

            // Behind the last column terminals differ.
            (column, row) = x + 1 < Columns ? (x + 1, y) : (-1, -1);
        }

        if (_length > 0)
        {
            Append("\e[?2026l"u8);
        }

        return _bytes.AsSpan(0, _length);
    }

    private void AppendColor(int color)
    {
        for (int shift = 16; shift >= 0; shift -= 8)
        {
            Append(";"u8);
            Append((color >> shift) & 255);
        }

        Append("m"u8);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Append(int number)
    {
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_length), out int written);
        _length += written;
    }

    private readonly record struct Cell(char Glyph, int Foreground, int Background)
    {
        public const char UpperHalf = '▀';

        public static readonly Cell Empty = new(' ', 0, NoColor);

        /// <summary>Whether nobody would see the difference. What was never shown is like nothing.</summary>
        public bool IsLike(Cell shown) =>
            Glyph == shown.Glyph && AreLike(Background, shown.Background) && (Glyph == ' ' || AreLike(Foreground, shown.Foreground));

        private static bool AreLike(int color, int other)
        {
            if (color == other || color == NoColor || other == NoColor)
            {
                return color == other;
            }

            for (int shift = 16; shift >= 0; shift -= 8)
            {
                if (Math.Abs(((color >> shift) & 255) - ((other >> shift) & 255)) > Tolerance)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
