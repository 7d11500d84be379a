using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

/// <summary>What changes over a run: rates, β, the size of the batch; and what is made of its gradients and parameters.</summary>
public sealed class ScheduleTests : IDisposable
{
    private readonly WorkerPool _workers = new(1);

    private static Target Ring => TargetLibrary.Find("u1")!;

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Beta_rises_over_its_share_of_the_run()
    {
        TrainerOptions options = new() { AnnealingShare = 0.5 };
        Assert.Equal(0.01, options.BetaAt(0), 1e-15);
        Assert.Equal(0.51, options.BetaAt(0.25), 1e-15);
        Assert.Equal(1, options.BetaAt(0.5));
        Assert.Equal(1, options.BetaAt(1));
        Assert.Equal(1, (options with { AnnealingShare = 0 }).BetaAt(0));
    }

    [Fact]
    public void The_learning_rate_warms_up_and_then_follows_a_cosine_or_stays()
    {
        TrainerOptions cosine = new() { LearningRate = 0.01, FinalRateShare = 0.1, HoldShare = 0 };
        Assert.Equal(0.01, cosine.LearningRateAt(0), 1e-15);
        Assert.Equal(0.0055, cosine.LearningRateAt(0.5), 1e-15);
        Assert.Equal(0.001, cosine.LearningRateAt(1), 1e-15);

        TrainerOptions warm = cosine with { WarmUpShare = 0.2 };
        Assert.Equal(0, warm.LearningRateAt(0));
        Assert.Equal(0.005, warm.LearningRateAt(0.1), 1e-15);
        Assert.Equal(0.01, warm.LearningRateAt(0.2), 1e-15);
        Assert.Equal(0.0055, warm.LearningRateAt(0.6), 1e-15);
        Assert.Equal(0.001, warm.LearningRateAt(1), 1e-15);

        TrainerOptions held = warm with { HoldShare = 0.5 };
        Assert.Equal(0.005, held.LearningRateAt(0.1), 1e-15);
        Assert.All((double[])[0.2, 0.4, 0.6], progress => Assert.Equal(0.01, held.LearningRateAt(progress)));
        Assert.Equal(0.0055, held.LearningRateAt(0.8), 1e-15);
        Assert.Equal(0.001, held.LearningRateAt(1), 1e-15);

        TrainerOptions constant = warm with { Schedule = RateSchedule.Constant };
        Assert.Equal(0.0025, constant.LearningRateAt(0.05), 1e-15);
        Assert.All((double[])[0.2, 0.5, 1], progress => Assert.Equal(0.01, constant.LearningRateAt(progress)));
    }

