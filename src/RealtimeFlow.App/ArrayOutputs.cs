using RealtimeFlow.Files;

namespace RealtimeFlow.App;

/// <summary>The arrays that a verb writes, rows and a number a row: all of them, whole, or no trace of any.</summary>
internal sealed class ArrayOutputs : IDisposable
{
    private readonly Output? _rows, _numbers;

    /// <summary>Begins the files, so that what cannot be written is found out before long work.</summary>
    /// <param name="rowsPath">The file for the rows; or null.</param>
    /// <param name="numbersPath">The file for the numbers; or null.</param>
    /// <param name="dimension">D.</param>
    /// <param name="count">How many rows, where that is known.</param>
    /// <exception cref="IOException">One cannot be written; the message names it.</exception>
    public ArrayOutputs(string? rowsPath, string? numbersPath, int dimension, long? count)
    {
        _rows = rowsPath == null ? null : new Output(rowsPath, dimension, count);
        try
        {
            _numbers = numbersPath == null ? null : new Output(numbersPath, null, count);
        }
        catch
        {
            _rows?.Dispose();
            throw;
        }
    }

    /// <summary>Whether rows are wanted.</summary>
    public bool HasRows => _rows != null;

    /// <summary>Whether numbers are wanted.</summary>
    public bool HasNumbers => _numbers != null;

    /// <summary>Writes the next rows and their numbers, those of them that are wanted.</summary>
    public void Write(ReadOnlySpan<float> rows, ReadOnlySpan<float> numbers)
    {
        _rows?.Writer.Write(rows);
        _numbers?.Writer.Write(numbers);
    }

    /// <summary>Gives the files their names, once both are on the disk.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted before that.</exception>
    public void Commit(CancellationToken interrupted)
    {
        _rows?.Complete();
        _numbers?.Complete();
        interrupted.ThrowIfCancellationRequested();
        _rows?.File.Commit();
        _numbers?.File.Commit();
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        _rows?.Dispose();
        _numbers?.Dispose();
    }

    private sealed class Output : IDisposable
    {
        public Output(string path, int? columns, long? count)
        {
            File = AtomicFile.Create(path, PointWriter.LengthOf(path, columns, count ?? 0));
            Writer = PointWriter.Create(File.Stream, path, columns);
        }

        public AtomicFile File { get; }

        public PointWriter Writer { get; }

        public void Complete()
        {
            Writer.Complete();
            File.Complete();
        }

        public void Dispose() => File.Dispose();
    }
}
