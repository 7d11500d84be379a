namespace RealtimeFlow.Files;

/// <summary>Writes points row after row, as a NumPy array or as CSV; memory stays within a fixed buffer.</summary>
public abstract class PointWriter
{
    private readonly int _columns;
    private readonly string _name;

    private protected PointWriter(string name, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        _name = name;
        _columns = columns;
    }

    /// <summary>The rows written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Begins a file: CSV where its name ends in <c>.csv</c>, else a NumPy array.</summary>
    /// <param name="stream">Receives the bytes; can seek.</param>
    /// <param name="name">The file's name, which messages call it by.</param>
    /// <param name="columns">D ≥ 1 for shape [N, D]; null for [N], one number a row.</param>
    /// <exception cref="IOException">It cannot be written; the message is one line and names the file.</exception>
    public static PointWriter Create(Stream stream, string name, int? columns)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return PointReader.IsCsv(name) ? new CsvWriter(stream, name, columns ?? 1) : new NpyWriter(stream, name, columns);
        }
        catch (IOException exception)
        {
            throw AtomicFile.CannotWrite(name, exception);
        }
    }

    /// <summary>The bytes that a file will have, where its rows say that; 0 for CSV, where its numbers do.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="columns">As for <see cref="Create"/>.</param>
    /// <param name="count">How many rows it will have.</param>
    public static long LengthOf(string name, int? columns, long count)
    {
        ArgumentNullException.ThrowIfNull(name);
        return PointReader.IsCsv(name) ? 0 : (long)Int128.Min(long.MaxValue, NpyWriter.HeaderSize + ((Int128)count * (columns ?? 1) * sizeof(float)));
    }

    /// <summary>Writes the next rows. Allocates nothing.</summary>
    /// <param name="rows">A multiple of D floats: number i of row j stands at <c>j * D + i</c>.</param>
    /// <exception cref="ArgumentException">The length is no such multiple.</exception>
    /// <exception cref="IOException">They cannot be written; the message is one line and names the file.</exception>
    public void Write(ReadOnlySpan<float> rows)
    {
        (int count, int rest) = Math.DivRem(rows.Length, _columns);
        if (rest != 0)
        {
            throw new ArgumentException($"Holds {rows.Length} floats, which are not whole rows of {_columns}.", nameof(rows));
        }

        try
        {
            WriteRows(rows);
        }
        catch (IOException exception)
        {
            throw AtomicFile.CannotWrite(_name, exception);
        }

        Count += count;
    }

    /// <summary>Makes the file whole; nothing can be written after that.</summary>
    /// <exception cref="IOException">It cannot be written; the message is one line and names the file.</exception>
    public void Complete()
    {
        try
        {
            End();
        }
        catch (IOException exception)
        {
            throw AtomicFile.CannotWrite(_name, exception);
        }
    }

    private protected abstract void WriteRows(ReadOnlySpan<float> rows);

    private protected abstract void End();
}
