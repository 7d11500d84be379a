namespace RealtimeFlow.Files;

/// <summary>
/// A file that is written so that a crash or a failure at any moment leaves the old file or the new one: into a temporary file in the
/// same folder, flushed to disk, then renamed. Disposed of without <see cref="Commit()"/>, it leaves no trace.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path, _temporary;
    private readonly FileStream _stream;

    private AtomicFile(string path, string temporary, FileStream stream)
    {
        _path = path;
        _temporary = temporary;
        _stream = stream;
    }

    /// <summary>Receives the content; can seek.</summary>
    public Stream Stream => _stream;

    /// <summary>Begins a file; nothing is under its name yet, or still the old one.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="expectedLength">
    /// How many bytes it will have, where that is known: the disk reserves them, so that one that is too small is found out now.
    /// </param>
    /// <exception cref="IOException">The file cannot be written; the message is one line and names the path.</exception>
    public static AtomicFile Create(string path, long expectedLength = 0)
    {
        string temporary = TemporaryBeside(path);
        try
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                PreallocationSize = expectedLength,
            };
            return new AtomicFile(path, temporary, new FileStream(temporary, options));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, exception);
        }
    }

    /// <summary>Replaces or makes a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="write">Writes the content; an exception of its leaves the old file.</param>
    /// <exception cref="IOException">The file cannot be written; the message is one line and names the path.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using AtomicFile file = Create(path);
        try
        {
            write(file.Stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, exception);
        }

        file.Commit();
    }

    /// <summary>Finds out, before work whose result is to be kept, whether a file could be written; leaves no trace.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="IOException">It could not; the message is one line and names the path.</exception>
    public static void EnsureWritable(string path) => Create(path).Dispose();

    /// <summary>Flushes the content to disk; nothing can be written after that.</summary>
    /// <exception cref="IOException">It cannot be written; the message is one line and names the path.</exception>
    public void Complete()
    {
        if (!_stream.CanWrite)
        {
            return;
        }

        try
        {
            _stream.Flush(flushToDisk: true);
            _stream.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(_path, exception);
        }
    }

    /// <summary>Gives the completed file its name.</summary>
    /// <exception cref="IOException">It cannot be written; the message is one line and names the path.</exception>
    public void Commit()
    {
        Complete();
        try
        {
            File.Move(_temporary, _path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(_path, exception);
        }
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        finally
        {
            // After the rename there is none of that name, and deleting nothing is no error.
            File.Delete(_temporary);
        }
    }

    /// <summary>What a user is told about a file that cannot be written.</summary>
    internal static IOException CannotWrite(string path, Exception reason) =>
        new($"Cannot write '{path}': {reason.Message.ReplaceLineEndings(" ")}", reason);

    private static string TemporaryBeside(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new IOException("Cannot write '': a file name was expected.");
        }

        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw new IOException($"Cannot write '{path}': it names a folder, not a file.");
        }

        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        return !Directory.Exists(folder) ? throw new IOException($"Cannot write '{path}': there is no folder '{folder}'.")

            // A rename would put a plain file in the place of the device, for every program on the machine.
            : full.StartsWith("/dev/", StringComparison.Ordinal) && folder != "/dev/shm" ? throw new IOException($"Cannot write '{path}': it names a device, not a file.")
            : Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
    }
}
