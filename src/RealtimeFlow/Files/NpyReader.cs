using System.Buffers.Binary;

namespace RealtimeFlow.Files;

/// <summary>Reads the numbers of a NumPy array file.</summary>
internal sealed class NpyReader(Stream stream, string name, NpyHeader header) : PointReader(stream, name, header.Columns)
{
    private readonly Stream _stream = stream;
    private readonly byte[] _buffer = new byte[BufferSize];
    private long _rowsRead;

    public override long? Count => header.Rows;

    private protected override int ReadRows(Span<float> rows)
    {
        int count = (int)Math.Min(rows.Length / Dimension, header.Rows - _rowsRead);
        Span<float> wanted = rows[..(count * Dimension)];
        for (int done = 0; done < wanted.Length;)
        {
            Span<float> part = wanted.Slice(done, Math.Min(wanted.Length - done, BufferSize / header.NumberSize));
            ReadPart(part, done);
            done += part.Length;
        }

        _rowsRead += count;
        return count;
    }

    private void ReadPart(Span<float> part, int done)
    {
        Span<byte> bytes = _buffer.AsSpan(0, part.Length * header.NumberSize);
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new FileFormatException("the file became shorter while it was read");
        }

        for (int i = 0; i < part.Length; i++)
        {
            float number = header.NumberSize == sizeof(float)
                ? BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..])
                : (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
            if (!float.IsFinite(number))
            {
                (int row, int column) = Math.DivRem(done + i, Dimension);
                throw new FileFormatException($"row {_rowsRead + row}, column {column} (counted from 0): the number is not finite, or beyond float32");
            }

            part[i] = number;
        }
    }
}
