using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace RealtimeFlow.Engine;

/// <summary>
/// Threads of our own that take shards of work from a common counter. A run allocates nothing and, while runs follow each other
/// closely, makes no system call: an idle thread spins for some tens of microseconds before it sleeps.
/// </summary>
public sealed class WorkerPool : IWorkers, IDisposable
{
    // Some 30 µs: longer than the pause between two steps of training, short against a frame.
    private const int SpinsBeforeSleep = 1000;

    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private IShardedWork? _work;
    private int _shards;
    private Counters _counters;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many threads shall work, the caller's included: 1 starts none.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1, or more than 1,024.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"RealtimeFlow worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <inheritdoc/>
    public int Count => _threads.Length + 1;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    /// <remarks>One caller at a time. An exception in a shard is thrown here, after all threads have stopped; its thread begins no other shard.</remarks>
    public void Run(IShardedWork work, int shards)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _work = work;
        _shards = shards;
        _failure = null;
        Volatile.Write(ref _counters.Next, 0);
        bool shared = _threads.Length > 0 && shards > 1;
        if (shared)
        {
            Volatile.Write(ref _counters.Running, _threads.Length);
            lock (_gate)
            {
                _counters.Epoch++;
                Monitor.PulseAll(_gate);
            }
        }

        TakeShards(0);
        for (int spins = 0; shared && Volatile.Read(ref _counters.Running) > 0; spins++)
        {
            if (spins < SpinsBeforeSleep)
            {
                Thread.SpinWait(10);
            }
            else
            {
                Thread.Yield();
            }
        }

        _work = null;
        _failure?.Throw();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Serve(int worker)
    {
        for (int seen = 0; AwaitEpochAfter(seen); seen++)
        {
            TakeShards(worker);
            Interlocked.Decrement(ref _counters.Running);
        }
    }

    /// <summary>Returns true when there is work, false when the pool was disposed.</summary>
    private bool AwaitEpochAfter(int seen)
    {
        for (int spins = 0; spins < SpinsBeforeSleep; spins++)
        {
            if (Volatile.Read(ref _counters.Epoch) != seen)
            {
                return true;
            }

            Thread.SpinWait(10);
        }

        lock (_gate)
        {
            while (_counters.Epoch == seen && !_disposed)
            {
                Monitor.Wait(_gate);
            }

            return _counters.Epoch != seen;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Thrown again on the caller's thread.")]
    private void TakeShards(int worker)
    {
        try
        {
            for (int shard = Interlocked.Increment(ref _counters.Next) - 1; shard < _shards; shard = Interlocked.Increment(ref _counters.Next) - 1)
            {
                _work!.Do(shard, worker);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    // Each counter has cache lines of its own: what one thread writes, another is waiting on.
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Counters
    {
        [FieldOffset(128)]
        public int Epoch;

        [FieldOffset(256)]
        public int Next;

        [FieldOffset(384)]
        public int Running;
    }
}
