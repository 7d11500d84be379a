using System.Diagnostics;
using RealtimeFlow.Engine;

namespace RealtimeFlow.Amortized;

/// <summary>
/// Models that learn side by side while they are watched, a step of each at a time: on a thread of their own (<see cref="Start"/>), so that
/// drawing never waits for them, or by counted steps on the caller's (<see cref="Advance"/>). Trainers of one seed, minibatch and set see the
/// same images at every step, so that what differs is the models.
/// </summary>
/// <remarks>
/// One thread commands and reads <see cref="Latest"/>; commands take effect between two steps. The models' numbers are those of their
/// trainers, bit for bit, whatever the time. In steady state no thread allocates.
/// </remarks>
public sealed class LiveModels : IDisposable
{
    /// <summary>Steps from one look at the images that are held out to the next.</summary>
    public const int StepsBetweenLooks = 100;

    private static readonly TimeSpan BetweenSnapshots = TimeSpan.FromSeconds(0.03);

    private readonly AmortizedTrainer[] _trainers;
    private readonly AmortizedEvaluator[] _evaluators;
    private readonly AmortizedEvaluation[] _heldOut;
    private readonly ImageSource _images;
    private readonly TripleBuffer<ModelSnapshot> _snapshots;
    private readonly LiveThread _thread = new();

    /// <summary>Takes trainers; nothing is trained yet.</summary>
    /// <param name="trainers">At least one; nobody else's from now on.</param>
    /// <param name="heldOut">Images to look at now and then.</param>
    /// <param name="workers">The threads that evaluate; those of the trainers may be the same.</param>
    /// <exception cref="ArgumentException">No trainer, or images of another size.</exception>
    public LiveModels(IReadOnlyList<AmortizedTrainer> trainers, ImageSource heldOut, IWorkers workers)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(heldOut);
        if (trainers.Count == 0)
        {
            throw new ArgumentException("Nothing is to be trained.", nameof(trainers));
        }

        (_trainers, _images) = ([.. trainers], heldOut);
        _evaluators = [.. trainers.Select(trainer => new AmortizedEvaluator(trainer.Model, workers))];
        _heldOut = new AmortizedEvaluation[trainers.Count];
        _snapshots = new(() => new ModelSnapshot(trainers));
        Look();
        Publish();
    }

    /// <summary>Whether they train on a thread of their own.</summary>
    public bool IsStarted => _thread.IsStarted;

    /// <summary>Whether they stand still.</summary>
    public bool IsPaused
    {
        get => _thread.IsPaused;
        set => _thread.IsPaused = value;
    }

    /// <summary>While they are paused: one step more.</summary>
    public void StepOnce() => _thread.StepOnce();

    /// <summary>Trains on a thread of their own from now on.</summary>
    /// <exception cref="InvalidOperationException">They do so already.</exception>
    public void Start() => _thread.Start(Serve);

    /// <summary>Trains on the calling thread: so many steps or, while paused, the single steps that were asked for.</summary>
    /// <param name="steps">How many at most.</param>
    /// <exception cref="InvalidOperationException">They train on a thread of their own.</exception>
    public void Advance(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (IsStarted)
        {
            throw new InvalidOperationException("They train on a thread of their own.");
        }

        for (int made = 0; made < steps && _thread.TakeStep(); made++)
        {
            Step();
        }

        Publish();
    }

    /// <summary>The newest state: stays as it is until the next call.</summary>
    /// <remarks>What went wrong on the training thread is thrown here.</remarks>
    public ModelSnapshot Latest()
    {
        _thread.ThrowFailure();
        return _snapshots.Read();
    }

    /// <summary>Ends the thread, after the step that it is at.</summary>
    public void Dispose() => _thread.Dispose();

    private void Step()
    {
        foreach (AmortizedTrainer trainer in _trainers)
        {
            trainer.Step();
        }

        if (_trainers[0].Steps % StepsBetweenLooks == 0)
        {
            Look();
        }
    }

    /// <summary>With one noise for all looks and models: what differs is the models.</summary>
    private void Look()
    {
        for (int i = 0; i < _trainers.Length; i++)
        {
            _heldOut[i] = _evaluators[i].Evaluate(_trainers[i].Parameters, _images, samples: 1, seed: 0);
        }
    }

    private void Publish()
    {
        ModelSnapshot snapshot = _snapshots.Writing;
        AmortizedTrainer first = _trainers[0];
        (snapshot.Steps, snapshot.Epochs, snapshot.Beta) = (first.Steps, first.Epochs, first.Beta);
        for (int i = 0; i < _trainers.Length; i++)
        {
            snapshot.Models[i].Take(_trainers[i], _heldOut[i]);
        }

        _snapshots.Publish();
    }

    private void Serve()
    {
        long published = 0;
        while (_thread.AwaitWork())
        {
            if (_thread.TakeStep())
            {
                Step();
            }

            if (IsPaused || Stopwatch.GetElapsedTime(published) >= BetweenSnapshots)
            {
                Publish();
                published = Stopwatch.GetTimestamp();
            }
        }
    }
}
