using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace RealtimeFlow.Engine;

/// <summary>
/// Lets steps through to what trains, all of them or, while it is paused, single ones; and runs the thread that makes them, where that is not
/// the caller's. One thread commands, one makes the steps; neither allocates here after the start.
/// </summary>
internal sealed class LiveThread : IDisposable
{
    // Held to change any of these four; the thread alone waits for it. Single steps are asked for only while it is paused.
    private readonly object _gate = new();
    private bool _isPaused;
    private int _singleSteps;
    private bool _isCalled;
    private bool _isEnding;

    private Thread? _thread;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether there is a thread.</summary>
    public bool IsStarted => _thread != null;

    /// <summary>Whether single steps alone are let through; those that were asked for before are forgotten.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            lock (_gate)
            {
                (_isPaused, _singleSteps) = (value, 0);
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>While it is paused: one step more.</summary>
    public void StepOnce()
    {
        lock (_gate)
        {
            _singleSteps += _isPaused ? 1 : 0;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Something else than a step is to be done: the thread's wait, or its next one, ends at once.</summary>
    public void Call()
    {
        lock (_gate)
        {
            _isCalled = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Starts the thread.</summary>
    /// <param name="serve">All that it does, until <see cref="AwaitWork"/> says that the end has come.</param>
    /// <exception cref="InvalidOperationException">It has been started.</exception>
    public void Start(Action serve)
    {
        if (IsStarted)
        {
            throw new InvalidOperationException("Training has been started.");
        }

        _thread = new Thread(() => Run(serve)) { IsBackground = true, Name = "RealtimeFlow training" };
        _thread.Start();
    }

    /// <summary>Throws what went wrong on the thread, if anything did.</summary>
    public void ThrowFailure() => Volatile.Read(ref _failure)?.Throw();

    /// <summary>Whether a step is to be made now; a single one is taken off those asked for.</summary>
    public bool TakeStep()
    {
        lock (_gate)
        {
            bool isSingle = _singleSteps > 0;
            _singleSteps -= isSingle ? 1 : 0;
            return isSingle || !_isPaused;
        }
    }

    /// <summary>Waits, on the thread, until a step is due or, while it is paused, asked for, or until it is called; false where the end has come.</summary>
    /// <param name="due">When the next step is due, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="mayRest">Whether there is nothing else to do while it is paused.</param>
    public bool AwaitWork(long due = 0, bool mayRest = true)
    {
        lock (_gate)
        {
            while (!_isEnding && !_isCalled && (_isPaused ? mayRest && _singleSteps == 0 : Stopwatch.GetTimestamp() < due))
            {
                double milliseconds = (due - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
                Monitor.Wait(_gate, _isPaused ? Timeout.Infinite : (int)Math.Clamp(milliseconds, 1, 1000));
            }

            _isCalled = false;
            return !_isEnding;
        }
    }

    /// <summary>Ends the thread, after what it is at.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.Pulse(_gate);
        }

        _thread?.Join();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Thrown again where the state is read.")]
    private void Run(Action serve)
    {
        try
        {
            serve();
        }
        catch (Exception exception)
        {
            Volatile.Write(ref _failure, ExceptionDispatchInfo.Capture(exception));
        }
    }
}
