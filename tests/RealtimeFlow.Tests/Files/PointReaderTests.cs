using System.Text;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

public sealed class PointReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Memory_that_is_no_whole_rows_is_an_error_of_the_caller(int length)
    {
        using PointReader reader = PointReader.Open(new MemoryStream(PointFiles.Resource("points-f4-v1.npy")), "a.npy");
        Assert.Throws<ArgumentException>("rows", () => reader.Read(new float[length]));
        Assert.Throws<ArgumentException>("rows", () => PointWriter.Create(new MemoryStream(), "a", 2).Write(new float[3]));
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told_by_name()
    {
        string missing = Path.Combine(Path.GetTempPath(), "no", "such", "points.npy");
        Assert.Contains(missing, Assert.ThrowsAny<IOException>(() => PointReader.Open(missing)).Message, StringComparison.Ordinal);
        IOException folder = Assert.Throws<IOException>(() => PointReader.Open(Path.GetTempPath()));
        Assert.Contains($"'{Path.GetTempPath()}': it is a folder", folder.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there does a process see its pipes as files.");
        using System.IO.Pipes.AnonymousPipeServerStream pipe = new(System.IO.Pipes.PipeDirection.Out);
        string path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        Assert.Contains("pipe", Assert.Throws<FileFormatException>(() => PointReader.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_is_refused()
    {
        MemoryStream stream = new();
        stream.Write(PointFiles.Resource("points-f4-v1.npy"));
        using PointReader reader = PointReader.Open(stream, "a.npy");
        stream.SetLength(140);

        FileFormatException exception = Assert.Throws<FileFormatException>(() => reader.Read(new float[6]));
        Assert.Equal("a.npy: the file became shorter while it was read", exception.Message);
    }

    [Fact]
    public void The_name_decides_only_where_the_content_does_not() =>
        Assert.Equal(2, PointFiles.Read(PointFiles.Resource("points-f4-v1.npy"), "a.csv").Dimension);

    [Fact]
    public void Reading_and_writing_rows_allocates_nothing()
    {
        byte[] npy = PointFiles.Write("a.npy", 2, new float[4_000]);
        byte[] csv = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("0.125,-3e-5\n", 2_000)));
        float[] rows = new float[200];
        foreach ((byte[] bytes, string name) in new[] { (npy, "a.npy"), (csv, "a.csv") })
        {
            PointWriter writer = PointWriter.Create(new MemoryStream(1_000_000), name, 2);
            long least = long.MaxValue;
            for (int attempt = 0; attempt < 3; attempt++)
            {
                using PointReader reader = PointReader.Open(new MemoryStream(bytes), name);
                reader.Read(rows);
                long before = GC.GetAllocatedBytesForCurrentThread();
                while (reader.Read(rows) > 0)
                {
                    writer.Write(rows);
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, least);
        }
    }

    [Fact]
    public void Opening_and_reading_takes_a_fixed_buffer_whatever_the_file_announces()
    {
        byte[] huge = Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Repeat("1", 2_000_000)));
        byte[] npy = PointFiles.Resource("empty-f4.npy");
        Encoding.ASCII.GetBytes("(0, 65536), }").CopyTo(npy, npy.AsSpan().IndexOf("(0, 3)"u8));
        Encoding.ASCII.GetBytes("(9223372036854775807, 65536), }").CopyTo(npy, npy.AsSpan().IndexOf("(0, "u8));
        foreach ((byte[] bytes, string name) in new[] { (huge, "a.csv"), (npy, "a.npy"), (new byte[3_000_000], "a.csv") })
        {
            MemoryStream stream = new(bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                PointReader.Open(stream, name).Dispose();
                Assert.Fail("It was not refused.");
            }
            catch (FileFormatException)
            {
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
            }
        }
    }
}
