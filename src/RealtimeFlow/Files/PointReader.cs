namespace RealtimeFlow.Files;

/// <summary>
/// Reads points row after row from an array file, taking nothing in it on trust: a NumPy .npy file (version 1.0 to 3.0, &lt;f4 or &lt;f8,
/// C order, shape [N, D] or [N]) or a .csv file (one row a line, an optional header). Memory stays within a fixed buffer, whatever the
/// file says or holds.
/// </summary>
public abstract class PointReader : IDisposable
{
    /// <summary>The most columns that a file may have.</summary>
    public const int MostColumns = 65_536;

    /// <summary>The bytes read at once.</summary>
    internal const int BufferSize = 1 << 16;

    private readonly Stream _stream;
    private readonly string _name;

    private protected PointReader(Stream stream, string name, int dimension)
    {
        _stream = stream;
        _name = name;
        Dimension = dimension;
    }

    /// <summary>D: the numbers of a row.</summary>
    public int Dimension { get; }

    /// <summary>N, where the file says it.</summary>
    public abstract long? Count { get; }

    /// <summary>Opens a file: one that begins as a NumPy array does, or else one whose name ends in <c>.csv</c>.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">It is neither, or not as it should be; the message names the file and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static PointReader Open(string path)
    {
        FileStream stream = OpenFile(path);
        try
        {
            return Open(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads from a stream that can seek, from its beginning to its end.</summary>
    /// <param name="stream">The stream; it ends with the reader.</param>
    /// <param name="name">What messages call it; ends in <c>.csv</c> where the content is that.</param>
    /// <exception cref="FileFormatException">It is neither, or not as it should be; the message names the file and the reason.</exception>
    public static PointReader Open(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            if (!stream.CanSeek)
            {
                throw new FileFormatException("is no plain file: points are read from a file, not from a pipe");
            }

            stream.Position = 0;
            return NpyHeader.IsAhead(stream) ? new NpyReader(stream, name, NpyHeader.Read(stream))
                : IsCsv(name) ? CsvReader.Begin(stream, name)
                : throw new FileFormatException(
                    "is neither a NumPy array, which begins with \\x93NUMPY, nor named .csv: expected points as .npy or .csv");
        }
        catch (FileFormatException exception)
        {
            throw Named(name, exception);
        }
    }

    /// <summary>Reads CSV from a pipe, whose rows can be read one by one as they arrive.</summary>
    /// <param name="pipe">The pipe; it ends with the reader. The first line is awaited.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="FileFormatException">Its first line is not as it should be; the message names the pipe and the reason.</exception>
    public static PointReader OpenPipe(Stream pipe, string name)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return CsvReader.Begin(new ReplayedStream(pipe), name);
        }
        catch (FileFormatException exception)
        {
            throw Named(name, exception);
        }
    }

    /// <summary>Reads the next rows, as many as there are and as fit. Allocates nothing.</summary>
    /// <param name="rows">A multiple of D floats, not 0: number i of row j goes to <c>j * D + i</c>.</param>
    /// <returns>How many rows were read; 0 at the end.</returns>
    /// <exception cref="ArgumentException">The length is not such a multiple.</exception>
    /// <exception cref="FileFormatException">The file is not as it should be; the message names the file, the place and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public int Read(Span<float> rows)
    {
        if (rows.IsEmpty || rows.Length % Dimension != 0)
        {
            throw new ArgumentException($"Holds {rows.Length} floats, which are not whole rows of {Dimension}.", nameof(rows));
        }

        try
        {
            return ReadRows(rows);
        }
        catch (FileFormatException exception)
        {
            throw Named(_name, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether a file of this name is written and read as CSV.</summary>
    internal static bool IsCsv(string name) => name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>As <see cref="Read"/>, for a length that was checked; messages need not name the file.</summary>
    private protected abstract int ReadRows(Span<float> rows);

    private static FileFormatException Named(string name, FileFormatException exception) => new($"{name}: {exception.Message}", exception);

    /// <summary>Opens a file to read; a folder, or a file that may not be read, is an IOException that says so.</summary>
    internal static FileStream OpenFile(string path)
    {
        try
        {
            // Readers have a buffer of their own.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(
                Directory.Exists(path) ? $"Cannot read '{path}': it is a folder." : $"Cannot read '{path}': permission denied.", exception);
        }
    }
}
