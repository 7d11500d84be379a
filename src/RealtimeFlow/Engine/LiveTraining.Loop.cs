using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace RealtimeFlow.Engine;

/// <content>What passes between the caller and the training side, and the training side's thread.</content>
public sealed partial class LiveTraining
{
    // Without a row of data to learn from, it looks for one so often.
    private const int RowChecksPerSecond = 100;

    private void Post(Action<LiveRun, object?, double> command, object? thing = null, double number = 0)
    {
        lock (_gate)
        {
            _commands.Enqueue(new Command(command, thing, number));
            Monitor.Pulse(_gate);
        }
    }

    private void Publish()
    {
        _run.WriteTo(_snapshots.Writing);
        _snapshots.Publish();
    }

    /// <summary>Lets what was commanded happen. A target's numbers come last: they are those of the target that was named last.</summary>
    private void TakeCommands()
    {
        while (true)
        {
            Command command;
            lock (_gate)
            {
                if (!_commands.TryDequeue(out command))
                {
                    if (_hasMoved)
                    {
                        _run.Move(_moved);
                        (_hasMoved, _isEstimated) = (false, false);
                    }

                    return;
                }
            }

            command.Do(_run, command.Thing, command.Number);
            _isEstimated = false;
        }
    }

    /// <summary>Whether a step is to be made now; a single one is taken off those asked for.</summary>
    private bool TakeStep()
    {
        lock (_gate)
        {
            if (!_isPaused)
            {
                return true;
            }

            bool isSingle = _singleSteps > 0;
            _singleSteps -= isSingle ? 1 : 0;
            return isSingle;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Thrown again where the state is read.")]
    private void Serve()
    {
        try
        {
            long estimated = 0, due = Stopwatch.GetTimestamp();
            while (AwaitWork(due))
            {
                TakeCommands();
                if (Stopwatch.GetTimestamp() >= due && TakeStep())
                {
                    bool isMade = _run.TryStep();
                    _isEstimated &= !isMade;
                    due = isMade ? Next(due) : Stopwatch.GetTimestamp() + (Stopwatch.Frequency / RowChecksPerSecond);
                }

                if (!_isEstimated && (_isPaused || Stopwatch.GetElapsedTime(estimated) >= BetweenEstimates))
                {
                    _run.Estimate();
                    _isEstimated = true;
                    estimated = Stopwatch.GetTimestamp();
                }

                Publish();
            }
        }
        catch (Exception exception)
        {
            Volatile.Write(ref _failure, ExceptionDispatchInfo.Capture(exception));
        }
    }

    /// <summary>When the next step is due: a period after this one was, or now where that is past.</summary>
    private long Next(long due)
    {
        long period = (long)(Stopwatch.Frequency / Volatile.Read(ref _stepsPerSecond));
        return Math.Max(due + period, Stopwatch.GetTimestamp() - period);
    }

    /// <summary>Waits until a step is due, or something is to be done; false where the end has come.</summary>
    private bool AwaitWork(long due)
    {
        lock (_gate)
        {
            while (!_isEnding && _commands.Count == 0 && !_hasMoved)
            {
                if (_isPaused)
                {
                    if (_singleSteps > 0 || !_isEstimated)
                    {
                        break;
                    }

                    Monitor.Wait(_gate);
                }
                else
                {
                    double milliseconds = (due - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
                    if (milliseconds <= 0)
                    {
                        break;
                    }

                    Monitor.Wait(_gate, (int)Math.Clamp(milliseconds, 1, 1000));
                }
            }

            return !_isEnding;
        }
    }

    /// <summary>Something to be done between two steps, on the training side; without a closure, so that none is allocated.</summary>
    private readonly record struct Command(Action<LiveRun, object?, double> Do, object? Thing, double Number);
}
