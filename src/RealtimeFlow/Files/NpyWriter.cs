using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace RealtimeFlow.Files;

/// <summary>Writes a NumPy array file of version 1.0, dtype &lt;f4, C order, shape [N, D] or [N].</summary>
internal sealed class NpyWriter : PointWriter
{
    // Numbers begin at a multiple of 64, as numpy has it; at this one the header has room for any N, and so can be written twice.
    internal const int HeaderSize = 128;

    private readonly Stream _stream;
    private readonly int? _columns;
    private readonly long _start;
    private readonly byte[] _buffer = new byte[PointReader.BufferSize];

    /// <summary>Begins an array; its header says 0 rows until <see cref="PointWriter.Complete"/>.</summary>
    /// <param name="stream">Receives the bytes; can seek.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="columns">D ≥ 1 for shape [N, D]; null for [N], one number a row.</param>
    public NpyWriter(Stream stream, string name, int? columns)
        : base(name, columns ?? 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _columns = columns;
        _start = stream.Position;
        stream.Write(Header());
    }

    private protected override void WriteRows(ReadOnlySpan<float> rows)
    {
        while (!rows.IsEmpty)
        {
            ReadOnlySpan<float> part = rows[..Math.Min(rows.Length, _buffer.Length / sizeof(float))];
            for (int i = 0; i < part.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(_buffer.AsSpan(i * sizeof(float)), part[i]);
            }

            _stream.Write(_buffer, 0, part.Length * sizeof(float));
            rows = rows[part.Length..];
        }
    }

    private protected override void End()
    {
        _stream.Position = _start;
        _stream.Write(Header());
        _stream.Seek(0, SeekOrigin.End);
    }

    private byte[] Header()
    {
        string shape = _columns is int columns
            ? string.Create(CultureInfo.InvariantCulture, $"({Count}, {columns})")
            : string.Create(CultureInfo.InvariantCulture, $"({Count},)");
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}";

        byte[] header = new byte[HeaderSize];
        header.AsSpan().Fill((byte)' ');
        NpyHeader.Magic.CopyTo(header);
        int before = NpyHeader.Magic.Length + 2 + sizeof(ushort);
        (header[before - 4], header[before - 3]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(before - sizeof(ushort)), (ushort)(HeaderSize - before));
        Encoding.ASCII.GetBytes(text, header.AsSpan(before));
        header[^1] = (byte)'\n';
        return header;
    }
}
