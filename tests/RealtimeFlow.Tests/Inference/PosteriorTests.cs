using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

/// <summary>Flows that were trained on data, against posteriors that are known.</summary>
public sealed class PosteriorTests(ITestOutputHelper output) : IDisposable
{
    private const int Draws = 1 << 18;

    // Of 4 chains of 200,000 steps with seeds 1 to 4, by the explicit test below: R̂ at most 1.0002, effective sample sizes of 42,000 and more,
    // and so means to 0.5 % of the standard deviation. The predictive is that of every 50th draw.
    private static readonly double[] LogisticMeans = [-0.02357, 0.74860, 3.89617, -0.44070, 4.36415];
    private static readonly double[] LogisticDeviations = [0.23883, 0.32900, 0.53331, 0.59248, 0.69967];
    private const double LogisticHeldOut = -0.284085;

    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Linear_regression_comes_to_its_exact_posterior_and_evidence()
    {
        LinearRegression target = (LinearRegression)TargetLibrary.Find("linear")!;
        GaussianPosterior exact = target.Posterior();
        Assert.InRange(exact.Covariance[1, 2] / Math.Sqrt(exact.Covariance[1, 1] * exact.Covariance[2, 2]), -0.7, -0.6);
        Trainer trainer = Train(target, "planar:16", new TrainerOptions { BatchSize = 512, Estimator = GradientEstimator.Path }, steps: 4000);
        Evaluation evaluation = Evaluate(trainer);
        output.WriteLine($"F + ln evidence = {evaluation.KullbackLeibler:f6} ± {evaluation.StandardError:f6} nats");
        Assert.Equal(exact.LogEvidence, target.LogNormalizer);
        Assert.InRange(evaluation.KullbackLeibler!.Value, -5 * evaluation.StandardError, 1e-3);
        CompareMoments(Sample(trainer), exact, share: 0.01);
    }

    /// <summary>What is left is the noise of the rows: it falls with the learning rate, as does the length of the run.</summary>
    [Fact]
    public void Minibatches_come_to_the_posterior_of_all_rows()
    {
        LinearRegression target = (LinearRegression)TargetLibrary.Find("linear")!;
        TrainerOptions options = new() { BatchSize = 256, Estimator = GradientEstimator.Path, MinibatchSize = 64, LearningRate = 0.01 };
        Trainer trainer = Train(target, "planar:4", options, steps: 6000);
        Evaluation evaluation = Evaluate(trainer);
        output.WriteLine($"F + ln evidence = {evaluation.KullbackLeibler:f6} ± {evaluation.StandardError:f6} nats");
        Assert.InRange(evaluation.KullbackLeibler!.Value, -5 * evaluation.StandardError, 0.02);
        CompareMoments(Sample(trainer), target.Posterior(), share: 0.03);
    }

    [Fact]
    public void The_posterior_follows_rows_that_arrive_while_the_flow_trains()
    {
        const int Steps = 3000;
        DataTarget all = (DataTarget)TargetLibrary.Find("linear")!;
        float[][] rows = [.. ReferencePosterior.Rows(all.Data).Select(row => row.Select(x => (float)x).ToArray())];
        DataSet stream = new(3);
        LinearRegression target = new("stream", stream, noise: 0.5, prior: 1);
        TrainerOptions options = new()
        {
            BatchSize = 256,
            Estimator = GradientEstimator.Path,
            AnnealingShare = 0,
            LearningRate = 0.01,
            MinibatchSize = 64,
        };
        Trainer trainer = new(FlowShape.Parse("planar:4", 3), target, options, _workers);
        int arrived = 0;
        foreach (int count in (int[])[0, 20, 80, 333])
        {
            Thread writer = new(() =>
            {
                for (; arrived < count; arrived++)
                {
                    stream.Append(rows[arrived]);
                    Thread.Yield();
                }
            });
            writer.Start();
            for (int step = 0; writer.IsAlive; step++)
            {
                trainer.Step(0);
            }

            for (int step = 0; step < Steps; step++)
            {
                trainer.Step((double)step / Steps);
            }

            Assert.Equal(count, stream.Count);
            Evaluation evaluation = Evaluate(trainer);
            output.WriteLine($"{count} rows: F + ln evidence = {evaluation.KullbackLeibler:f5} ± {evaluation.StandardError:f5}");
            Assert.InRange(evaluation.KullbackLeibler!.Value, -5 * evaluation.StandardError, 0.05);
            CompareMoments(Sample(trainer), target.Posterior(), share: 0.1);
        }
    }

