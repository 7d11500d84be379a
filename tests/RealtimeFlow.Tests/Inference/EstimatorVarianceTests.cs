using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

public sealed class EstimatorVarianceTests
{
    private const int BatchSize = 64, Batches = 1000;

    private static readonly RandomStream Stream = new(5, StreamNumbers.Monitoring);

    [Fact]
    public void Where_the_flow_is_the_target_the_path_gradient_has_no_variance_and_the_total_gradient_1_by_a_mean_and_2_by_a_log_scale()
    {
        // q = p = N(0, I): of one particle, ∂F/∂μ is ε, whose variance is 1, and ∂F/∂ln σ is ε² − 1, whose variance is 2.
        using WorkerPool workers = new(1);
        Trainer trainer = new(new FlowShape(2), new FaultyTarget(), new TrainerOptions(), workers);
        GradientMoments total = EstimatorVariance.Measure(trainer, GradientEstimator.Total, Stream, BatchSize, Batches, workers);
        GradientMoments path = EstimatorVariance.Measure(trainer, GradientEstimator.Path, Stream, BatchSize, Batches, workers);

        Assert.All(path.Variances, variance => Assert.Equal(0, variance));
        double[] expected = [1, 1, 2, 2];
        for (int i = 0; i < expected.Length; i++)
        {
            // Five standard errors: of a variance from n nearly normal numbers √(2/n), of a mean √(variance/n).
            Assert.Equal(expected[i], total.Variances[i] * BatchSize, 5 * expected[i] * Math.Sqrt(2.0 / Batches));
            Assert.Equal(0, total.Mean[i], 5 * Math.Sqrt(total.Variances[i] / Batches));
        }

        Assert.Equal(total.Variances.Sum(), total.Trace, 1e-12);
        Assert.Equal(total.Trace * BatchSize, total.TracePerParticle, 1e-12);
    }

    [Fact]
    public void Both_estimators_have_the_same_mean_and_measuring_changes_nothing()
    {
        using WorkerPool one = new(1), two = new(2);
        Trainer trainer = new(FlowShape.Parse("planar:3,radial:2", 2), TargetLibrary.Find("u1")!, new TrainerOptions { Seed = 3, BatchSize = 512 }, one);
        for (int step = 0; step < 20; step++)
        {
            trainer.Step(1);
        }

        float[] before = [.. trainer.RawParameters];
        GradientMoments total = EstimatorVariance.Measure(trainer, GradientEstimator.Total, Stream, BatchSize, Batches, one);
        GradientMoments path = EstimatorVariance.Measure(trainer, GradientEstimator.Path, Stream, BatchSize, Batches, one);

        Assert.Equal(before, trainer.RawParameters);
        double distance = Vectors.Distance([.. total.Mean], [.. path.Mean]);
        Assert.InRange(distance, 0, 4 * Math.Sqrt((total.Trace + path.Trace) / Batches));
        Assert.Equal(total.Variances, EstimatorVariance.Measure(trainer, GradientEstimator.Total, Stream, BatchSize, Batches, two).Variances);

        // Larger batches are quieter in proportion.
        GradientMoments larger = EstimatorVariance.Measure(trainer, GradientEstimator.Total, Stream, 4 * BatchSize, Batches, one);
        Assert.InRange(larger.TracePerParticle / total.TracePerParticle, 0.7, 1.4);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(100, 2)]
    [InlineData(64, 1)]
    public void A_batch_of_no_whole_tiles_or_a_single_batch_is_refused(int batchSize, int batches)
    {
        using WorkerPool workers = new(1);
        Trainer trainer = new(new FlowShape(2), new FaultyTarget(), new TrainerOptions(), workers);

        Assert.Throws<ArgumentOutOfRangeException>(() => EstimatorVariance.Measure(trainer, GradientEstimator.Total, Stream, batchSize, batches, workers));
    }
}
