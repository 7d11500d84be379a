namespace RealtimeFlow.Files;

/// <summary>
/// Writes a file so that a crash or a failure at any moment leaves the old file or the new one: into a temporary file in the same
/// folder, flushed to disk, then renamed.
/// </summary>
public static class AtomicFile
{
    /// <summary>Replaces or makes a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="write">Writes the content; an exception of its leaves the old file.</param>
    /// <exception cref="IOException">The file cannot be written; the message is one line and names the path.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string temporary = TemporaryBeside(path);
        try
        {
            try
            {
                using (FileStream stream = Create(temporary))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                // After the rename there is none of that name, and deleting nothing is no error.
                File.Delete(temporary);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, exception);
        }
    }

    /// <summary>Finds out, before work whose result is to be kept, whether <see cref="Write"/> could write a file; leaves no trace.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="IOException">It could not; the message is one line and names the path.</exception>
    public static void EnsureWritable(string path)
    {
        string temporary = TemporaryBeside(path);
        try
        {
            Create(temporary).Dispose();
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, exception);
        }
    }

    private static FileStream Create(string temporary) => new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);

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
            : full.StartsWith("/dev/", StringComparison.Ordinal) ? throw new IOException($"Cannot write '{path}': it names a device, not a file.")
            : Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
    }

    private static IOException CannotWrite(string path, Exception reason) =>
        new($"Cannot write '{path}': {reason.Message.ReplaceLineEndings(" ")}", reason);
}
