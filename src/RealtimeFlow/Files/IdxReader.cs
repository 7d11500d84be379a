using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace RealtimeFlow.Files;

/// <summary>
/// Reads arrays of bytes from the IDX format of the MNIST database (Y. LeCun, C. Cortes, C. Burges, <i>The MNIST database of handwritten
/// digits</i>): two zero bytes, 8 for unsigned bytes, the number of sides, each side as a big-endian 32-bit integer, then the bytes; gzipped
/// or not. Nothing in it is taken on trust.
/// </summary>
/// <remarks>
/// Memory grows with what was really read, doubling from a piece: a short file cannot ask for much. A gzip stream may hold a thousand times
/// its own length, so the bytes of an array are limited too.
/// </remarks>
public static class IdxReader
{
    /// <summary>The most bytes that an array may have.</summary>
    public const int MostBytes = 1 << 30;

    private const int UnsignedByte = 8, MostSides = 3, Piece = 1 << 18;

    // Deflate codes 258 bytes in 2 bits at best.
    private const long MostExpansion = 1032;

    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    /// <summary>Reads a file of images.</summary>
    /// <param name="path">The file's path.</param>
    /// <returns>How many, their height and width, and their pixels image after image, row after row, the upper first.</returns>
    /// <exception cref="FileFormatException">It is no such file, or not as it should be; the message names the file and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static (int Count, int Height, int Width, byte[] Pixels) ReadImages(string path)
    {
        (int[] sides, byte[] bytes) = Read(path, 3);
        return (sides[0], sides[1], sides[2], bytes);
    }

    /// <summary>Reads a file of labels.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="images">How many images they belong to.</param>
    /// <returns>A byte an image.</returns>
    /// <exception cref="FileFormatException">
    /// It is no such file, not as it should be, or of another number of labels; the message names the file and the reason.
    /// </exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static byte[] ReadLabels(string path, int images)
    {
        byte[] labels = Read(path, 1).Bytes;
        return labels.Length == images ? labels : throw new FileFormatException($"{path}: has {labels.Length} labels, but there are {images} images");
    }

    /// <summary>SHA-256, in hexadecimal, of what a file holds, unpacked where it is gzipped.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">The gzip stream is damaged; the message names the file.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static string Digest(string path)
    {
        using FileStream stream = PointReader.OpenFile(path);
        return Unpack(stream, path, (content, _) => Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>Reads an array from a stream, from where it stands to its end.</summary>
    /// <param name="stream">The stream, gzipped or not.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="sides">How many sides are expected: 1 of labels, 3 of images.</param>
    /// <exception cref="FileFormatException">It is no such array, or not as it should be; the message names the stream and the reason.</exception>
    internal static (int[] Sides, byte[] Bytes) Read(Stream stream, string name, int sides) =>
        Unpack(stream, name, (content, length) => ReadArray(content, sides, length));

    private static (int[] Sides, byte[] Bytes) Read(string path, int sides)
    {
        using FileStream stream = PointReader.OpenFile(path);
        return Read(stream, path, sides);
    }

    /// <summary>Has the content of a stream read, unpacked where it is gzipped.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="read">Reads the content, which has so many bytes if the stream is whole.</param>
    private static T Unpack<T>(Stream stream, string name, Func<Stream, long, T> read)
    {
        try
        {
            if (!stream.CanSeek)
            {
                throw new FileFormatException("is no plain file: it is read from a file, not from a pipe");
            }

            Span<byte> magic = stackalloc byte[2];
            bool isGzip = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic.SequenceEqual(GzipMagic);
            stream.Position = 0;
            if (!isGzip)
            {
                return read(stream, stream.Length);
            }

            long length = UnpackedLength(stream);
            using GZipStream unpacked = new(stream, CompressionMode.Decompress, leaveOpen: true);
            return read(unpacked, length);
        }
        catch (InvalidDataException exception)
        {
            throw new FileFormatException($"{name}: the gzip stream is damaged", exception);
        }
        catch (FileFormatException exception)
        {
            throw new FileFormatException($"{name}: {exception.Message}", exception);
        }
    }

    /// <summary>The length that a gzip stream of one member ends with: were its end cut off, nobody would miss the checksum.</summary>
    private static long UnpackedLength(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        stream.Position = Math.Max(0, stream.Length - bytes.Length);
        ReadWhole(stream, bytes, 0);
        stream.Position = 0;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return length <= MostExpansion * stream.Length ? length : throw new FileFormatException(
            $"is a gzip stream of {stream.Length} bytes that ends with a length of {length}, more than it can hold: truncated, or damaged");
    }

    /// <param name="stream">The content.</param>
    /// <param name="expectedSides">How many sides there should be.</param>
    /// <param name="streamLength">The bytes that the stream has, if it is whole.</param>
    private static (int[] Sides, byte[] Bytes) ReadArray(Stream stream, int expectedSides, long streamLength)
    {
        Span<byte> header = stackalloc byte[(1 + MostSides) * sizeof(int)];
        header = header[..((1 + expectedSides) * sizeof(int))];
        ReadWhole(stream, header, 0);
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic != ((UnsignedByte << 8) | (uint)expectedSides))
        {
            throw new FileFormatException(
                $"begins with 0x{magic:X8}: expected 0x{(UnsignedByte << 8) | expectedSides:X8}, unsigned bytes with {expectedSides} side{(expectedSides == 1 ? "" : "s")} ({(expectedSides == 1 ? "labels" : "images")})");
        }

        int[] sides = new int[expectedSides];
        long length = 1;
        for (int side = 0; side < expectedSides; side++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header[((1 + side) * sizeof(int))..]);
            if (size == 0)
            {
                throw new FileFormatException($"side {side} is 0: the set is empty");
            }

            if (size > MostBytes || length * size > MostBytes)
            {
                throw new FileFormatException($"side {side} is {size}: the array would hold more than {MostBytes} bytes");
            }

            sides[side] = (int)size;
            length *= size;
        }

        return length == streamLength - header.Length ? (sides, ReadBytes(stream, (int)length, header.Length)) : throw new FileFormatException(
            $"holds {streamLength - header.Length} bytes behind its header of {header.Length}: expected {length}");
    }

    private static byte[] ReadBytes(Stream stream, int length, int place)
    {
        byte[] bytes = new byte[Math.Min(length, Piece)];
        for (int done = 0; ;)
        {
            ReadWhole(stream, bytes.AsSpan(done), place + done);
            done = bytes.Length;
            if (done == length)
            {
                break;
            }

            Array.Resize(ref bytes, (int)Math.Min(length, 2L * done));
        }

        return stream.ReadByte() == -1
            ? bytes
            : throw new FileFormatException($"goes on behind the {length} bytes that its header of {place} announces");
    }

    private static void ReadWhole(Stream stream, Span<byte> bytes, int place)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
        {
            throw new FileFormatException($"ends after {place + read} bytes: expected {place + bytes.Length} at least");
        }
    }
}
