using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("realtimeflow-atomic-").FullName;

    private string Target => Path.Combine(_folder, "file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nothing_is_under_the_name_before_the_commit_and_no_trace_is_left_without_one()
    {
        using (AtomicFile file = AtomicFile.Create(Target))
        {
            file.Stream.Write("new"u8);
            file.Complete();
            Assert.False(File.Exists(Target));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void The_old_file_stays_until_the_commit_and_is_replaced_by_it()
    {
        File.WriteAllText(Target, "the old file");
        using (AtomicFile file = AtomicFile.Create(Target))
        {
            file.Stream.Write("new"u8);
            Assert.Equal("the old file", File.ReadAllText(Target));
            file.Commit();
            Assert.Equal("new", File.ReadAllText(Target));
        }

        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
        Assert.Equal("new", File.ReadAllText(Target));
    }

    [Fact]
    public void Expecting_more_than_is_written_makes_the_file_no_longer()
    {
        using AtomicFile file = AtomicFile.Create(Target, expectedLength: 1 << 20);
        file.Stream.Write("new"u8);
        file.Commit();

        Assert.Equal(3, new FileInfo(Target).Length);
    }

    [Fact]
    public void A_file_larger_than_the_disk_is_refused_before_anything_is_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Whether a disk reserves what is asked depends on its file system.");
        IOException exception = Assert.Throws<IOException>(() => AtomicFile.Create(Target, 1L << 60));

        Assert.Contains($"'{Target}'", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_commit_that_fails_is_told_with_the_name_and_leaves_no_trace()
    {
        using (AtomicFile file = AtomicFile.Create(Target))
        {
            file.Stream.Write("new"u8);
            Directory.CreateDirectory(Target);
            Assert.Contains($"'{Target}'", Assert.Throws<IOException>(file.Commit).Message, StringComparison.Ordinal);
        }

        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
        Assert.Empty(Directory.GetFileSystemEntries(Target));
    }
}
