using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

public sealed class InsertionTests : IDisposable
{
    private const int Count = 1000;

    private readonly WorkerPool _workers = new(1);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void A_planar_layer_joins_without_a_bit_of_a_sample_or_a_density_changing()
    {
        Trainer trainer = Trained(new() { BatchSize = 64, AverageDecay = 0.9 });
        int[] positions = [0, 3, 5, 8, 8, 4];
        for (int i = 0; i < positions.Length; i++)
        {
            (float[] points, float[] logDensity, float[] given) = Seen(trainer.Flow);
            float[] averagePoints = Seen(trainer.Average).Points;
            FlowDistribution before = trainer.Flow;
            trainer.Insert(positions[i], LayerKind.Planar);

            Assert.NotSame(before, trainer.Flow);
            Assert.Equal(6 + i, trainer.Flow.Shape.LayerCount);
            Assert.Equal(LayerKind.Planar, trainer.Flow.Shape.Layers[positions[i]]);
            (float[] pointsNow, float[] logDensityNow, float[] givenNow) = Seen(trainer.Flow);
            Assert.Equal(points, pointsNow);
            Assert.Equal(logDensity, logDensityNow);
            Assert.Equal(given, givenNow);
            Assert.Equal(averagePoints, Seen(trainer.Average).Points);
            Step(trainer, 2);
        }
    }

    [Theory]
    [InlineData(FlowConstraint.Identity)]
    [InlineData(FlowConstraint.Paper)]
    public void A_radial_layer_joins_as_the_identity_up_to_rounding(FlowConstraint constraint)
    {
        Trainer trainer = Trained(new() { BatchSize = 64, Constraint = constraint });
        (float[] points, float[] logDensity, _) = Seen(trainer.Flow);
        trainer.Insert(trainer.Flow.Shape.LayerCount, LayerKind.Radial);
        (float[] pointsNow, float[] logDensityNow, _) = Seen(trainer.Flow);
        float[] center = trainer.Flow.Parameters[^4..^2].ToArray();
        Assert.InRange(trainer.Flow.Parameters[^1], -1.0 / (1 << 23), 1.0 / (1 << 23));
        for (int i = 0; i < Count; i++)
        {
            // φ = (s + r)/(α + r) of a float32 each: the quotient is off by some roundings of 1.
            double radius = Math.Sqrt(Math.Pow(points[i] - center[0], 2) + Math.Pow(points[i + Count] - center[1], 2));
            Assert.Equal(points[i], pointsNow[i], 1e-6 * (1 + radius));
            Assert.Equal(logDensity[i], logDensityNow[i], 2e-6 * (1 + Math.Abs(logDensity[i])));
        }
    }

    [Fact]
    public void The_new_layer_learns_and_has_random_numbers_of_its_own()
    {
        Trainer trainer = Trained(new() { BatchSize = 64, Epsilon = 1e-8 });
        trainer.Insert(2, LayerKind.Planar);
        trainer.Insert(4, LayerKind.Planar);
        Range first = trainer.Flow.Shape.Layer(2), second = trainer.Flow.Shape.Layer(4);
        float[] begun = trainer.RawParameters[first].ToArray();
        Assert.Equal([0, 0], begun[2..4]);
        Assert.NotEqual(begun[..2], trainer.RawParameters[second][..2].ToArray());
        Step(trainer, 1);
        Assert.All(trainer.RawParameters[first][2..4].ToArray(), u => Assert.NotEqual(0, u));

        // Adam's first step of a parameter is the learning rate, whenever it joined.
        Assert.All(
            trainer.RawParameters[first][2..4].ToArray(), u => Assert.Equal(trainer.LearningRate, Math.Abs(u), 1e-4 * trainer.LearningRate));
        Step(trainer, 50);
        Assert.True(double.IsFinite(trainer.GradientSignalToNoise));
        Assert.Equal(0, trainer.SkippedSteps);
    }

    [Fact]
    public void A_flow_without_layers_grows_and_learns()
    {
        Target target = TargetLibrary.Find("u2")!;
        Trainer trainer = new(new FlowShape(2), target, new() { BatchSize = 256 }, _workers);
        FlowEvaluator evaluator = new(_workers);
        double before = 0;
        for (int depth = 0; depth <= 6; depth += 3)
        {
            for (int step = 0; step < 600; step++)
            {
                trainer.Step(0.5);
            }

            double divergence = evaluator.Evaluate(trainer.Flow, target, new RandomStream(1, StreamNumbers.Evaluation), 1 << 14).KullbackLeibler!.Value;
            Assert.True(depth == 0 || divergence < before - 0.1, $"KL {before} became {divergence} with {depth} layers.");
            before = divergence;
            for (int i = 0; i < 3; i++)
            {
                trainer.Insert(i, LayerKind.Planar);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_layer_that_joined_and_left_leaves_no_bit_behind(int position)
    {
        TrainerOptions options = new() { BatchSize = 64, AverageDecay = 0.9 };
        Trainer trainer = Trained(options), expected = Trained(options);
        trainer.Insert(position, LayerKind.Radial);
        trainer.Remove(position);
        Step(trainer, 5);
        Step(expected, 5);
        Assert.Equal(expected.Flow.Shape.Layers, trainer.Flow.Shape.Layers);
        Assert.Equal(expected.Flow.Parameters, trainer.Flow.Parameters);
        Assert.Equal(expected.Average.Parameters, trainer.Average.Parameters);
        Assert.Equal(expected.GradientSignalToNoise, trainer.GradientSignalToNoise);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Remove(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Remove(5));
    }

    [Fact]
    public void Where_no_identity_exists_a_layer_is_refused_and_the_flow_stays()
    {
        Trainer trainer = Trained(new() { BatchSize = 64, Constraint = FlowConstraint.Paper });
        FlowDistribution flow = trainer.Flow;
        Assert.Contains(
            "identity constraint", Assert.Throws<InvalidOperationException>(() => trainer.Insert(0, LayerKind.Planar)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Insert(-1, LayerKind.Radial));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Insert(6, LayerKind.Radial));
        Assert.Throws<ArgumentNullException>(() => trainer.Insert(0, null!));
        Assert.Same(flow, trainer.Flow);
        Step(trainer, 2);
    }

    private static void Step(Trainer trainer, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            trainer.Step(0.1);
        }
    }

    private static (float[] Points, float[] LogDensity, float[] Given) Seen(FlowDistribution q)
    {
        float[] points = new float[2 * Count], logDensity = new float[Count], given = new float[Count];
        q.Sample(new RandomStream(4, 0), 0, points, logDensity);
        float[] elsewhere = new float[2 * Count];
        new RandomStream(5, 0).FillNormal(0, elsewhere);
        q.LogDensity(elsewhere, given);
        return (points, logDensity, given);
    }

    private Trainer Trained(TrainerOptions options)
    {
        Trainer trainer = new(FlowShape.Parse("planar:3,radial:1,planar:1", 2), TargetLibrary.Find("u4")!, options, _workers);
        Step(trainer, 30);
        return trainer;
    }
}
