namespace RealtimeFlow.Files;

/// <summary>Cuts CSV text into fields, through a buffer of fixed size: commas between fields, LF or CRLF between lines, in UTF-8.</summary>
internal sealed class CsvFields
{
    // A double with every digit it has, 0.000…, is shorter.
    private const int MostBytes = 1200;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[PointReader.BufferSize];
    private readonly long _start;
    private int _at, _filled;
    private bool _isAfterComma;

    /// <param name="stream">Can seek; stands at its beginning.</param>
    public CsvFields(Stream stream)
    {
        _stream = stream;
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        Fill();
        _start = _buffer.AsSpan(0, _filled).StartsWith(mark) ? mark.Length : 0;
        Rewind();
    }

    /// <summary>The number of the field's line, from 1 on.</summary>
    public long Line { get; private set; }

    /// <summary>The field's place in its line, from 1 on.</summary>
    public long Column { get; private set; }

    /// <summary>Whether the field ends its line.</summary>
    public bool EndsLine { get; private set; }

    /// <summary>Goes back to before the first field.</summary>
    public void Rewind()
    {
        _stream.Position = _start;
        (_at, _filled, _isAfterComma) = (0, 0, false);
        (Line, Column, EndsLine) = (0, 0, true);
    }

    /// <summary>Goes to the next field.</summary>
    /// <param name="field">The field, without spaces around it; good until the next call.</param>
    /// <returns>False at the end of the text.</returns>
    public bool Next(out ReadOnlySpan<byte> field)
    {
        (Line, Column) = EndsLine ? (Line + 1, 1) : (Line, Column + 1);
        int length;
        while ((length = _buffer.AsSpan(_at, _filled - _at).IndexOfAny((byte)',', (byte)'\n')) < 0 && Fill())
        {
        }

        bool ends = length < 0;
        length = ends ? _filled - _at : length;
        if (length > MostBytes)
        {
            throw new FileFormatException($"line {Line}, column {Column}: is longer than {MostBytes} bytes, which no number needs");
        }

        field = _buffer.AsSpan(_at, length);
        if (ends && length == 0 && !_isAfterComma)
        {
            return false;
        }

        _isAfterComma = !ends && _buffer[_at + length] == (byte)',';
        EndsLine = !_isAfterComma;
        _at += ends ? length : length + 1;
        field = field.Trim(" \t\r"u8);
        return true;
    }

    /// <summary>Reads on behind what was not used yet; false where there is no more, or no room, so that the field is too long.</summary>
    private bool Fill()
    {
        Buffer.BlockCopy(_buffer, _at, _buffer, 0, _filled - _at);
        (_at, _filled) = (0, _filled - _at);
        int read = _filled < _buffer.Length ? _stream.Read(_buffer, _filled, _buffer.Length - _filled) : 0;
        _filled += read;
        return read > 0;
    }
}
