using System.Reflection;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Files;

public sealed class CheckpointTests : IDisposable
{
    private const int Steps = 40;

    private readonly WorkerPool _workers = new(2);

    /// <summary>Every property away from its default.</summary>
    internal static TrainerOptions Unusual { get; } = new()
    {
        BatchSize = 64,
        FinalBatchSize = 256,
        LearningRate = 0.1 + 0.2,
        Schedule = RateSchedule.Constant,
        WarmUpShare = 1.0 / 3,
        HoldShare = 0.2,
        FinalRateShare = 1e-300,
        Constraint = FlowConstraint.Paper,
        Optimizer = OptimizerKind.RmsProp,
        Epsilon = 1e-7,
        SquareDecay = 0.97,
        LargestGradientNorm = 1e300,
        LargestNormRatio = 1.5,
        AverageDecay = 0.95,
        Estimator = GradientEstimator.ImportanceWeighted,
        Sequence = RandomSequence.Antithetic,
        ImportanceSamples = 4,
        MinibatchSize = 3,
        Seed = ulong.MaxValue,
        AnnealingShare = 0.7,
    };

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Every_option_comes_back_as_it_was()
    {
        TrainerOptions defaults = new();
        Assert.All(
            typeof(TrainerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance), property => Assert.NotEqual(property.GetValue(defaults), property.GetValue(Unusual)));
        Assert.Equal(Unusual, ThroughFile(Trainer(Unusual).Save()).Options);
        Assert.Equal(defaults, ThroughFile(Trainer(defaults).Save()).Options);
    }

