using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks;

/// <summary>
/// How well, and how surely, the defaults train: 32 planar layers on the four energies from many seeds, counted in steps, so that every
/// number repeats. Seeds are shared out over the processors, each on a thread of its own.
/// </summary>
internal static class TrainingStudy
{
    private static readonly string[] Targets = ["u1", "u2", "u3", "u4"];

    /// <summary>Short runs at three learning rates: whether any fails.</summary>
    public static void Stability(int seeds)
    {
        Console.WriteLine($"2,000 steps of 512, {seeds} seeds, KL in nats on 65,536 particles\n");
        Console.WriteLine("| target | learning rate | median | 95th percentile | worst (seed) | above 0.3 | above 0.69 | not finite | steps skipped |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (string target in Targets)
        {
            foreach (double rate in (double[])[0.001, 0.005, 0.02])
            {
                Result[] results = Train(target, seeds, new TrainerOptions { BatchSize = 512, LearningRate = rate }, steps: 2000, particles: 1 << 16);
                double[] sorted = [.. results.Select(result => result.Divergence).Order()];
                int worst = Array.FindIndex(results, result => result.Divergence.Equals(sorted[^1]));
                Write(
                    $"| {target} | {rate} | {Quantile(sorted, 0.5):F4} | {Quantile(sorted, 0.95):F4} | {sorted[^1]:F4} ({worst + 1}) | {sorted.Count(kl => kl > 0.3)} | {sorted.Count(kl => kl > 0.69)} | {sorted.Count(kl => !double.IsFinite(kl))} | {results.Sum(result => result.Skipped)} |");
            }
        }
    }

    /// <summary>Long runs: how near they come.</summary>
    public static void Quality(int seeds, int steps, TrainerOptions with)
    {
        Console.WriteLine($"{steps:N0} steps of {with.Optimizer}, {seeds} seeds, KL in nats on 1,048,576 particles; seconds on one thread\n");
        Console.WriteLine("| target | best of the first 3 | best | median | worst | seconds, median |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string target in Targets)
        {
            Result[] results = Train(target, seeds, with with { LearningRate = TrainerOptions.SuitedLearningRate(steps), FinalBatchSize = 2048 }, steps, particles: 1 << 20);
            double[] sorted = [.. results.Select(result => result.Divergence).Order()];
            double[] seconds = [.. results.Select(result => result.Seconds).Order()];
            Write(
                $"| {target} | {results.Take(3).Min(result => result.Divergence):F5} | {sorted[0]:F5} | {Quantile(sorted, 0.5):F5} | {sorted[^1]:F5} | {Quantile(seconds, 0.5):F1} |");
        }
    }

    private static Result[] Train(string name, int seeds, TrainerOptions options, int steps, int particles)
    {
        Target target = TargetLibrary.Find(name)!;
        Result[] results = new Result[seeds];
        Parallel.For(0, seeds, i =>
        {
            using WorkerPool alone = new(1);
            TrainerOptions seeded = options with { Seed = (ulong)i + 1 };
            Trainer trainer = new(FlowShape.Parse("planar:32", target.Dimension), target, seeded, alone);
            long start = Stopwatch.GetTimestamp();
            for (int step = 0; step < steps; step++)
            {
                trainer.Step((double)step / steps);
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Evaluation found = new FlowEvaluator(alone).Evaluate(
                trainer.Flow, target, new RandomStream(seeded.Seed, StreamNumbers.Evaluation), particles);
            results[i] = new Result(found.KullbackLeibler!.Value, seconds, trainer.SkippedSteps);
        });
        return results;
    }

    private static double Quantile(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];

    private static void Write(FormattableString row) => Console.WriteLine(row.ToString(CultureInfo.InvariantCulture));

    private readonly record struct Result(double Divergence, double Seconds, long Skipped);
}
