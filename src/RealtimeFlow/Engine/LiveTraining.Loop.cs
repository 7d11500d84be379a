using System.Diagnostics;

namespace RealtimeFlow.Engine;

/// <content>What passes between the caller and the training side, and the training side's thread.</content>
public sealed partial class LiveTraining
{
    // Without a row of data to learn from, it looks for one so often.
    private const int RowChecksPerSecond = 100;

    private void Post(Action<LiveRun, object?, double> command, object? thing = null, double number = 0)
    {
        lock (_commands)
        {
            _commands.Enqueue(new Command(command, thing, number));
        }

        _thread.Call();
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
            lock (_commands)
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

    private void Serve()
    {
        long estimated = 0, due = Stopwatch.GetTimestamp();
        while (_thread.AwaitWork(due, _isEstimated))
        {
            TakeCommands();
            if ((IsPaused || Stopwatch.GetTimestamp() >= due) && _thread.TakeStep())
            {
                bool isMade = _run.TryStep();
                _isEstimated &= !isMade;
                due = isMade ? Next(due) : Stopwatch.GetTimestamp() + (Stopwatch.Frequency / RowChecksPerSecond);
            }

            if (!_isEstimated && (IsPaused || Stopwatch.GetElapsedTime(estimated) >= BetweenEstimates))
            {
                _run.Estimate();
                _isEstimated = true;
                estimated = Stopwatch.GetTimestamp();
            }

            Publish();
        }
    }

    /// <summary>When the next step is due: a period after this one was, or now where that is past.</summary>
    private long Next(long due)
    {
        long period = (long)(Stopwatch.Frequency / Volatile.Read(ref _stepsPerSecond));
        return Math.Max(due + period, Stopwatch.GetTimestamp() - period);
    }

    /// <summary>Something to be done between two steps, on the training side; without a closure, so that none is allocated.</summary>
    private readonly record struct Command(Action<LiveRun, object?, double> Do, object? Thing, double Number);
}
