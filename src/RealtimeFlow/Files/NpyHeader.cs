using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace RealtimeFlow.Files;

/// <summary>What a NumPy array file says of its content; the file is at its first number.</summary>
/// <param name="NumberSize">4 for &lt;f4, 8 for &lt;f8.</param>
/// <param name="Rows">N ≥ 0.</param>
/// <param name="Columns">D, from 1 to <see cref="PointReader.MostColumns"/>; 1 for shape [N].</param>
/// <remarks>The format: magic, version, length of the header, and the header, a Python dictionary in text (NumPy Enhancement Proposal 1).</remarks>
internal readonly record struct NpyHeader(int NumberSize, long Rows, int Columns)
{
    /// <summary>How every such file begins.</summary>
    public static ReadOnlySpan<byte> Magic => "\u0093NUMPY"u8[1..];

    // Ours and numpy's own for these shapes are 118 long; more than version 1.0 can say is no array of points.
    private const int MostBytes = ushort.MaxValue;

    /// <summary>Whether a stream begins as such a file does; it stands after the magic then, and else where it stood.</summary>
    public static bool IsAhead(Stream stream)
    {
        Span<byte> magic = stackalloc byte[Magic.Length];
        long start = stream.Position;
        bool found = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual(Magic);
        stream.Position = found ? stream.Position : start;
        return found;
    }

    /// <summary>Reads what follows the magic, and compares the shape with the length of the file.</summary>
    /// <exception cref="FileFormatException">It is no header, or one of an array that cannot be read here.</exception>
    public static NpyHeader Read(Stream stream)
    {
        Span<byte> version = stackalloc byte[2], lengthBytes = stackalloc byte[sizeof(uint)];
        Fill(stream, version);
        if (version is not [1 or 2 or 3, 0])
        {
            throw new FileFormatException($"is a NumPy array of version {version[0]}.{version[1]}: expected 1.0, 2.0 or 3.0");
        }

        lengthBytes.Clear();
        Fill(stream, version[0] == 1 ? lengthBytes[..sizeof(ushort)] : lengthBytes);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MostBytes)
        {
            throw new FileFormatException($"header: announces {length} bytes, more than an array of points needs: at most {MostBytes}");
        }

        if (length > stream.Length - stream.Position)
        {
            throw new FileFormatException($"header: announces {length} bytes, but the file has only {stream.Length - stream.Position} more: truncated");
        }

        byte[] text = new byte[length];
        Fill(stream, text);
        NpyHeader header = new Parser(text).Parse();
        header.CheckLength(stream.Length - stream.Position);
        return header;
    }

    private static void Fill(Stream stream, Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new FileFormatException("header: the file ends in it: truncated");
        }
    }

    private void CheckLength(long found)
    {
        UInt128 expected = (UInt128)(ulong)Rows * (ulong)Columns * (ulong)NumberSize;
        if ((UInt128)(ulong)found != expected)
        {
            throw new FileFormatException(
                $"has {found} bytes of numbers, but its shape, {Rows} × {Columns} of '<f{NumberSize}', takes {expected}: {(found < (Int128)expected ? "truncated" : "oversized")}");
        }
    }

    /// <summary>Reads the dictionary: exactly the three entries that the format has, in any order, spaced as one likes.</summary>
    private ref struct Parser(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _at;
        private int? _numberSize;
        private bool? _fortran;
        private (long Rows, int Columns)? _shape;

        public NpyHeader Parse()
        {
            Expect('{');
            while (Ahead() != '}')
            {
                string key = Text();
                Expect(':');
                switch (key)
                {
                    case "descr" when _numberSize == null:
                        _numberSize = NumberSizeAhead();
                        break;
                    case "fortran_order" when _fortran == null:
                        _fortran = TruthAhead();
                        break;
                    case "shape" when _shape == null:
                        _shape = ShapeAhead();
                        break;
                    default:
                        throw new FileFormatException($"header: has a second or unknown entry '{TensorHeader.Show(key)}'");
                }

                if (!Skip(','))
                {
                    break;
                }
            }

            Expect('}');
            return Ahead() != null ? throw Unreadable("its end")
                : _numberSize is int size && _fortran is bool fortran && _shape is (long rows, int columns)
                    ? fortran
                        ? throw new FileFormatException("is in Fortran order (fortran_order is True): expected C order, as numpy.ascontiguousarray makes it")
                        : new NpyHeader(size, rows, columns)
                : throw new FileFormatException("header: needs descr, fortran_order and shape");
        }

        private int NumberSizeAhead()
        {
            const string expected = "expected '<f4' or '<f8', as numpy's astype('<f4') makes it";
            if (Ahead() == '[')
            {
                throw new FileFormatException($"has a dtype of several fields: {expected}");
            }

            string type = Text();
            return type switch
            {
                "<f4" => sizeof(float),
                "<f8" => sizeof(double),
                _ => throw new FileFormatException(
                    $"has dtype '{TensorHeader.Show(type)}'{(type.StartsWith('>') ? ", which is big-endian" : "")}: {expected}"),
            };
        }

        private bool TruthAhead() => Skip("True"u8) || (Skip("False"u8) ? false : throw Unreadable("True or False"));

        private (long Rows, int Columns) ShapeAhead()
        {
            List<long> axes = [];
            bool comma = false;
            Expect('(');
            while (Ahead() != ')' && (axes.Count == 0 || comma))
            {
                axes.Add(axes.Count < 2 ? WholeNumber() : throw new FileFormatException("has a shape of more than two axes: expected (N, D) or (N,)"));
                comma = Skip(',');
            }

            Expect(')');
            return axes switch
            {
                [long rows] when comma => (rows, 1),
                [long rows, >= 1 and <= PointReader.MostColumns and long columns] => (rows, (int)columns),
                [_, long columns] => throw new FileFormatException($"has {columns} columns: expected from 1 to {PointReader.MostColumns}"),
                [] => throw new FileFormatException("is a single number, of shape (): expected (N, D) or (N,)"),
                _ => throw Unreadable("a comma after the only axis"),
            };
        }

        private long WholeNumber()
        {
            const string expected = "a whole number from 0 to 2⁶³ − 1";
            if (Ahead() is not (>= '0' and <= '9'))
            {
                throw Unreadable(expected);
            }

            ReadOnlySpan<byte> digits = _text[_at..];
            bool fits = Utf8Parser.TryParse(digits, out long number, out int used);
            if (!fits || (digits[0] == '0' && used > 1))
            {
                throw Unreadable(expected);
            }

            _at += used;
            return number;
        }

        private string Text()
        {
            char? quote = Ahead();
            int length = quote is '\'' or '"' ? _text[(_at + 1)..].IndexOf((byte)quote) : -1;
            if (length < 0)
            {
                throw Unreadable("a text in quotes");
            }

            // An escape would need a meaning; no name or dtype that can be read here has one.
            string text = Encoding.UTF8.GetString(_text.Slice(_at + 1, length));
            _at += length + 2;
            return text;
        }

        private void Expect(char mark)
        {
            if (!Skip(mark))
            {
                throw Unreadable($"'{mark}'");
            }
        }

        private bool Skip(char mark)
        {
            bool found = Ahead() == mark;
            _at += found ? 1 : 0;
            return found;
        }

        private bool Skip(ReadOnlySpan<byte> word)
        {
            bool found = Ahead() != null && _text[_at..].StartsWith(word);
            _at += found ? word.Length : 0;
            return found;
        }

        /// <summary>The next character that is no space; null at the end.</summary>
        private char? Ahead()
        {
            while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            {
                _at++;
            }

            return _at < _text.Length ? (char)_text[_at] : null;
        }

        private readonly FileFormatException Unreadable(string expected) => new($"header: expected {expected} at its byte {_at}");
    }
}
