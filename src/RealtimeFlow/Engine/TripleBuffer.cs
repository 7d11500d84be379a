namespace RealtimeFlow.Engine;

/// <summary>
/// Hands the newest of what one thread writes to another that reads, without a lock and without waiting: of three places one is being
/// written, one is being read, and the third holds what was written last.
/// </summary>
internal sealed class TripleBuffer<T>(Func<T> make)
    where T : class
{
    private const int Fresh = 4;

    private readonly T[] _places = [make(), make(), make()];
    private int _written;
    private int _read = 1;

    // The place between the two, and whether what it holds is new to the reader.
    private int _between = 2;

    /// <summary>What the writer may write to, until <see cref="Publish"/>.</summary>
    public T Writing => _places[_written];

    /// <summary>Hands over what was written. By the writing thread.</summary>
    public void Publish() => _written = Interlocked.Exchange(ref _between, _written | Fresh) & ~Fresh;

    /// <summary>The newest that was handed over; stays as it is until the next call. By the reading thread.</summary>
    public T Read()
    {
        if ((Volatile.Read(ref _between) & Fresh) != 0)
        {
            _read = Interlocked.Exchange(ref _between, _read) & ~Fresh;
        }

        return _places[_read];
    }
}
