using System.Numerics.Tensors;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>What batches say of an estimate of a gradient by the raw parameters, those staying as they are.</summary>
/// <param name="Mean">For each parameter the average over the batches: ∂F/∂θ up to noise, or that of the importance-weighted bound.</param>
/// <param name="Variances">For each parameter the variance of one batch's estimate.</param>
/// <param name="BatchSize">Particles in a batch.</param>
public sealed record GradientMoments(IReadOnlyList<double> Mean, IReadOnlyList<double> Variances, int BatchSize)
{
    /// <summary>The trace of the covariance of one batch's estimate. A single parameter that few particles move much can be most of it.</summary>
    public double Trace => Variances.Sum();

    /// <summary>The trace for an estimate from one particle: <see cref="Trace"/> times the batch size.</summary>
    public double TracePerParticle => Trace * BatchSize;
}

/// <summary>How noisy the estimates of a free energy's gradient are: of several that are right on average, the quieter one trains better.</summary>
public static class EstimatorVariance
{
    /// <summary>Estimates the gradient of F at β = 1 from batch after batch, at the parameters that a trainer has reached. Allocates.</summary>
    /// <param name="trainer">The trainer, which is left as it is.</param>
    /// <param name="estimator">The estimator; not necessarily the one it is trained with.</param>
    /// <param name="stream">The noise: one that training does not see. The same for two estimators makes them face the same particles.</param>
    /// <param name="batchSize">Particles in a batch: a positive multiple of 64.</param>
    /// <param name="batches">How many batches, at least 2.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static GradientMoments Measure(
        Trainer trainer, GradientEstimator estimator, RandomStream stream, int batchSize, int batches, IWorkers workers)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(batches, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, FlowTile.ColumnGranularity);
        ArgumentOutOfRangeException.ThrowIfNotEqual(batchSize % FlowTile.ColumnGranularity, 0, nameof(batchSize));
        FreeEnergyObjective objective = new(trainer.Target, stream, trainer.Options with { Estimator = estimator });
        BatchGradient batch = new(trainer.Flow, objective, batchSize, workers);
        double[] gradient = new double[trainer.Flow.Shape.ParameterCount], mean = new double[gradient.Length], squares = new double[gradient.Length];
        for (int i = 0; i < batches; i++)
        {
            objective.Begin(i, (long)i * batchSize, batchSize, beta: 1);
            batch.Compute(batchSize, gradient);
            trainer.PullBack(gradient);

            // B. Welford, 1962: Σ (g − mean)² without the difference of two large sums.
            for (int j = 0; j < gradient.Length; j++)
            {
                double before = gradient[j] - mean[j];
                mean[j] += before / (i + 1);
                squares[j] += before * (gradient[j] - mean[j]);
            }
        }

        TensorPrimitives.Divide(squares, batches - 1, squares);
        return new GradientMoments(mean, squares, batchSize);
    }
}
