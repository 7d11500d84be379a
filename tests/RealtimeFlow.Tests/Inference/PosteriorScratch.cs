#pragma warning disable
using System.Diagnostics;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

public sealed class PosteriorScratch(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public void Measure()
    {
        using WorkerPool workers = new(2);
        foreach (string spec in Environment.GetEnvironmentVariable("SPEC")!.Split(';'))
        {
            string[] f = spec.Split('/');
            Target target = TargetLibrary.Find(f[0])!;
            int steps = int.Parse(f[2]);
            TrainerOptions options = new() { BatchSize = int.Parse(f[3]), LearningRate = double.Parse(f[4]), Estimator = Enum.Parse<GradientEstimator>(f[5]), MinibatchSize = f[6] == "" ? null : int.Parse(f[6]) };
            Trainer trainer = new(FlowShape.Parse(f[1], target.Dimension), target, options, workers);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps; i++) { trainer.Step((double)i / steps); }
            double s = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Evaluation e = new FlowEvaluator(workers).Evaluate(trainer.Flow, target, new RandomStream(1, StreamNumbers.Evaluation), 1 << 20);
            int n = 1 << 20, d = target.Dimension;
            float[] points = new float[n * d];
            trainer.Flow.Sample(new RandomStream(1, StreamNumbers.Samples), 0, points);
            double[] mean = new double[d]; double[,] cov = new double[d, d];
            for (int i = 0; i < d; i++) { for (int j = 0; j < n; j++) { mean[i] += points[(i * n) + j]; } mean[i] /= n; }
            for (int i = 0; i < d; i++) for (int k = 0; k < d; k++) { for (int j = 0; j < n; j++) { cov[i, k] += (points[(i * n) + j] - mean[i]) * (points[(k * n) + j] - mean[k]); } cov[i, k] /= n; }
            output.WriteLine($"{spec}: {s:f2} s, F {e.FreeEnergy:f5} ± {e.StandardError:f6} lnZ {target.LogNormalizer:f5} KL {e.KullbackLeibler:f6} ESS {e.EffectiveSampleSize:f4} skipped {trainer.SkippedSteps}");
            output.WriteLine("  mean " + string.Join(' ', mean.Select(x => x.ToString("f5"))) + "  sd " + string.Join(' ', Enumerable.Range(0, d).Select(i => Math.Sqrt(cov[i, i]).ToString("f5"))));
            if (target is LinearRegression linear)
            {
                GaussianPosterior p = linear.Posterior();
                output.WriteLine("  exact mean " + string.Join(' ', p.Mean.Select(x => x.ToString("f5"))) + " sd " + string.Join(' ', Enumerable.Range(0, d).Select(i => Math.Sqrt(p.Covariance[i, i]).ToString("f5"))) + " corr " + (p.Covariance[1, 2] / Math.Sqrt(p.Covariance[1, 1] * p.Covariance[2, 2])).ToString("f3"));
                for (int i = 0; i < d; i++) for (int k = 0; k <= i; k++) output.WriteLine($"  cov {i}{k} {cov[i, k]:e4} exact {p.Covariance[i, k]:e4} error/sqrt(ii kk) {(cov[i, k] - p.Covariance[i, k]) / Math.Sqrt(p.Covariance[i, i] * p.Covariance[k, k]):e2} relative {(cov[i, k] / p.Covariance[i, k]) - 1:e2}");
                output.WriteLine("  mean err / sd " + string.Join(' ', Enumerable.Range(0, d).Select(i => ((mean[i] - p.Mean[i]) / Math.Sqrt(p.Covariance[i, i])).ToString("e2"))));
            }
        }
    }
}