    [Fact]
    public void The_batch_doubles_after_equal_parts_of_the_run()
    {
        TrainerOptions options = new() { BatchSize = 64, FinalBatchSize = 256 };
        Assert.Equal(
            [64, 64, 128, 128, 256, 256, 256],
            ((double[])[0, 0.33, 0.34, 0.66, 0.67, 0.99, 1]).Select(options.BatchSizeAt));
        Assert.All((double[])[0, 0.5, 1], progress => Assert.Equal(64, (options with { FinalBatchSize = null }).BatchSizeAt(progress)));
        Assert.All((double[])[0, 0.5, 1], progress => Assert.Equal(64, (options with { FinalBatchSize = 64 }).BatchSizeAt(progress)));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        TrainerOptions[] wrong =
        [
            new() { BatchSize = 0 }, new() { BatchSize = -64 }, new() { BatchSize = 100 }, new() { BatchSize = 1 << 27 },
            new() { FinalBatchSize = 0 }, new() { FinalBatchSize = 256 }, new() { FinalBatchSize = 3 * 512 }, new() { FinalBatchSize = 1 << 27 },
            new() { FinalBatchSize = -2048 },
            new() { LearningRate = 0 }, new() { LearningRate = -1 }, new() { LearningRate = double.NaN },
            new() { LearningRate = double.PositiveInfinity },
            new() { WarmUpShare = -0.1 }, new() { WarmUpShare = 1 }, new() { WarmUpShare = double.NaN },
            new() { HoldShare = -0.1 }, new() { HoldShare = 1 }, new() { HoldShare = double.NaN },
            new() { AnnealingShare = -0.1 }, new() { AnnealingShare = 1.1 }, new() { AnnealingShare = double.NaN },
            new() { FinalRateShare = -0.1 }, new() { FinalRateShare = 2 },
            new() { LargestGradientNorm = 0 }, new() { LargestGradientNorm = double.NaN }, new() { LargestGradientNorm = double.PositiveInfinity },
            new() { LargestNormRatio = 1 }, new() { LargestNormRatio = double.NaN }, new() { LargestNormRatio = double.PositiveInfinity },
            new() { Epsilon = 0 }, new() { Epsilon = double.NaN }, new() { Epsilon = double.PositiveInfinity },
            new() { AverageDecay = 1 }, new() { AverageDecay = -0.1 }, new() { AverageDecay = double.NaN }, new() { SquareDecay = 1 }, new() { SquareDecay = double.NaN },
            new() { Constraint = (FlowConstraint)7 }, new() { Optimizer = (OptimizerKind)7 }, new() { Estimator = (GradientEstimator)7 },
            new() { Schedule = (RateSchedule)7 }, new() { Sequence = (RandomSequence)7 },
        ];
        Assert.All(wrong, options => Assert.Throws<ArgumentException>(() => new Trainer(new FlowShape(2), Ring, options, _workers)));
        Assert.Throws<ArgumentException>("shape", () => new Trainer(new FlowShape(3), Ring, new TrainerOptions(), _workers));
    }

    [Fact]
    public void A_gradient_that_is_too_long_is_shortened_to_the_norm_that_is_allowed_and_no_other_is_touched()
    {
        TrainerOptions options = new() { BatchSize = 64, Optimizer = OptimizerKind.Sgd, LearningRate = 1, Schedule = RateSchedule.Constant, AnnealingShare = 0 };
        Trainer free = Make(options);
        free.Step(0);
        foreach (double share in (double[])[0.25, 1.5])
        {
            Trainer clipped = Make(options with { LargestGradientNorm = share * free.GradientNorm });
            float[] before = [.. clipped.RawParameters];
            clipped.Step(0);

            Assert.Equal(free.GradientNorm, clipped.GradientNorm);
            double moved = Math.Sqrt(before.Zip(clipped.RawParameters.ToArray(), (a, b) => Math.Pow((double)a - b, 2)).Sum());
            Assert.Equal(Math.Min(share, 1) * free.GradientNorm, moved, 1e-5 * free.GradientNorm);
            if (share > 1)
            {
                Assert.Equal(free.RawParameters, clipped.RawParameters);
            }
        }
    }

    [Fact]
    public void A_gradient_of_unusual_length_is_shortened_to_a_multiple_of_what_is_usual()
    {
        UsualNorm usual = default;
        Assert.Equal(double.PositiveInfinity, usual.Longest(3));
        usual = usual.With(0);
        Assert.Equal(double.PositiveInfinity, usual.Longest(3));

        // Of 2 and 4, whose weights are 0.99 and 1.
        usual = default(UsualNorm).With(2);
        Assert.Equal(6, usual.Longest(3), 1e-12);
        usual = usual.With(4);
        Assert.Equal(3 * ((0.99 * 2) + 4) / 1.99, usual.Longest(3), 1e-12);
        Assert.Equal(double.PositiveInfinity, usual.Longest(null));
        Assert.Equal(5, usual.Longest(3, 5));
    }

