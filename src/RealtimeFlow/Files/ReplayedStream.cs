namespace RealtimeFlow.Files;

/// <summary>Lets a reader who has looked at the beginning of a pipe go back to it: the first bytes are kept and read again.</summary>
/// <param name="stream">The pipe; it ends with this.</param>
internal sealed class ReplayedStream(Stream stream) : Stream
{
    private readonly byte[] _kept = new byte[1 << 20];
    private long _read, _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => _position = value == _position || (value >= 0 && value <= _read && _read <= _kept.Length)
            ? value
            : throw new FileFormatException($"line 1 is longer than {_kept.Length} bytes");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_position < _read)
        {
            ReadOnlySpan<byte> again = _kept.AsSpan((int)_position, (int)Math.Min(_read - _position, buffer.Length));
            again.CopyTo(buffer);
            _position += again.Length;
            return again.Length;
        }

        int count = stream.Read(buffer);
        int kept = (int)Math.Clamp(_kept.Length - _read, 0, count);
        buffer[..kept].CopyTo(_kept.AsSpan((int)Math.Min(_read, _kept.Length)));
        _read += count;
        _position = _read;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
