using System.Buffers.Binary;
using System.IO.Compression;
using CsCheck;

namespace RealtimeFlow.Rendering.Tests;

public sealed class PngWriterTests
{
    [Fact]
    public void Pictures_of_any_size_and_content_come_back()
    {
        Gen<(int Width, int Height, byte[] Rgba)> pictures =
            from width in Gen.Int[1, 40]
            from height in Gen.Int[1, 40]
            from rgba in Gen.Byte.Array[4 * width * height]
            select (width, height, rgba);
        pictures.Sample(picture =>
        {
            using MemoryStream stream = new();
            PngWriter.Write(stream, picture.Rgba, picture.Width, picture.Height);
            (int width, int height, byte[] rgba) = Decode(stream.ToArray());
            Assert.Equal((picture.Width, picture.Height), (width, height));
            Assert.Equal(picture.Rgba, rgba);
        }, iter: 200);
    }

    [Fact]
    public void A_drawn_frame_comes_back_from_its_file_and_leaves_no_other()
    {
        string folder = Directory.CreateTempSubdirectory("rtflow").FullName;
        try
        {
            using SoftwareRenderer renderer = new();
            byte[] picture = Scene.Picture(renderer, new Scene(64, 1000).Frame(), 640, 480);
            string path = Path.Combine(folder, "a.png");
            PngWriter.Write(path, new byte[4], 1, 1);
            PngWriter.Write(path, picture, 640, 480);
            Assert.Equal(picture, Decode(File.ReadAllBytes(path)).Rgba);
            Assert.Single(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_named_with_the_reason()
    {
        string folder = Directory.CreateTempSubdirectory("rtflow").FullName;
        try
        {
            foreach (string path in new[] { Path.Combine(folder, "missing", "a.png"), folder })
            {
                string message = Assert.Throws<IOException>(() => PngWriter.Write(path, new byte[4], 1, 1)).Message;
                Assert.Contains(path, message, StringComparison.Ordinal);
                Assert.DoesNotContain(".tmp", message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', message);
            }

            Assert.Empty(Directory.GetFiles(folder));
            Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(folder)!, Path.GetFileName(folder) + ".*.tmp"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 1, 3)]
    [InlineData(2, 1, 4)]
    public void A_size_that_does_not_match_the_bytes_is_refused(int width, int height, int bytes) =>
        Assert.Throws<ArgumentException>(() => PngWriter.Write(Stream.Null, new byte[bytes], width, height));

    /// <summary>A reader of what the standard says, for 8-bit RGBA without interlacing; checks every CRC.</summary>
    private static (int Width, int Height, byte[] Rgba) Decode(byte[] file)
    {
        Assert.Equal<byte>([137, 80, 78, 71, 13, 10, 26, 10], file[..8]);
        using MemoryStream data = new();
        int width = 0, height = 0;
        string type = "";
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            type = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            ReadOnlySpan<byte> body = file.AsSpan(at + 8, length);
            Assert.Equal(Crc(file.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            if (type == "IHDR")
            {
                width = BinaryPrimitives.ReadInt32BigEndian(body);
                height = BinaryPrimitives.ReadInt32BigEndian(body[4..]);
                Assert.Equal<byte>([8, 6, 0, 0, 0], body[8..].ToArray());
            }
            else if (type == "IDAT")
            {
                data.Write(body);
            }

            at += 12 + length;
        }

        Assert.Equal("IEND", type);
        data.Position = 0;
        using ZLibStream inflate = new(data, CompressionMode.Decompress);
        int stride = 4 * width;
        byte[] rgba = new byte[stride * height];
        for (int y = 0; y < height; y++)
        {
            int filter = inflate.ReadByte();
            inflate.ReadExactly(rgba, y * stride, stride);
            for (int i = 0; i < stride; i++)
            {
                int at = (y * stride) + i;
                int left = i < 4 ? 0 : rgba[at - 4];
                int above = y == 0 ? 0 : rgba[at - stride];
                rgba[at] += (byte)(filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => above,
                    _ => throw new InvalidDataException($"Filter {filter} is not one that is written."),
                });
            }
        }

        Assert.Equal(-1, inflate.ReadByte());
        return (width, height, rgba);
    }

    /// <summary>CRC-32 bit by bit, so that it shares no table with the writer.</summary>
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