    [Fact]
    public void One_batch_that_pulls_a_million_times_as_hard_moves_the_parameters_as_one_of_the_longest_allowed()
    {
        TrainerOptions options = new()
        {
            BatchSize = 64,
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 1e-3,
            Schedule = RateSchedule.Constant,
            AnnealingShare = 0,
            LargestNormRatio = 2,
        };
        FaultyTarget target = new();
        Trainer trainer = new(FlowShape.Parse("planar:3", 2), target, options, _workers);
        trainer.Step(0);
        double usual = trainer.GradientNorm;
        float[] before = [.. trainer.RawParameters];
        target.Steepness = 1e6f;
        trainer.Step(0);

        // The momentum of the step before, 0.9 of it, and twice its length.
        double moved = Math.Sqrt(before.Zip(trainer.RawParameters.ToArray(), (a, b) => Math.Pow((double)a - b, 2)).Sum());
        Assert.True(trainer.GradientNorm > 1e5 * usual);
        Assert.True(moved <= 1e-3 * 2.9001 * usual, $"Moved {moved} at a usual norm of {usual}.");
        Assert.Equal(0, trainer.SkippedSteps);
    }

    [Fact]
    public void However_the_batch_grew_each_step_takes_the_next_particles_of_the_stream()
    {
        // At the least of rates the parameters stay: a gradient is a function of the particles it was averaged over.
        TrainerOptions options = new() { BatchSize = 64, Optimizer = OptimizerKind.Sgd, LearningRate = double.Epsilon, AnnealingShare = 0 };
        Trainer small = Make(options), growing = Make(options with { FinalBatchSize = 128 });
        double[][] parts = [.. Enumerable.Range(0, 5).Select(_ => GradientOf(small, 0))];

        AssertClose(parts[0], GradientOf(growing, 0));
        AssertClose([.. parts[1].Zip(parts[2], (a, b) => (a + b) / 2)], GradientOf(growing, 1));
        AssertClose([.. parts[3].Zip(parts[4], (a, b) => (a + b) / 2)], GradientOf(growing, 1));
        Assert.Equal(64 + 128 + 128, growing.Particles);
        Assert.Equal(3, growing.Steps);
    }

    [Fact]
    public void The_average_is_that_of_the_raw_parameters_after_each_step()
    {
        const double Decay = 0.8;
        Trainer trainer = Make(new() { BatchSize = 64, AverageDecay = Decay }), plain = Make(new() { BatchSize = 64 });
        Assert.Equal(trainer.Flow.Parameters, trainer.Average.Parameters);
        double[] sum = new double[trainer.RawParameters.Length];
        double weight = 0;
        for (int step = 0; step < 20; step++)
        {
            trainer.Step(0.5);
            plain.Step(0.5);
            weight = (Decay * weight) + (1 - Decay);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = (Decay * sum[i]) + ((1 - Decay) * trainer.RawParameters[i]);
            }
        }

        FlowShape shape = trainer.Flow.Shape;
        float[] raw = [.. sum.Select(number => (float)(number / weight))];
        float[] expected = new RawFlow(shape, FlowDirection.Generative, FlowConstraint.Identity, raw, Lanes.LaneDispatch.Width).Distribution.Parameters.ToArray();
        float[] actual = trainer.Average.Parameters.ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6f * (1 + Math.Abs(expected[i])));
        }

        Assert.NotEqual(trainer.Flow.Parameters.ToArray(), actual);
        Assert.Equal(plain.RawParameters, trainer.RawParameters);
        Assert.Same(plain.Flow, plain.Average);
        Assert.Same(trainer.Average, trainer.Average);
    }

    private Trainer Make(TrainerOptions options) => new(FlowShape.Parse("planar:3,radial:1", 2), Ring, options, _workers);

    private static double[] GradientOf(Trainer trainer, double progress)
    {
        trainer.Step(progress);
        return trainer.Gradient.ToArray();
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        double norm = Math.Sqrt(expected.Sum(g => g * g));
        for (int i = 0; i < expected.Length; i++)
        {
            // Sums of some hundred float32 terms.
            Assert.Equal(expected[i], actual[i], 1e-5 * norm);
        }
    }
}
