using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace RealtimeFlow.Files;

/// <summary>One tensor as a header announces it.</summary>
/// <param name="Bytes">The bytes of one of its numbers: 4 (F32) or 8 (F64).</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal readonly record struct TensorEntry(int Bytes, long Begin, long End);

/// <summary>
/// The JSON header of a safetensors file, as hostile input: it passes token by token through one buffer, so that no file, whatever it
/// holds, makes this allocate. A text is kept only until the next token is read.
/// </summary>
internal ref struct TensorHeader
{
    /// <summary>The entry that is no tensor.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The length of the longest text that can be read: somewhat more than what names the layers of the longest chain.</summary>
    public const int MostText = 768 * 1024;

    /// <summary>Where the header begins in the file.</summary>
    public const int Start = sizeof(ulong);

    // What the JSON reader sees at a time, but for longer texts: it puts what it saw into the message of some of its exceptions.
    private const int Window = 4096;

    private const int MostShown = 60;

    // More axes than any tensor of a model has.
    private const int MostCounts = 8;

    private static readonly string[] TensorKeys = ["dtype", "shape", "data_offsets"];

    private readonly Stream _stream;
    private readonly byte[] _buffer;
    private readonly Span<byte> _scratch;

    // The file from _place on, in the buffer from _begin to _end; of the header, _rest bytes more are to be read.
    private long _place = Start;
    private int _begin;
    private int _end;
    private long _rest;

    private JsonReaderState _state;
    private Utf8JsonReader _json;

    /// <summary>Begins to read a header.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="length">The header's length in bytes, padding included.</param>
    /// <param name="buffer">As long as the header, or <see cref="MostText"/>.</param>
    /// <param name="scratch">For texts with escapes.</param>
    /// <exception cref="FileFormatException">It does not begin as a header.</exception>
    public TensorHeader(Stream stream, long length, byte[] buffer, Span<byte> scratch)
    {
        _stream = stream;
        _stream.Position = Start;
        _buffer = buffer;
        _scratch = scratch;
        _rest = length;
        Fill();
        Require(_end > 0 && _buffer[0] == (byte)'{', "header: does not begin with '{'");
        NextObject();
    }

    /// <summary>Where in the file the next token stands, or white space before it.</summary>
    public readonly long Place => _place;

    /// <summary>The text of the last token, a name or a string, in UTF-8; a long one with escapes as the file spells it.</summary>
    public readonly ReadOnlySpan<byte> Text => _json.ValueIsEscaped && _json.ValueSpan.Length <= _scratch.Length
        ? _scratch[.._json.CopyString(_scratch)]
        : _json.ValueSpan;

    /// <summary>Goes on to the next name of the object that is being read; false at its end.</summary>
    public bool NextName() => Next() && _json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Goes on to the next token, which has to be a string.</summary>
    public void NextString() => Expect(JsonTokenType.String);

    /// <summary>Goes on to the next token, which has to begin an object.</summary>
    public void NextObject() => Expect(JsonTokenType.StartObject);

    /// <summary>Goes past the value that follows a name.</summary>
    public void SkipValue()
    {
        int depth = _json.CurrentDepth;
        do
        {
            Next();
        }
        while (_json.CurrentDepth > depth || _json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray);
    }

    /// <summary>Goes past the padding after the header's object.</summary>
    /// <exception cref="FileFormatException">There is more than padding.</exception>
    public void ExpectEnd() => Require(!Next(), "header: goes on after its object");

    /// <summary>Whether the text of the last token is this one.</summary>
    public readonly bool TextIs(string expected) => _json.ValueTextEquals(expected);

    /// <summary>Which of some texts that of the last token is, −1 for another.</summary>
    public readonly int IndexOfText(ReadOnlySpan<string> expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (TextIs(expected[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Goes on to the text of a key of the metadata; null, and past them, where there is none.</summary>
    public string? FindMetadata(string key)
    {
        while (NextName())
        {
            if (!TextIs(MetadataKey))
            {
                SkipValue();
                continue;
            }

            NextObject();
            while (NextName())
            {
                bool isFound = TextIs(key);
                NextString();
                if (isFound)
                {
                    return Encoding.UTF8.GetString(Text);
                }
            }

            break;
        }

        return null;
    }

    /// <summary>Reads the description of a tensor, which has to be as the layout expects it.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="slot">The tensor's slot.</param>
    /// <exception cref="FileFormatException">It is not that tensor, or its bytes are not as many as its shape and dtype take.</exception>
    public TensorEntry ReadTensor(TensorLayout layout, int slot)
    {
        int bytes = 0, axes = 0, bounds = 0, seen = 0;
        Span<long> shape = stackalloc long[MostCounts], offsets = stackalloc long[MostCounts];
        NextObject();
        while (NextName())
        {
            int key = IndexOfText(TensorKeys);
            if (key < 0 || (seen & (1 << key)) != 0)
            {
                throw Refuse(layout.NameOf(slot), $"has a second or unknown entry '{Show(Text)}'");
            }

            seen |= 1 << key;
            switch (key)
            {
                case 0:
                    NextString();
                    bytes = TextIs("F32") ? sizeof(float) : TextIs("F64") ? sizeof(double) : 0;
                    if (bytes == 0 || (bytes != layout.BytesOf(slot) && !layout.Converts))
                    {
                        string expected = layout.Converts ? "F32 or F64" : TensorLayout.TypeName(layout.BytesOf(slot));
                        throw Refuse(layout.NameOf(slot), $"has dtype '{Show(Text)}': expected {expected}");
                    }

                    break;
                case 1:
                    axes = ReadCounts(shape);
                    break;
                default:
                    bounds = ReadCounts(offsets);
                    break;
            }

            if (axes < 0 || bounds < 0)
            {
                throw Refuse(
                    layout.NameOf(slot), $"{TensorKeys[key]} is not a list of at most {MostCounts} whole numbers of at least 0");
            }
        }

        int length = layout.LengthOf(slot), columns = layout.ColumnsOf(slot);
        bool fits = columns > 0 ? axes == 2 && shape[0] == length / columns && shape[1] == columns : axes == 1 && shape[0] == length;
        long size = offsets[1] - offsets[0];
        return seen != 0b111 || bounds != 2 ? throw Refuse(layout.NameOf(slot), "needs dtype, shape and two data_offsets")
            : !fits ? throw Refuse(
                layout.NameOf(slot), $"has shape [{string.Join(", ", shape[..axes].ToArray())}]: expected {layout.ShapeOf(slot)}")
            : size != (long)length * bytes ? throw Refuse(
                layout.NameOf(slot), $"has {size} bytes, which is not what shape {layout.ShapeOf(slot)} of {TensorLayout.TypeName(bytes)} takes")
            : new TensorEntry(bytes, offsets[0], offsets[1]);
    }

    /// <summary>A text from the file, safe to show on one line.</summary>
    /// <param name="text">UTF-8.</param>
    public static string Show(ReadOnlySpan<byte> text) =>

        // One character more than is shown, at four bytes each.
        Show(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * (MostShown + 1))]));

    /// <inheritdoc cref="Show(ReadOnlySpan{byte})"/>
    public static string Show(string text)
    {
        string cut = text.Length <= MostShown ? text : string.Concat(text.AsSpan(0, MostShown), "…");
        return string.Concat(cut.Select(c => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '?' : c));
    }

    /// <summary>A refusal that names a tensor, or another part of the file, and the reason.</summary>
    public static FileFormatException Refuse(string part, string reason, Exception? cause = null) => new($"{part}: {reason}", cause);

    /// <summary>Reads a list of whole numbers and returns how many they are; −1 if they are not that, or more than there is room for.</summary>
    private int ReadCounts(scoped Span<long> counts)
    {
        int count = 0;
        Expect(JsonTokenType.StartArray);
        while (Next() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number
                || count == counts.Length
                || !_json.TryGetInt64(out counts[count])
                || counts[count] < 0)
            {
                return -1;
            }

            count++;
        }

        return count;
    }

    private void Expect(JsonTokenType type)
    {
        if (!Next() || _json.TokenType != type)
        {
            throw new JsonException();
        }
    }

    /// <summary>Goes on to the next token; false after the last.</summary>
    private bool Next()
    {
        for (int window = Window; ;)
        {
            window = Math.Min(window, _buffer.Length);
            if (_rest > 0 && _end - _begin < window)
            {
                Fill();
            }

            ReadOnlySpan<byte> seen = _buffer.AsSpan(_begin, Math.Min(window, _end - _begin));
            bool isLast = _rest == 0 && seen.Length == _end - _begin;
            _json = new Utf8JsonReader(seen, isLast, _state);
            bool found = _json.Read();
            int consumed = (int)_json.BytesConsumed;
            _state = _json.CurrentState;
            _begin += consumed;
            _place += consumed;
            if (found || isLast)
            {
                return found && _json.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && !Utf8.IsValid(_json.ValueSpan)
                    ? throw new JsonException()
                    : found;
            }

            if (consumed == 0)
            {
                // Only a text may be longer than the window; the comma before it comes with it.
                if (window == _buffer.Length || !seen.TrimStart(" \t\r\n,"u8).StartsWith("\""u8))
                {
                    throw Refuse("header", $"a text of more than {MostText} bytes, or another piece of more than {Window}, near byte {_place}");
                }

                window *= 2;
            }
        }
    }

    /// <summary>Moves what was not consumed to the front of the buffer and fills the rest of it.</summary>
    private void Fill()
    {
        _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
        _end -= _begin;
        _begin = 0;
        int count = (int)Math.Min(_rest, _buffer.Length - _end);
        _stream.ReadExactly(_buffer, _end, count);
        _end += count;
        _rest -= count;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new FileFormatException(message);
        }
    }
}
