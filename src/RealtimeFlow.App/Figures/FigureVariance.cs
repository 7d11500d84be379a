using System.Globalization;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Figures;

/// <summary>
/// The variance of the total and of the path gradient along a training run: at checkpoints the parameters stand still, and both estimators
/// face the same batches. Where q_K = p, that of the path gradient would be 0; what the flow does not fit keeps it above. The trace can be all
/// but one parameter's, such as that of the seam of a ring, where few particles pull hard: the median over the parameters tells of the rest.
/// </summary>
internal static class FigureVariance
{
    private const int BatchSize = 256, EvaluationParticles = 1 << 18, FirstCheckpoint = 10;
    private const double CheckpointRatio = 1.3;

    private static readonly GradientEstimator[] Estimators = [GradientEstimator.Total, GradientEstimator.Path];

    /// <summary>Trains on each target, measures, draws the figure, and writes down its numbers.</summary>
    public static void Make(
        FigureFiles files,
        IReadOnlyList<Target> targets,
        string flow,
        long steps,
        int batches,
        ulong seed,
        int threads,
        ProgressLine progress,
        CancellationToken interrupted)
    {
        using WorkerPool workers = new(threads);
        using CurveGrid picture = new(targets.Count, columns: 3, width: 680, height: 460);
        List<object?[]> rows = [];
        int[] decades = [10, 100, 1000, 10_000, 100_000, 1_000_000];
        foreach (Target target in targets)
        {
            Trainer trainer = new(FlowShape.Parse(flow, target.Dimension), target, new TrainerOptions { Seed = seed }, workers);
            Measurement[] checkpoints = [.. Train(trainer, steps, batches, workers, progress, interrupted)];
            AddVariances("sum over the parameters", moments => moments.Trace);
            AddVariances("median of the parameters", moments => Median(moments.Variances));
            double logZ = target.LogNormalizer ?? 0;
            picture.Begin($"{target.Name}: {trainer.Flow.Shape}", "steps", target.LogNormalizer == null ? "F, nats" : "KL(q‖p), nats", decades);
            picture.AddCurve("", checkpoints.Select(at => new CurvePoint(at.Step, at.Evaluation.FreeEnergy + logZ)));
            rows.AddRange(checkpoints.SelectMany(at => at.Moments.Select(estimate => new object?[]
            {
                target.Name, trainer.Flow.Shape, seed, at.Step, at.Evaluation.FreeEnergy, at.Evaluation.KullbackLeibler, at.Evaluation.StandardError,
                estimate.Key, BatchSize, batches, estimate.Value.Trace, estimate.Value.TracePerParticle, Median(estimate.Value.Variances),
                Math.Sqrt(estimate.Value.Mean.Sum(g => g * g)),
            })));

            void AddVariances(string name, Func<GradientMoments, double> of)
            {
                picture.Begin($"{target.Name}: {name}", "steps", "variance of the gradient", decades);
                foreach (GradientEstimator estimator in Estimators)
                {
                    picture.AddCurve($"{NameOf(estimator)} gradient", checkpoints.Select(at => new CurvePoint(at.Step, of(at.Moments[NameOf(estimator)]))));
                }
            }
        }

        files.AddPicture("figure-variance.png", picture.Png());
        files.AddTable(
            "figure-variance.csv",
            [
                "target", "flow", "seed", "step", "free_energy", "kl", "standard_error",
                "estimator", "batch", "batches", "trace", "trace_per_particle", "median_variance", "mean_norm",
            ],
            rows);
    }

    private static IEnumerable<Measurement> Train(
        Trainer trainer, long steps, int batches, WorkerPool workers, ProgressLine progress, CancellationToken interrupted)
    {
        FlowEvaluator evaluator = new(workers);
        ulong seed = trainer.Options.Seed;
        long next = Math.Min(FirstCheckpoint, steps);
        while (trainer.Steps < steps)
        {
            interrupted.ThrowIfCancellationRequested();
            trainer.Step((double)trainer.Steps / steps);
            if (trainer.Steps < next)
            {
                continue;
            }

            Evaluation evaluation = evaluator.Evaluate(
                trainer.Flow, trainer.Target, new RandomStream(seed, StreamNumbers.Evaluation), EvaluationParticles);
            Measurement here = new(trainer.Steps, evaluation, Estimators.ToDictionary(NameOf, estimator => EstimatorVariance.Measure(
                trainer, estimator, new RandomStream(seed, StreamNumbers.Monitoring), BatchSize, batches, workers)));
            next = Math.Min((long)Math.Ceiling(trainer.Steps * CheckpointRatio), steps);
            if (progress.IsDue)
            {
                progress.Show(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{trainer.Target.Name}  step {here.Step} of {steps}  F {evaluation.FreeEnergy:F4}  variance {string.Join(", ", here.Moments.Select(of => $"{of.Value.Trace:g3} {of.Key}"))}"));
            }

            yield return here;
        }
    }

    private static string NameOf(GradientEstimator estimator) => estimator.ToString().ToLowerInvariant();

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private sealed record Measurement(long Step, Evaluation Evaluation, Dictionary<string, GradientMoments> Moments);
}
