using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;

namespace RealtimeFlow.App.Vae;

/// <summary>One run: a trainer, its clock, and looks at the images that are held out.</summary>
internal sealed class VaeRun
{
    private readonly VaeNote _begun;
    private readonly Func<WorkerPool, AmortizedTrainer> _begin;
    private readonly ImageRows _images;
    private readonly ImageRows? _heldOut;
    private readonly ImageKind _kind;
    private readonly int _threads;
    private readonly TrainCheckpoints? _checkpoints;
    private AmortizedTrainer _trainer = null!;
    private double _seconds;
    private AmortizedEvaluation? _ofHeldOut;

    // Since the last line of progress.
    private double _bounds;
    private long _steps;

    /// <summary>A new run.</summary>
    public VaeRun(
        VaeData data, Binarization binarization, Func<int, (VaeLimits Limits, VaePlan Plan)> begin, bool validates, int threads, TrainCheckpoints? checkpoints)
        : this(data, binarization, validates, threads, checkpoints)
    {
        (VaeLimits limits, VaePlan plan) = begin(_images.Count);
        _begun = new VaeNote(VaeNote.HashOf(_images), validates, plan, limits, 0);
        _begin = workers => new AmortizedTrainer(plan.Model(_images.Pixels), _images, plan.Training, workers);
    }

    /// <summary>A run that goes on.</summary>
    /// <exception cref="Files.FileFormatException">It was begun on other images.</exception>
    public VaeRun(
        VaeData data, ImageCheckpoint checkpoint, Func<int, VaeLimits> limits, VaeNote note, string file, int threads, TrainCheckpoints? checkpoints)
        : this(data, checkpoint.Images.Binarization, note.Validates, threads, checkpoints)
    {
        if (VaeNote.HashOf(_images) != note.Images || _kind != checkpoint.Images)
        {
            throw new Files.FileFormatException($"{file}: its run was begun on other images than those of {data.Name}");
        }

        VaeLimits ends = limits(_images.Count);
        (_begun, _seconds) = (ends == default ? note : note with { Limits = ends }, note.Seconds);
        _begin = workers => new AmortizedTrainer(checkpoint.Run, _images, workers);
    }

    private VaeRun(VaeData data, Binarization binarization, bool validates, int threads, TrainCheckpoints? checkpoints)
    {
        Data = data;
        _images = validates ? data.Rows(ImageSplit.Training, binarization) : data.AllForTraining(binarization);
        _heldOut = validates ? data.Rows(ImageSplit.Validation, binarization) : null;
        _kind = new ImageKind(_images.Images.Height, _images.Images.Width, binarization);
        (_threads, _checkpoints) = (threads, checkpoints);
        (_begun, _begin) = (null!, null!);
    }

    /// <summary>Where the images are from.</summary>
    public VaeData Data { get; }

    /// <summary>What was learned.</summary>
    public ImageModel Model => new(_trainer.Model, _kind, _trainer.Parameters.ToArray());

    /// <summary>Where its checkpoints go; null for none.</summary>
    public string? CheckpointPath => _checkpoints?.Path;

    /// <summary>Trains to the first limit, or until it is interrupted.</summary>
    public void Train(ProgressLine progress, CancellationToken interrupted)
    {
        using WorkerPool workers = new(_threads);
        _trainer = _begin(workers);
        AmortizedEvaluator evaluator = new(_trainer.Model, workers);
        long stepsBetweenLooks = Math.Max(1, _images.Count / _trainer.Options.MinibatchSize);
        long start = Stopwatch.GetTimestamp(), first = _trainer.Steps;
        while (!interrupted.IsCancellationRequested && !LimitReached())
        {
            _trainer.Step();
            (_bounds, _steps) = (_bounds + _trainer.State.Bound, _steps + 1);
            if (_trainer.Steps % stepsBetweenLooks == 0)
            {
                Look(evaluator);
            }

            _seconds = _begun.Seconds + Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (_checkpoints?.IsDue(_trainer.Steps) == true)
            {
                WriteCheckpoint();
            }

            if (progress.IsDue)
            {
                progress.Show(Line((_trainer.Steps - first) / (_seconds - _begun.Seconds)));
                (_bounds, _steps) = (0, 0);
            }
        }

        WriteCheckpoint();
        progress.End();
        Look(evaluator);
    }

    /// <summary>What came of it.</summary>
    public VaeTrainReport Report() => new(
        _trainer.Steps,
        _trainer.Epochs,
        _seconds,
        Json.Number(_trainer.State.Bound),
        Json.Number(_trainer.State.Reconstruction),
        Json.Number(_trainer.State.Divergence),
        Json.Number(_ofHeldOut?.FreeEnergy),
        Json.Number(_trainer.State.GradientNorm),
        _trainer.State.SkippedSteps,
        _images.Count,
        _heldOut?.Count ?? 0,
        _begun.Images);

    private void Look(AmortizedEvaluator evaluator)
    {
        if (_heldOut != null)
        {
            _ofHeldOut = evaluator.Evaluate(_trainer.Parameters, _heldOut, 1, _trainer.Options.Seed);
        }
    }

    private bool LimitReached() => _trainer.Steps >= _begun.Limits.Steps || _seconds >= _begun.Limits.Seconds;

    private void WriteCheckpoint() =>
        _checkpoints?.Write(new ImageCheckpoint(_trainer.Save(), _kind, Json.Text(_begun with { Seconds = _seconds })));

    private string Line(double stepsASecond)
    {
        string heldOut = _ofHeldOut is AmortizedEvaluation look ? string.Create(CultureInfo.InvariantCulture, $"  held out F {look.FreeEnergy:F2}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {_trainer.Steps}  epoch {_trainer.Epochs:F1}  {stepsASecond:F0} steps/s  F {_bounds / _steps:F2}{heldOut}  beta {_trainer.Beta:F2}  rate {_trainer.LearningRate:g2}  {_seconds:F1} s");
    }
}
