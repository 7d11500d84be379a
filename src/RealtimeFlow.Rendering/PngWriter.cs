using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics.Tensors;
using RealtimeFlow.Files;

namespace RealtimeFlow.Rendering;

/// <summary>Writes RGBA pictures as PNG (ISO/IEC 15948): one IDAT chunk, and for each row the filter, Sub or Up, that leaves more zeros.</summary>
public static class PngWriter
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Writes a picture to a file, as <see cref="AtomicFile"/> does: a file under the asked name is always whole.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="rgba">4 · width · height bytes, the top row first.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <exception cref="IOException">The file cannot be written; the message names it and says why.</exception>
    /// <exception cref="ArgumentException">The size is not positive or does not match the bytes.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> rgba, int width, int height) =>
        AtomicFile.Write(path, stream => Write(stream, rgba.Span, width, height));

    /// <summary>Writes a picture to a stream.</summary>
    /// <param name="stream">Where to; left open.</param>
    /// <param name="rgba">4 · width · height bytes, the top row first.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <exception cref="ArgumentException">The size is not positive or does not match the bytes.</exception>
    public static void Write(Stream stream, ReadOnlySpan<byte> rgba, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(rgba, width, height);
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);

        // Width, height, 8 bits a sample, colour type 6 (RGBA), deflate, adaptive filters, not interlaced.
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = 6;
        WriteChunk(stream, "IHDR"u8, header);
        using MemoryStream compressed = new();
        using (ZLibStream deflate = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            WriteRows(deflate, rgba, 4 * width);
        }

        WriteChunk(stream, "IDAT"u8, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(stream, "IEND"u8, default);
    }

    private static void Check(ReadOnlySpan<byte> rgba, int width, int height)
    {
        if (width < 1 || height < 1 || rgba.Length != 4L * width * height)
        {
            throw new ArgumentException($"A picture of {width} × {height} does not have {rgba.Length} bytes.", nameof(rgba));
        }
    }

    private static void WriteRows(Stream stream, ReadOnlySpan<byte> rgba, int stride)
    {
        const byte SubFilter = 1, UpFilter = 2;
        byte[] sub = new byte[stride + 1];
        byte[] up = new byte[stride + 1];
        ReadOnlySpan<byte> above = new byte[stride];
        sub[0] = SubFilter;
        up[0] = UpFilter;
        for (int start = 0; start < rgba.Length; start += stride)
        {
            ReadOnlySpan<byte> row = rgba.Slice(start, stride);
            row[..4].CopyTo(sub.AsSpan(1));
            TensorPrimitives.Subtract(row[4..], row[..^4], sub.AsSpan(5));
            TensorPrimitives.Subtract(row, above, up.AsSpan(1));
            stream.Write(sub.AsSpan().Count((byte)0) > up.AsSpan().Count((byte)0) ? sub : up);
            above = row;
        }
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(data, Crc(type, uint.MaxValue)));
        stream.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> data, uint crc)
    {
        foreach (byte value in data)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    /// <summary>CRC-32 of the polynomial 0x04C11DB7, bits reversed (ISO 3309).</summary>
    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint value = 0; value < table.Length; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }

            table[value] = crc;
        }

        return table;
    }
}
