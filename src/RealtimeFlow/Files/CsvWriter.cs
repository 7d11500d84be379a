using System.Globalization;

namespace RealtimeFlow.Files;

/// <summary>Writes numbers as text, one row a line, without a header: for each float32 the shortest decimal that reads back as it.</summary>
internal sealed class CsvWriter(Stream stream, string name, int columns) : PointWriter(name, columns)
{
    // The longest, -1.17549435E-38, has 15 characters; and the comma.
    private const int MostBytes = 32;

    private readonly byte[] _buffer = new byte[PointReader.BufferSize];
    private readonly int _columns = columns;

    private protected override void WriteRows(ReadOnlySpan<float> rows)
    {
        int used = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (_buffer.Length - used < MostBytes)
            {
                stream.Write(_buffer, 0, used);
                used = 0;
            }

            rows[i].TryFormat(_buffer.AsSpan(used), out int written, default, CultureInfo.InvariantCulture);
            used += written;
            _buffer[used++] = (byte)((i + 1) % _columns == 0 ? '\n' : ',');
        }

        stream.Write(_buffer, 0, used);
    }

    private protected override void End()
    {
    }
}