    [Fact]
    public void Logistic_regression_comes_to_the_posterior_of_a_long_Markov_chain()
    {
        LogisticRegression target = (LogisticRegression)TargetLibrary.Find("logistic")!;
        TrainerOptions options = new() { BatchSize = 256, Estimator = GradientEstimator.Path };
        Trainer trainer = Train(target, "planar:8", options, steps: 1500);
        float[] draws = Sample(trainer);
        (double[] mean, double[,] covariance) = Moments(draws, target.Dimension);
        for (int i = 0; i < target.Dimension; i++)
        {
            double deviation = Math.Sqrt(covariance[i, i]);
            output.WriteLine($"z{i}: {mean[i]:f4} ± {deviation:f4}, chain {LogisticMeans[i]:f4} ± {LogisticDeviations[i]:f4}");
            Assert.Equal(LogisticMeans[i], mean[i], 0.05 * LogisticDeviations[i]);
            Assert.Equal(LogisticDeviations[i], deviation, 0.05 * LogisticDeviations[i]);
        }

        // An average over 2¹² draws; the predictive varies by 1 % of itself from draw to draw, and less from row to row.
        double heldOut = target.LogPredictive(EmbeddedData.SexesHeldOut(), Points(trainer, 1 << 12));
        output.WriteLine($"held out: {heldOut:f5} nats a row, chain {LogisticHeldOut:f5}");
        Assert.InRange(heldOut, LogisticHeldOut - 2e-3, 0);
    }

    [Fact]
    public void Both_ways_round_the_means_of_a_mixture_are_found()
    {
        Target target = TargetLibrary.Find("mixture")!;
        Trainer trainer = Train(target, "planar:16", new TrainerOptions { BatchSize = 512, LearningRate = 0.005 }, steps: 3000);
        Evaluation evaluation = Evaluate(trainer);
        float[] points = Sample(trainer);
        double share = Enumerable.Range(0, Draws).Count(i => points[i] < points[Draws + i]) / (double)Draws;
        output.WriteLine($"KL {evaluation.KullbackLeibler:f4}, the lesser mean comes first in {share:p1}");

        // One way round alone would be at ln 2 = 0.69 nats.
        Assert.InRange(evaluation.KullbackLeibler!.Value, 0, 0.06);
        Assert.InRange(share, 0.4, 0.6);
    }

    /// <summary>Prints the numbers above.</summary>
    [Fact]
    public void The_Markov_chains_of_logistic_regression()
    {
        LogisticRegression target = (LogisticRegression)TargetLibrary.Find("logistic")!;
        (double[] mode, double[,] covariance) = Laplace(target);
        double[][][] chains = MarkovChain.Run(ReferencePosterior.Energy(target), mode, covariance, chains: 4, steps: 200_000, seed: 1);
        for (int i = 0; i < target.Dimension; i++)
        {
            (double mean, double deviation, double rhat, double ess) = MarkovChain.Summary(chains, i);
            output.WriteLine($"z{i}: mean {mean:f5}, deviation {deviation:f5}, R-hat {rhat:f5}, ESS {ess:f0}, mode {mode[i]:f5}, Laplace {Math.Sqrt(covariance[i, i]):f5}");
            Assert.InRange(rhat, 0.999, 1.001);
        }

        double[][] thinned = [.. chains.SelectMany(chain => chain.Where((_, step) => step % 50 == 0))];
        float[] points = new float[thinned.Length * target.Dimension];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = (float)thinned[i % thinned.Length][i / thinned.Length];
        }

