using System.Buffers.Binary;
using System.IO.Compression;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

/// <summary>IDX files in memory, put together by hand.</summary>
internal static class IdxBytes
{
    /// <summary>The folder of the images that the tests come with: 500 and 100 of Fashion-MNIST.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "RealtimeFlow.Tests", "Data", "fashion");

    /// <summary>Numbers as a header has them, and bytes behind it.</summary>
    public static byte[] Join(ReadOnlySpan<uint> header, ReadOnlySpan<byte> bytes)
    {
        byte[] file = new byte[(4 * header.Length) + bytes.Length];
        for (int i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 * i), header[i]);
        }

        bytes.CopyTo(file.AsSpan(4 * header.Length));
        return file;
    }

    /// <summary>Images of any bytes.</summary>
    public static byte[] Images(uint count, uint height, uint width, byte[] pixels) => Join([0x803, count, height, width], pixels);

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.SmallestSize))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    public static (int[] Sides, byte[] Bytes) Read(byte[] file, int sides = 3) => IdxReader.Read(new MemoryStream(file), "a", sides);

    /// <summary>Refused in one line that begins with the name.</summary>
    public static void AssertRefused(byte[] file, int sides, params string[] words)
    {
        FileFormatException exception = Assert.Throws<FileFormatException>(() => Read(file, sides));
        Assert.StartsWith("a: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
    }
}