    [Fact]
    public void What_was_saved_comes_back()
    {
        Trainer trainer = Trainer(Unusual, BaseKind.StudentT(2.5f));
        Run(trainer, 0, 20);
        Checkpoint saved = trainer.Save("a \"note\"\né 😀 \u2028", trainer.Flow.Parameters), read = ThroughFile(saved);

        Assert.Equal(saved.Shape.ToString(), read.Shape.ToString());
        Assert.Equal((2, "student-t", 2.5f), (read.Shape.Dimension, read.Shape.Base.Name, read.Shape.Base.DegreesOfFreedom));
        Assert.Equal((FlowDirection.Generative, "mixture", saved.Note, 20L), (read.Direction, read.Target, read.Note, read.Steps));
        Assert.Equal(saved.State, read.State);
        Assert.Equal(saved.Raw, read.Raw);
        Assert.Equal(saved.Kept, read.Kept);
        Assert.Equal(saved.GradientMean, read.GradientMean);
        Assert.Equal(saved.GradientSquare, read.GradientSquare);
        Assert.Equal(saved.AverageSum, read.AverageSum);
        Assert.Equal(saved.OptimizerState, read.OptimizerState);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Soap)]
    public void A_run_on_a_target_goes_on_bit_for_bit_wherever_it_is_split(OptimizerKind optimizer)
    {
        TrainerOptions options = Unusual with { Optimizer = optimizer, Constraint = FlowConstraint.Identity, LearningRate = 0.003, LargestGradientNorm = 20 };
        Trainer whole = Trainer(options);
        Run(whole, 0, Steps);
        System.Random random = new((int)optimizer);
        for (int split = 0; split < 8; split++)
        {
            Trainer trainer = Trainer(options);
            int done = 0;
            while (done < Steps)
            {
                int end = random.Next(done, Steps + 1);
                Run(trainer, done, end);
                trainer = new Trainer(ThroughFile(trainer.Save()), trainer.Target, _workers);
                done = end;
            }

            AssertSame(whole, trainer);
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Soap)]
    public void A_run_whose_flow_grew_goes_on_bit_for_bit(OptimizerKind optimizer)
    {
        Trainer whole = Trainer(new() { BatchSize = 64, AverageDecay = 0.9, Optimizer = optimizer });
        Run(whole, 0, 10);
        whole.Insert(1, LayerKind.Planar);
        Run(whole, 10, 20);
        Trainer resumed = new(ThroughFile(whole.Save()), whole.Target, _workers);
        foreach (Trainer trainer in (Trainer[])[whole, resumed])
        {
            Run(trainer, 20, 30);
            trainer.Insert(4, LayerKind.Planar);
            Run(trainer, 30, Steps);
        }

        AssertSame(whole, resumed);
    }

    [Theory]
    [InlineData(FlowDirection.Generative)]
    [InlineData(FlowDirection.Normalizing)]
    public void A_run_on_data_goes_on_bit_for_bit(FlowDirection direction)
    {
        float[] rows = new float[400];
        new RandomStream(1, 0).FillNormal(0, rows);
        DataSet data = new(rows, 2);
        TrainerOptions options = Unusual with { LearningRate = 0.003 };
        LikelihoodTrainer whole = new(FlowShape.Parse("planar:2,radial:1", 2), direction, data, options, _workers);
        LikelihoodTrainer first = new(whole.Flow.Shape, direction, data, options, _workers);
        Run(whole, 0, Steps);
        Run(first, 0, 17);
        LikelihoodTrainer second = new(ThroughFile(first.Save()), data, _workers);
        Run(second, 17, Steps);
        AssertSame(whole, second);
    }

    [Fact]
    public void A_checkpoint_goes_on_only_with_what_it_was_trained_on()
    {
        Checkpoint onTarget = Trainer(Unusual).Save();
        DataSet data = new(new float[64], 2);
        Checkpoint onData = new LikelihoodTrainer(new FlowShape(2), FlowDirection.Generative, data, Unusual, _workers).Save();
        Assert.Throws<ArgumentException>("target", () => new Trainer(onTarget, TargetLibrary.Find("u1")!, _workers));
        Assert.Throws<ArgumentException>("target", () => new Trainer(onData, TargetLibrary.Find("u1")!, _workers));
        Assert.Throws<ArgumentException>("checkpoint", () => new LikelihoodTrainer(onTarget, data, _workers));
        Assert.Throws<ArgumentException>("shape", () => new LikelihoodTrainer(onData, new DataSet(new float[9], 3), _workers));
        Assert.Throws<ArgumentOutOfRangeException>("note.Length", () => Trainer(Unusual).Save(new string('x', Checkpoint.MostNote + 1)));
        Assert.Equal(Checkpoint.MostNote, ThroughFile(Trainer(Unusual).Save(new string('"', Checkpoint.MostNote))).Note.Length);
    }

    [Fact]
    public void Any_reader_of_safetensors_opens_it()
    {
        Trainer trainer = Trainer(new() { BatchSize = 64, Optimizer = OptimizerKind.Sgd });
        Run(trainer, 0, 3);
        (Dictionary<string, string> metadata, Dictionary<string, double[]> tensors) = PlainSafetensors.ReadDoubles(Bytes(trainer.Save("note")));

        Assert.Equal("realtimeflow-checkpoint", metadata["format"]);
        Assert.StartsWith("""{"steps":3,"skipped_steps":0,"particles":192,""", metadata["state"], StringComparison.Ordinal);
        Assert.Equal(["parameters", "gradient.mean", "gradient.square", "optimizer.velocity"], tensors.Keys);
        Assert.Equal(trainer.RawParameters.ToArray().Select(x => (double)x), tensors["parameters"]);
    }

    internal static byte[] Bytes(Checkpoint checkpoint)
    {
        MemoryStream stream = new();
        CheckpointFile.Write(stream, checkpoint);
        return stream.ToArray();
    }

    private static Checkpoint ThroughFile(Checkpoint checkpoint)
    {
        byte[] bytes = Bytes(checkpoint);
        Checkpoint read = CheckpointFile.Read(new MemoryStream(bytes));
        Assert.Equal(bytes, Bytes(read));
        return read;
    }

    private static void Run(FlowTrainer trainer, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            trainer.Step((double)step / Steps);
        }
    }

    private static void AssertSame(FlowTrainer expected, FlowTrainer actual)
    {
        Assert.Equal(Bytes(expected.Save()), Bytes(actual.Save()));
        Assert.Equal(expected.Flow.Parameters, actual.Flow.Parameters);
        Assert.Equal(expected.Average.Parameters, actual.Average.Parameters);
        Assert.Equal(expected.GradientSignalToNoise, actual.GradientSignalToNoise);
        Assert.Equal(Steps, actual.Steps);
        Assert.Equal(0, actual.SkippedSteps);
    }

    private Trainer Trainer(TrainerOptions options, BaseKind? kind = null) =>
        new(FlowShape.Parse("planar:2,radial:1,planar:1", 2, kind), TargetLibrary.Find("mixture")!, options, _workers);
}
