using System.Buffers;
using System.Globalization;
using System.Text;

namespace RealtimeFlow.Files;

/// <summary>Reads the numbers of a CSV file; its first line is a header if none of its fields is a number.</summary>
internal sealed class CsvReader : PointReader
{
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eE"u8);

    private readonly CsvFields _fields;

    private CsvReader(Stream stream, string name, CsvFields fields, int columns)
        : base(stream, name, columns) => _fields = fields;

    private enum Kind
    {
        Number,
        NotFinite,
        Word,
    }

    public override long? Count => null;

    /// <summary>Reads the first line, which says how many columns there are.</summary>
    /// <exception cref="FileFormatException">It is neither a row of numbers nor a header.</exception>
    public static CsvReader Begin(Stream stream, string name)
    {
        CsvFields fields = new(stream);
        int numbers = 0, words = 0;
        do
        {
            if (!fields.Next(out ReadOnlySpan<byte> field))
            {
                throw new FileFormatException("is empty: expected a row a line");
            }

            if (fields.EndsLine && fields.Column == 1 && field.IsEmpty)
            {
                throw new FileFormatException("line 1 is empty: expected a header or a row of numbers");
            }

            bool isWord = Parse(field, out _) == Kind.Word;
            (numbers, words) = isWord ? (numbers, words + 1) : (numbers + 1, words);
            if (numbers > 0 && words > 0)
            {
                throw new FileFormatException(
                    $"line 1, column {fields.Column}: '{Show(field)}' {(isWord ? "is no number, but the columns before it are" : "is a number, but the columns before it are not")}: expected a header or a row of numbers");
            }

            if (fields.Column > MostColumns)
            {
                throw new FileFormatException($"line 1 has more than {MostColumns} columns");
            }
        }
        while (!fields.EndsLine);
        if (numbers > 0)
        {
            fields.Rewind();
        }

        return new CsvReader(stream, name, fields, numbers + words);
    }

    private protected override int ReadRows(Span<float> rows)
    {
        int count = 0;
        while (!rows.IsEmpty && ReadRow(rows[..Dimension]))
        {
            rows = rows[Dimension..];
            count++;
        }

        return count;
    }

    private bool ReadRow(Span<float> row)
    {
        for (int column = 0; column < row.Length; column++)
        {
            if (!_fields.Next(out ReadOnlySpan<byte> field))
            {
                return false;
            }

            bool isLast = column == row.Length - 1;
            if (column == 0 && _fields.EndsLine && field.IsEmpty)
            {
                RequireEndAfterEmptyLine();
                return false;
            }

            if (_fields.EndsLine != isLast)
            {
                throw new FileFormatException(
                    $"line {_fields.Line} has {(isLast ? "more" : "fewer")} columns than line 1, which has {row.Length}");
            }

            row[column] = Parse(field, out float number) switch
            {
                Kind.Number => number,
                Kind.NotFinite => throw Refuse(field, "is not finite, or beyond float32"),
                _ when field.IsEmpty => throw Refuse(field, "is empty: expected a number"),
                _ => throw Refuse(field, "is not a number"),
            };
        }

        return true;
    }

    private void RequireEndAfterEmptyLine()
    {
        long line = _fields.Line;
        while (_fields.Next(out ReadOnlySpan<byte> field))
        {
            if (!field.IsEmpty || !_fields.EndsLine || _fields.Column > 1)
            {
                throw new FileFormatException($"line {line} is empty, but not the last: expected a row of numbers");
            }
        }
    }

    private static Kind Parse(ReadOnlySpan<byte> field, out float number)
    {
        if (!field.ContainsAnyExcept(NumberBytes))
        {
            return !float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number) ? Kind.Word
                : float.IsFinite(number) ? Kind.Number
                : Kind.NotFinite;
        }

        number = float.NaN;
        ReadOnlySpan<byte> word = field.TrimStart("+-"u8);
        return Ascii.EqualsIgnoreCase(word, "nan"u8) || Ascii.EqualsIgnoreCase(word, "inf"u8) || Ascii.EqualsIgnoreCase(word, "infinity"u8)
            ? Kind.NotFinite
            : Kind.Word;
    }

    private FileFormatException Refuse(ReadOnlySpan<byte> field, string reason) =>
        new($"line {_fields.Line}, column {_fields.Column}: '{Show(field)}' {reason}");

    private static string Show(ReadOnlySpan<byte> field) => TensorHeader.Show(Encoding.UTF8.GetString(field));
}