        output.WriteLine($"held out: {target.LogPredictive(EmbeddedData.SexesHeldOut(), points):f6}");
    }

    private Trainer Train(Target target, string formula, TrainerOptions options, int steps)
    {
        Trainer trainer = new(FlowShape.Parse(formula, target.Dimension), target, options, _workers);
        for (int step = 0; step < steps; step++)
        {
            trainer.Step((double)step / steps);
        }

        Assert.Equal(0, trainer.SkippedSteps);
        return trainer;
    }

    private Evaluation Evaluate(Trainer trainer) =>
        new FlowEvaluator(_workers).Evaluate(trainer.Flow, trainer.Target, new RandomStream(1, StreamNumbers.Evaluation), Draws);

    private static float[] Sample(Trainer trainer) => Points(trainer, Draws);

    private static float[] Points(Trainer trainer, int count)
    {
        float[] points = new float[count * trainer.Target.Dimension];
        trainer.Flow.Sample(new RandomStream(1, StreamNumbers.Samples, RandomSequence.Antithetic), 0, points);
        return points;
    }

    /// <summary>Means within a share of the standard deviation, covariances of the product of two.</summary>
    private void CompareMoments(float[] points, GaussianPosterior exact, double share)
    {
        int dimension = exact.Mean.Count;
        (double[] mean, double[,] covariance) = Moments(points, dimension);
        double worstMean = 0, worstCovariance = 0;
        for (int i = 0; i < dimension; i++)
        {
            worstMean = Math.Max(worstMean, Math.Abs(mean[i] - exact.Mean[i]) / Math.Sqrt(exact.Covariance[i, i]));
            for (int j = 0; j < dimension; j++)
            {
                worstCovariance = Math.Max(
                    worstCovariance,
                    Math.Abs(covariance[i, j] - exact.Covariance[i, j]) / Math.Sqrt(exact.Covariance[i, i] * exact.Covariance[j, j]));
            }
        }

        output.WriteLine($"means off by {worstMean:p2} of the standard deviation, covariances by {worstCovariance:p2}");
        Assert.InRange(worstMean, 0, share);
        Assert.InRange(worstCovariance, 0, share);
    }

    private static (double[] Mean, double[,] Covariance) Moments(float[] points, int dimension)
    {
        int count = points.Length / dimension;
        double[] mean = [.. Enumerable.Range(0, dimension).Select(i => points.AsSpan(i * count, count).ToArray().Average(x => (double)x))];
        double[,] covariance = new double[dimension, dimension];
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j < dimension; j++)
            {
                for (int k = 0; k < count; k++)
                {
                    covariance[i, j] += (points[(i * count) + k] - mean[i]) * (points[(j * count) + k] - mean[j]) / count;
                }
            }
        }

        return (mean, covariance);
    }

    /// <summary>The mode, by Newton's method, and the inverse of the energy's second derivatives there.</summary>
    private static (double[] Mode, double[,] Covariance) Laplace(LogisticRegression target)
    {
        int n = target.Dimension;
        double[][] rows = ReferencePosterior.Rows(target.Data);
        double[] z = new double[n];
        double[,] covariance = new double[n, n];
        for (int iteration = 0; iteration < 30; iteration++)
        {
            double[] gradient = [.. z.Select(x => x / 6.25)];
            double[,] curvature = new double[n, n];
            for (int i = 0; i < n; i++)
            {
                curvature[i, i] = 1 / 6.25;
            }

            foreach (double[] row in rows)
            {
                double[] x = [1, .. row[..^1]];
                double p = 1 / (1 + Math.Exp(-Vectors.Dot(x, z)));
                for (int i = 0; i < n; i++)
                {
                    gradient[i] += (p - row[^1]) * x[i];
                    for (int j = 0; j < n; j++)
                    {
                        curvature[i, j] += p * (1 - p) * x[i] * x[j];
                    }
                }
            }

            (covariance, _) = Vectors.Invert(curvature);
            z = Vectors.Subtract(z, Vectors.Times(covariance, gradient));
        }

        return (z, covariance);
    }
}
