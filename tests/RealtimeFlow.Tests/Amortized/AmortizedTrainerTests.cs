using System.Runtime.InteropServices;
using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Amortized;

public sealed class AmortizedTrainerTests(ITestOutputHelper output)
{
    // More pixels than a shard has, and images that fill no group of sixteen.
    private const int Pixels = 61, Latents = 3, Rows = 21;

    private static readonly MadeUpImages Images = new(40, Pixels);

    public static TheoryData<string, bool, int> Models => new()
    {
        { "", false, 1 },
        { "planar:2,radial:1", false, 1 },
        { "planar:2,radial:1", false, 3 },
        { "planar:1,radial:1", true, 2 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_width_and_number_of_threads_gives_the_same_bits(string formula, bool shares, int samples)
    {
        LatentGaussianModel model = new(Pixels, Small.Posterior(formula, Latents), Small.Hidden(Activation.Maxout), sharesLayers: shares);
        AmortizedOptions options = new() { MinibatchSize = Rows, ImportanceSamples = samples, AnnealingSteps = 10 };
        (float[] Parameters, AmortizedState State, AmortizedEvaluation Evaluation) expected = Run(LaneDispatch.Width, 1);
        Assert.All(expected.Parameters, number => Assert.True(float.IsFinite(number)));
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            foreach (int threads in (int[])[1, 2, 3])
            {
                (float[] parameters, AmortizedState state, AmortizedEvaluation evaluation) = Run(width, threads);
                Assert.True(MemoryMarshal.AsBytes<float>(expected.Parameters).SequenceEqual(MemoryMarshal.AsBytes<float>(parameters)));
                Assert.Equal(expected.State, state);
                Assert.Equal(expected.Evaluation, evaluation);
            }
        }

        (float[] Parameters, AmortizedState State, AmortizedEvaluation Evaluation) Run(LaneWidth width, int threads)
        {
            using WorkerPool workers = new(threads);
            AmortizedTrainer trainer = new(model, Images, options, workers, width);
            for (int step = 0; step < 8; step++)
            {
                trainer.Step();
            }

            AmortizedEvaluation evaluation = new AmortizedEvaluator(model, workers, width).Evaluate(trainer.Parameters, Images, 3, seed: 1);
            return (trainer.Parameters.ToArray(), trainer.State, evaluation);
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_run_goes_on_from_its_state_as_if_it_had_never_stopped(OptimizerKind optimizer)
    {
        using WorkerPool workers = new(2);
        LatentGaussianModel model = new(Pixels, Small.Posterior("planar:2", Latents), Small.Hidden(Activation.Maxout));
        AmortizedOptions options = new()
        {
            MinibatchSize = Rows,
            Optimizer = optimizer,
            LearningRate = 1e-3,
            LargestNormRatio = 1.1,
            AnnealingSteps = 10,
            Steps = 20,
            Schedule = RateSchedule.Cosine,
        };
        AmortizedTrainer whole = new(model, Images, options, workers), begun = new(model, Images, options, workers);
        bool isShortened = false;
        for (int step = 0; step < 7; step++)
        {
            begun.Step();
        }

        AmortizedTrainer resumed = new(begun.Save(), Images, workers);
        for (int step = 0; step < 20; step++)
        {
            double longest = whole.State.UsualNorm.Longest(options.LargestNormRatio);
            whole.Step();
            if (step >= 7)
            {
                resumed.Step();
                isShortened |= whole.State.GradientNorm > longest;
            }
        }

        Assert.True(isShortened);
        Assert.Equal(whole.State, resumed.State);
        Assert.True(MemoryMarshal.AsBytes(whole.Parameters).SequenceEqual(MemoryMarshal.AsBytes(resumed.Parameters)));
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_step_moves_parameters_as_the_optimizer_in_float64_does(OptimizerKind kind)
    {
        const double Rate = 0.01, Epsilon = 1e-6;
        using WorkerPool workers = new(2);
        foreach (int count in (int[])[1, 15, 16, 17, 33, 20_000])
        {
            ParameterBlock block = new(kind, count, workers, LaneDispatch.Width);
            Optimizer reference = Optimizer.Create(new TrainerOptions { Optimizer = kind, Epsilon = Epsilon }, count);
            float[] parameters = new float[count];
            for (int step = 1; step <= 20; step++)
            {
                new RandomStream(1, (ulong)step).FillNormal(0, block.Gradient);
                double norm = Vectors.Norm(Vectors.ToDoubles(block.Gradient));
                Assert.Equal(norm * norm, block.SquaredNorm(), 1e-6 * norm * norm);
                reference.Step(parameters, Vectors.ToDoubles(block.Gradient), Rate);
                block.Step(1, Rate, Epsilon, step);
            }

            double error = Vectors.Distance(Vectors.ToDoubles(parameters), Vectors.ToDoubles(block.Parameters));
            output.WriteLine($"{kind} {count}: {error / Vectors.Norm(Vectors.ToDoubles(parameters)):e2}");
            Assert.InRange(error, 0, 1e-5 * Vectors.Norm(Vectors.ToDoubles(parameters)));
        }
    }

    [Fact]
    public void What_decays_comes_to_rest_at_zero_and_is_never_a_denormal_number()
    {
        using WorkerPool workers = new(1);
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>().Where(kind => kind != OptimizerKind.Soap))
        {
            ParameterBlock block = new(kind, 3, workers, LaneDispatch.Width);
            float[] gradient = [1, 1e-12f, 1e-25f];
            gradient.CopyTo(block.Gradient);
            for (int step = 1; step < 2000; step++)
            {
                block.Step(1, 1e-3, 1e-8, step);
                block.Gradient.Clear();
                Assert.All(block.First.ToArray(), number => Assert.False(float.IsSubnormal(number)));
                Assert.All(block.Second.ToArray(), number => Assert.False(float.IsSubnormal(number)));
            }

            Assert.Equal([0, 0, 0], block.First.ToArray());
        }
    }

    [Fact]
    public void A_step_whose_gradient_is_not_finite_is_skipped_and_counted()
    {
        using WorkerPool workers = new(1);
        LatentGaussianModel model = new(Pixels, Small.Posterior("planar:2", Latents), Small.Hidden(Activation.Tanh));
        AlteredImages images = new();
        AmortizedTrainer trainer = new(model, images, new AmortizedOptions { MinibatchSize = 5 }, workers);
        trainer.Step();
        float[] before = trainer.Parameters.ToArray();
        images.Alteration = float.NaN;
        trainer.Step();
        Assert.Equal(before, trainer.Parameters.ToArray());
        images.Alteration = 0;
        trainer.Step();
        Assert.Equal((3, 1), (trainer.State.Steps, trainer.State.SkippedSteps));
        Assert.NotEqual(before, trainer.Parameters.ToArray());
        Assert.True(double.IsFinite(trainer.State.Bound));
    }

    [Fact]
    public void A_gradient_of_unusual_length_moves_the_parameters_as_one_of_the_longest_allowed()
    {
        const double Rate = 1e-3, Ratio = 2;
        using WorkerPool workers = new(1);
        LatentGaussianModel model = new(Pixels, Small.Posterior("planar:2", Latents), Small.Hidden(Activation.Tanh), PixelLikelihood.Gaussian);
        AlteredImages images = new();
        AmortizedOptions options = new()
        {
            MinibatchSize = 5,
            Optimizer = OptimizerKind.Sgd,
            LearningRate = Rate,
            LargestNormRatio = Ratio,
            AnnealingSteps = 0,
        };
        AmortizedTrainer trainer = new(model, images, options, workers);
        trainer.Step();
        double usual = trainer.State.GradientNorm;
        double[] before = Vectors.ToDoubles(trainer.Parameters);
        images.Alteration = 1e4f;
        trainer.Step();

        // The momentum of the step before, 0.9 of it, and twice its length; a parameter is rounded when it moves.
        double moved = Vectors.Distance(before, Vectors.ToDoubles(trainer.Parameters));
        double rounding = Vectors.Norm(before) / (1 << 24);
        Assert.True(trainer.State.GradientNorm > 1e5 * usual, $"{trainer.State.GradientNorm} after {usual}");
        Assert.InRange(moved, (Rate * (Ratio - 0.9) * usual) - rounding, (Rate * (Ratio + 0.9) * usual) + rounding);
        Assert.Equal(0, trainer.State.SkippedSteps);
        Assert.InRange(trainer.State.UsualNorm.Sum / trainer.State.UsualNorm.Weight, usual, Ratio * usual);
    }

    [Theory]
    [InlineData(7, 3)]
    [InlineData(12, 4)]
    [InlineData(100, 99)]
    [InlineData(40, 33)]
    [InlineData(5, 23)]
    public void Every_image_comes_once_in_each_epoch_and_knows_which_it_is(int count, int size)
    {
        using WorkerPool workers = new(2);
        ImageBatches batches = new(new NumberedImages(count), seed: 2, size, workers);
        int stride = Network.Stride(size);
        float[] columns = new float[2 * stride];
        List<(float Epoch, float Image)> seen = [];
        for (int step = 0; step < 3 * count; step++)
        {
            batches.Fill(step, columns, stride);
            seen.AddRange(Enumerable.Range(0, size).Select(row => (columns[stride + row], columns[row])));
        }

        (float Epoch, float Image)[][] epochs = [.. seen.Chunk(count).Where(epoch => epoch.Length == count)];
        Assert.All(epochs, (epoch, number) =>
            Assert.Equal(Enumerable.Range(0, count).Select(image => ((float)number, (float)image)), epoch.Order()));
        Assert.NotEqual(epochs[0].Select(drawn => drawn.Image), epochs[1].Select(drawn => drawn.Image));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using WorkerPool workers = new(1);
        LatentGaussianModel model = new(Pixels, new FlowShape(2));
        Assert.Throws<ArgumentException>(() => new AmortizedTrainer(model, new MadeUpImages(3, Pixels + 1), new AmortizedOptions(), workers));
        Assert.Throws<ArgumentException>(() => new LatentGaussianModel(Pixels, new FlowShape(2), sharesLayers: true));
        Assert.Throws<ArgumentException>(() => new LatentGaussianModel(Pixels, new FlowShape(2, Base.BaseKind.Uniform)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatentGaussianModel(0, new FlowShape(2)));
        foreach (AmortizedOptions options in (AmortizedOptions[])
        [
            new() { MinibatchSize = 0 }, new() { ImportanceSamples = 0 }, new() { LearningRate = 0 }, new() { Epsilon = double.NaN },
            new() { Steps = 0 }, new() { AnnealingSteps = -1 }, new() { HoldShare = 1 }, new() { FinalRateShare = 2 },
            new() { LargestNormRatio = 1 },
        ])
        {
            Assert.Throws<ArgumentException>(() => new AmortizedTrainer(model, Images, options, workers));
        }
    }

    [Fact]
    public void Beta_and_the_learning_rate_follow_their_schedules()
    {
        AmortizedOptions options = new()
        {
            AnnealingSteps = 100,
            LearningRate = 2,
            Steps = 1000,
            Schedule = RateSchedule.Cosine,
            HoldShare = 0.5,
            FinalRateShare = 0.1,
        };
        Assert.Equal([0.01, 0.51, 1, 1], ((long[])[0, 50, 99, 5000]).Select(options.BetaAt));
        Assert.Equal([2, 2, 1.1, 0.2, 0.2], ((long[])[0, 500, 750, 1000, 9000]).Select(step => Math.Round(options.LearningRateAt(step), 12)));
        Assert.Equal(1, new AmortizedOptions { AnnealingSteps = 0 }.BetaAt(0));
        Assert.Equal(2e-3, new AmortizedOptions().LearningRateAt(1_000_000));
    }

    /// <summary>Images to whose first pixel something is added.</summary>
    private sealed class AlteredImages : ImageSource
    {
        public float Alteration { get; set; }

        public override int Count => Images.Count;

        public override int Pixels => Images.Pixels;

        public override void Fill(ReadOnlySpan<int> images, long epoch, Span<float> destination, int stride)
        {
            Images.Fill(images, epoch, destination, stride);
            destination[0] += Alteration;
        }
    }

    /// <summary>Images whose first pixel is their number, and whose second is the epoch.</summary>
    private sealed class NumberedImages(int count) : ImageSource
    {
        public override int Count => count;

        public override int Pixels => 2;

        public override void Fill(ReadOnlySpan<int> images, long epoch, Span<float> destination, int stride)
        {
            for (int i = 0; i < images.Length; i++)
            {
                (destination[i], destination[stride + i]) = (images[i], epoch);
            }
        }
    }
}
