using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

public sealed class TrainerTests(ITestOutputHelper output) : IDisposable
{
    private readonly WorkerPool _workers = new(2);

    private static Target Ring => TargetLibrary.Find("u1")!;

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Soap)]
    public void The_free_energy_falls(OptimizerKind optimizer)
    {
        TrainerOptions options = new()
        {
            BatchSize = 512,
            AnnealingShare = 0,
            Optimizer = optimizer,
            LearningRate = optimizer is OptimizerKind.Adam or OptimizerKind.Soap ? 0.004 : 0.0005,
            LargestGradientNorm = optimizer == OptimizerKind.Sgd ? 5 : null,
        };
        Trainer trainer = new(FlowShape.Parse("planar:8", 2), Ring, options, _workers);
        double first = Mean(trainer, 20), last = 0;
        for (int i = 0; i < 10; i++)
        {
            last = Mean(trainer, 40);
        }

        output.WriteLine($"{optimizer}: F from {first:f3} to {last:f3}");
        Assert.True(last < first - 1, $"F went from {first} to {last}.");
        Assert.Equal(0, trainer.SkippedSteps);
    }

    [Theory]
    [InlineData("u1", "planar:16", 0.05)]
    [InlineData("u2", "planar:16", 0.05)]
    [InlineData("u2", "planar:8,radial:8", 0.1)]
    public void A_short_run_comes_near_its_target(string name, string formula, double bound)
    {
        const int Steps = 4000;
        Target target = TargetLibrary.Find(name)!;
        Trainer trainer = new(FlowShape.Parse(formula, 2), target, new TrainerOptions { BatchSize = 512 }, _workers);
        for (int i = 0; i < Steps; i++)
        {
            trainer.Step((double)i / Steps);
        }

        double divergence = new FlowEvaluator(_workers)
            .Evaluate(trainer.Flow, target, new RandomStream(1, StreamNumbers.Evaluation), 1 << 16).KullbackLeibler!.Value;
        output.WriteLine($"{name} {formula}: KL = {divergence:f4}, {trainer.SkippedSteps} steps skipped");
        Assert.InRange(divergence, 0, bound);
    }

    [Fact]
    public void A_step_whose_gradient_is_not_finite_is_skipped_and_counted()
    {
        FaultyTarget target = new();
        Trainer trainer = new(FlowShape.Parse("planar:2,radial:1", 2), target, new TrainerOptions { BatchSize = 64 }, _workers);
        trainer.Step(0);
        foreach (Fault fault in (Fault[])[Fault.NotANumberGradient, Fault.InfiniteGradient, Fault.NotANumberEnergy, Fault.InfiniteEnergy])
        {
            float[] before = [.. trainer.RawParameters], effective = [.. trainer.Flow.Parameters];
            long skipped = trainer.SkippedSteps;
            target.Fault = fault;
            trainer.Step(0);
            Assert.Equal(skipped + 1, trainer.SkippedSteps);
            Assert.Equal(before, trainer.RawParameters);
            Assert.Equal(effective, trainer.Flow.Parameters);
        }

        target.Fault = Fault.None;
        float[] kept = [.. trainer.RawParameters];
        trainer.Step(0);
        Assert.Equal(4, trainer.SkippedSteps);
        Assert.Equal(6, trainer.Steps);
        Assert.NotEqual(kept, trainer.RawParameters.ToArray());
        Assert.All(trainer.RawParameters.ToArray(), x => Assert.True(float.IsFinite(x)));
    }

    /// <summary>Batches of one shard, of several and a remainder, and of as large ones as there are.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(576)]
    [InlineData(1600)]
    [InlineData(4096)]
    [InlineData(4160)]
    [InlineData(16_384 + 64)]
    public void Training_does_not_depend_on_threads_or_width(int batch)
    {
        FlowShape shape = FlowShape.Parse("planar:5,radial:4", 2);
        TrainerOptions options = new() { BatchSize = batch };
        float[]? expected = null;
        foreach (int threads in (int[])[1, 2, 3, 7])
        {
            using WorkerPool workers = new(threads);
            foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
            {
                Trainer trainer = new(shape, TargetLibrary.Find("u3")!, options, workers, width);
                for (int i = 0; i < 5; i++)
                {
                    trainer.Step(i / 5.0);
                }

                expected ??= [.. trainer.RawParameters];
                Assert.Equal(expected, trainer.RawParameters);
            }
        }
    }

    [Fact]
    public void Another_seed_gives_another_run()
    {
        Trainer[] trainers = [.. ((ulong[])[1, 1, 2]).Select(
            seed => new Trainer(FlowShape.Parse("planar:4", 2), Ring, new TrainerOptions { Seed = seed, BatchSize = 64 }, _workers))];
        foreach (Trainer trainer in trainers)
        {
            trainer.Step(0);
        }

        Assert.Equal(trainers[0].RawParameters, trainers[1].RawParameters);
        Assert.NotEqual(trainers[0].RawParameters.ToArray(), trainers[2].RawParameters.ToArray());
    }

    [Fact]
    public void A_time_budget_is_kept_and_makes_at_least_one_step()
    {
        Trainer trainer = new(FlowShape.Parse("planar:4", 2), Ring, new TrainerOptions { BatchSize = 64 }, _workers);
        Assert.Equal(1, trainer.StepFor(TimeSpan.Zero, 0));
        Assert.True(trainer.StepFor(TimeSpan.FromMilliseconds(50), 0) > 1);
        Assert.True(trainer.Steps > 2);
    }

    private static double Mean(Trainer trainer, int steps)
    {
        double sum = 0;
        for (int i = 0; i < steps; i++)
        {
            trainer.Step(0.5);
            sum += trainer.FreeEnergy;
        }

        return sum / steps;
    }
}
