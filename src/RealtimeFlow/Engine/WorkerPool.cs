using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace RealtimeFlow.Engine;

/// <summary>
/// Threads of our own that take shards of work from a common counter. A run allocates nothing and, while runs follow each other
/// closely, makes no system call: an idle thread spins for some tens of microseconds before it sleeps.
/// </summary>
/// <remarks>
/// The caller works too and waits for no thread that has not begun a shard: one that is still waking up, or has lost its processor to
/// another program, delays nothing. A run of one shard is the caller's alone.
/// </remarks>
public sealed class WorkerPool : IWorkers, IDisposable
{
    // Longer than the pause between two steps of training, about as long as a thread takes to wake up, short against a frame.
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private readonly long _spinTicks;
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

        // More threads than processors would spin in the way of those that work.
        _spinTicks = threads <= Environment.ProcessorCount ? SpinTicks : 0;
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

    private bool HasShards => (int)Volatile.Read(ref _counters.Ticket) != 0;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    /// <remarks>
    /// One caller at a time. An exception in a shard is thrown here, after all threads have stopped; shards that were not begun by then
    /// are left out.
    /// </remarks>
    public void Run(IShardedWork work, int shards)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_threads.Length == 0 || shards <= 1)
        {
            for (int shard = 0; shard < shards; shard++)
            {
                work.Do(shard, 0);
            }

            return;
        }

        (_work, _shards, _failure) = (work, shards, null);
        Volatile.Write(ref _counters.Done, 0);

        // The number of the run stands above that of the shards left, so that no thread takes a ticket of one run for one of the next.
        Interlocked.Exchange(ref _counters.Ticket, (((_counters.Ticket >> 32) + 1) << 32) | (uint)shards);
        if (Volatile.Read(ref _counters.Sleepers) > 0)
        {
            Wake(shards - 1);
        }

        TakeShards(0);
        for (long start = Stopwatch.GetTimestamp(); Volatile.Read(ref _counters.Done) != shards;)
        {
            Pause(start);
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
        while (AwaitShards())
        {
            TakeShards(worker);
        }
    }

    /// <summary>Returns true when there is work, false when the pool was disposed.</summary>
    private bool AwaitShards()
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < _spinTicks; Thread.SpinWait(1))
        {
            if (HasShards)
            {
                return true;
            }
        }

        lock (_gate)
        {
            // A full fence: either the caller sees a sleeper, or the sleeper sees the caller's shards.
            Interlocked.Increment(ref _counters.Sleepers);
            while (!HasShards && !_disposed)
            {
                Monitor.Wait(_gate);
            }

            Interlocked.Decrement(ref _counters.Sleepers);
        }

        return !_disposed;
    }

    private void Wake(int threads)
    {
        lock (_gate)
        {
            for (int i = Math.Min(threads, _counters.Sleepers); i > 0; i--)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>A moment of waiting for another thread, which may need this one's processor to go on.</summary>
    private void Pause(long start)
    {
        if (Stopwatch.GetTimestamp() - start < _spinTicks)
        {
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }

    /// <summary>Does shards until none is left, and then says how many.</summary>
    private void TakeShards(int worker)
    {
        int done = 0;
        for (; TryTake(out int shard); done++)
        {
            if (_failure == null)
            {
                Do(shard, worker);
            }
        }

        if (done > 0)
        {
            Interlocked.Add(ref _counters.Done, done);
        }
    }

    private bool TryTake(out int shard)
    {
        long ticket = Volatile.Read(ref _counters.Ticket);
        while ((int)ticket != 0)
        {
            long found = Interlocked.CompareExchange(ref _counters.Ticket, ticket - 1, ticket);
            if (found == ticket)
            {
                shard = _shards - (int)ticket;
                return true;
            }

            ticket = found;
        }

        shard = 0;
        return false;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Thrown again on the caller's thread.")]
    private void Do(int shard, int worker)
    {
        try
        {
            _work!.Do(shard, worker);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    // Each counter has cache lines of its own: what one thread writes, another is waiting on.
    [StructLayout(LayoutKind.Explicit, Size = 640)]
    private struct Counters
    {
        /// <summary>The number of the run in the upper half, the shards that are not taken yet in the lower.</summary>
        [FieldOffset(128)]
        public long Ticket;

        /// <summary>The shards that are done, as far as their threads have said.</summary>
        [FieldOffset(256)]
        public int Done;

        [FieldOffset(384)]
        public int Sleepers;
    }
}
