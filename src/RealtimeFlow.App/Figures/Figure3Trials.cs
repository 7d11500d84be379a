using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Figures;

/// <summary>One training run of figure 3, and what came of it.</summary>
internal sealed record Trial(Target Target, string Kind, double LearningRate, int Layers, ulong Seed)
{
    public double FreeEnergy { get; set; }

    public double StandardError { get; set; }

    /// <summary>KL(q_K‖p), in nats.</summary>
    public double KullbackLeibler => FreeEnergy + Target.LogNormalizer!.Value;

    /// <summary>The density that was learned, where the figure shows it.</summary>
    public DensityPanel? Panel { get; set; }
}

/// <summary>Trains every flow of figure 3, each on one thread, several at once: what comes of a run does not depend on the others.</summary>
internal sealed class Figure3Trials(
    IReadOnlyList<Trial> trials, long steps, Func<Trial, bool> isShown, ProgressLine progress, CancellationToken interrupted) : IShardedWork
{
    /// <summary>Particles a step, of every flow.</summary>
    public const int BatchSize = 512;

    private const int StepsBetweenLooks = 64, Particles = 1 << 18;

    // What the comparison needs is one recipe for all, the plain one that NICE has too: the total gradient by independent particles, Adam as
    // published, half a cosine, nothing shortened.
    private static readonly TrainerOptions Recipe = new()
    {
        BatchSize = BatchSize,
        Estimator = GradientEstimator.Total,
        Sequence = RandomSequence.Independent,
        Epsilon = 1e-8,
        LargestNormRatio = null,
        HoldShare = 0,
        AnnealingShare = 0.5,
    };

    private readonly long _start = Stopwatch.GetTimestamp();
    private int _done;

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        Trial trial = trials[shard];
        TrainerOptions options = Recipe with { LearningRate = trial.LearningRate, Seed = trial.Seed };
        using Contender contender = Contender.Make(trial.Kind, trial.Layers, trial.Target, options);
        for (long step = 0; step < steps; step++)
        {
            if (step % StepsBetweenLooks == 0)
            {
                interrupted.ThrowIfCancellationRequested();
            }

            contender.Step((double)step / steps);
        }

        (trial.FreeEnergy, trial.StandardError) = contender.Evaluate(new RandomStream(trial.Seed, StreamNumbers.Evaluation), Particles);
        if (isShown(trial))
        {
            trial.Panel = new DensityPanel(contender.LogDensity(Figure3.PanelSize, trial.Target.ViewRadius), trial.Target.ViewRadius);
        }

        Tell(trial);
    }

    private void Tell(Trial trial)
    {
        lock (progress)
        {
            _done++;
            if (progress.IsDue)
            {
                progress.Show(string.Create(
                    CultureInfo.InvariantCulture,
                    $"run {_done} of {trials.Count}  {trial.Target.Name} {trial.Kind} K = {trial.Layers}  KL {trial.KullbackLeibler:F4}  {Stopwatch.GetElapsedTime(_start).TotalSeconds:F0} s"));
            }
        }
    }
}
