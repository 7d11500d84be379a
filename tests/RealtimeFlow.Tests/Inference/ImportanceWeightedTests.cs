using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

/// <summary>The importance-weighted bound and its doubly reparameterised gradient, against the formula in float64 and against quadrature.</summary>
public sealed class ImportanceWeightedTests(ITestOutputHelper output)
{
    private const int Particles = 128;

    public static MatrixTheoryData<string, int, double> Steps => new(["planar:3", "radial:3", "planar:2,radial:2"], [2, 4, 8, 64], [0, 0.5]);

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_has_the_doubly_reparameterised_gradient_and_the_bound_of_its_groups(string formula, int samples, double progress)
    {
        using WorkerPool workers = new(1);
        FlowShape shape = FlowShape.Parse(formula, 2);
        TrainerOptions options = Options(samples) with { BatchSize = Particles };
        Trainer trainer = new(shape, TargetLibrary.Find("u2")!, options, workers);
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(0);
        }

        double[] raw = Vectors.ToDoubles(trainer.RawParameters);
        trainer.Step(progress);
        double[][] noise = NoiseOf.Points(new RandomStream(options.Seed, StreamNumbers.Training), 2, 3 * Particles, Particles);
        Func<double[], double> energy = ReferenceEnergy.Of("u2");
        ReferenceFlow fixedFlow = new(shape, ReferenceConstraint.Effective(shape, options.Constraint, raw));
        double[] shares = [.. noise.Select(epsilon => LogWeight(epsilon, trainer.Beta)).Chunk(samples).SelectMany(Shares)];

        double[] expected = Derivative.Gradient(
            x =>
            {
                ReferenceFlow moved = new(shape, ReferenceConstraint.Effective(shape, options.Constraint, x));
                return noise.Zip(shares, (epsilon, share) =>
                {
                    double[] z = moved.Base.Place(epsilon);
                    moved.Forward(z);
                    return samples * share * share * (fixedFlow.LogDensity(z) + (trainer.Beta * energy(z)));
                }).Average();
            },
            raw);
        double error = Vectors.Distance(expected, trainer.Gradient.ToArray()) / Vectors.Norm(expected);
        output.WriteLine($"{formula} S = {samples}: ‖Δ‖/‖g‖ = {error:e2}");
        Assert.InRange(error, 0, 2e-5);

        double bound = noise.Select(epsilon => LogWeight(epsilon, 1)).Chunk(samples).Average(LogMeanExp);
        Assert.Equal(-bound, trainer.FreeEnergy, 1e-5 * (1 + Math.Abs(bound)));

        double LogWeight(double[] epsilon, double beta)
        {
            double[] z = fixedFlow.Base.Place(epsilon);
            double logDensity = fixedFlow.Base.LogDensity(z) - fixedFlow.Forward(z);
            return (-beta * energy(z)) - logDensity;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void One_particle_a_group_has_the_path_gradient(double progress)
    {
        using WorkerPool workers = new(1);
        Trainer[] trainers = [.. ((TrainerOptions[])[Options(1), Options(8) with { Estimator = GradientEstimator.Path }]).Select(
            options => new Trainer(FlowShape.Parse("planar:4,radial:3", 2), TargetLibrary.Find("u4")!, options, workers))];
        for (int i = 0; i < 20; i++)
        {
            Assert.All(trainers, trainer => trainer.Step(progress));
            Assert.Equal(trainers[1].Gradient, trainers[0].Gradient);
            Assert.Equal(trainers[1].FreeEnergy, trainers[0].FreeEnergy, 1e-5);
        }
    }

    /// <summary>
    /// On the line, E ln ½(w(ε₁) + w(ε₂)) is an integral over the plane, whose derivatives by all parameters are known to many digits.
    /// </summary>
    [Theory]
    [InlineData("planar:1")]
    [InlineData("planar:3")]
    public void The_gradient_is_unbiased(string formula)
    {
        const int Batches = 100;
        using WorkerPool workers = new(2);
        FlowShape shape = FlowShape.Parse(formula, 1);

        // At so small a rate no parameter moves: every step is an estimate at the same place.
        TrainerOptions options = Options(2) with { BatchSize = 4096, AnnealingShare = 0, LearningRate = 1e-30, Seed = 3 };
        Trainer trainer = new(shape, new LineTarget(), options, workers);
        double[] raw = Vectors.ToDoubles(trainer.RawParameters);
        double[] sum = new double[raw.Length], squares = new double[raw.Length];
        double bounds = 0;
        for (int batch = 0; batch < Batches; batch++)
        {
            trainer.Step(0);
            bounds += trainer.FreeEnergy / Batches;
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += trainer.Gradient[i];
                squares[i] += trainer.Gradient[i] * trainer.Gradient[i];
            }
        }

        double[] expected = Derivative.Gradient(Bound, raw);
        for (int i = 0; i < raw.Length; i++)
        {
            double mean = sum[i] / Batches, error = Math.Sqrt(((squares[i] / Batches) - (mean * mean)) / (Batches - 1));
            output.WriteLine($"{formula} {i}: {mean:f6} ± {error:f6}, by quadrature {expected[i]:f6}");
            Assert.InRange(Math.Abs(mean - expected[i]), 0, 4 * error);
            Assert.InRange(error, 0, 0.02 * Vectors.Norm(expected));
        }

        Assert.Equal(Bound(raw), bounds, 2e-3);

        double Bound(double[] x)
        {
            const double HalfSide = 7, Step = 0.1;
            ReferenceFlow flow = new(shape, ReferenceConstraint.Effective(shape, options.Constraint, x));
            (double Mass, double LogWeight)[] nodes = [.. Enumerable.Range(0, (int)(2 * HalfSide / Step) + 1).Select(i =>
            {
                double epsilon = (i * Step) - HalfSide;
                double[] z = flow.Base.Place([epsilon]);
                double logDensity = flow.Base.LogDensity(z) - flow.Forward(z);
                return (Step * Math.Exp(-0.5 * epsilon * epsilon) / Math.Sqrt(2 * Math.PI), -LineTarget.Energy(z[0]) - logDensity);
            })];
            return -nodes.Sum(a => a.Mass * nodes.Sum(b => b.Mass * LogMeanExp([a.LogWeight, b.LogWeight])));
        }
    }

    [Fact]
    public void The_bound_tightens_with_the_size_of_the_group()
    {
        using WorkerPool workers = new(2);
        double[] bounds = [.. ((int[])[1, 2, 4, 8, 16, 32, 64]).Select(samples =>
        {
            TrainerOptions options = Options(samples) with { BatchSize = 1 << 16, AnnealingShare = 0 };
            Trainer trainer = new(FlowShape.Parse("planar:2", 2), TargetLibrary.Find("u1")!, options, workers);
            trainer.Step(0);
            return trainer.FreeEnergy;
        })];
        Assert.Equal(bounds.OrderDescending(), bounds);
        Assert.InRange(bounds[^1], -TargetLibrary.Find("u1")!.LogNormalizer!.Value - 0.01, bounds[0] - 0.5);
    }

    [Fact]
    public void Neither_threads_nor_width_matter()
    {
        double[]? expected = null;
        foreach (int threads in (int[])[1, 2])
        {
            using WorkerPool workers = new(threads);
            foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
            {
                Trainer trainer = new(FlowShape.Parse("planar:3,radial:2", 2), TargetLibrary.Find("u3")!, Options(4), workers, width);
                for (int i = 0; i < 5; i++)
                {
                    trainer.Step(i / 5.0);
                }

                double[] actual = [.. trainer.Gradient, trainer.FreeEnergy];
                expected ??= actual;
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(3)]
    [InlineData(128)]
    public void A_group_that_does_not_fit_is_refused(int samples)
    {
        using WorkerPool workers = new(1);
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => new Trainer(new FlowShape(2), TargetLibrary.Find("u1")!, Options(samples), workers));
        Assert.Contains($"is {samples}: expected a power of two from 1 to 64", refusal.Message, StringComparison.Ordinal);
    }

    private static TrainerOptions Options(int samples) => new()
    {
        BatchSize = 1216,
        Seed = 11,
        Estimator = GradientEstimator.ImportanceWeighted,
        Sequence = RandomSequence.Independent,
        ImportanceSamples = samples,
    };

    private static double LogMeanExp(double[] x) => x.Max() + Math.Log(x.Average(value => Math.Exp(value - x.Max())));

    private static double[] Shares(double[] logWeights)
    {
        double[] weights = [.. logWeights.Select(x => Math.Exp(x - logWeights.Max()))];
        return [.. weights.Select(w => w / weights.Sum())];
    }

    /// <summary>U = ½ (z − 1)² + sin 2z.</summary>
    private sealed unsafe class LineTarget() : Target("line", dimension: 1, new TargetOptions())
    {
        public static double Energy(double z) => (0.5 * (z - 1) * (z - 1)) + Math.Sin(2 * z);

        internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width)
        {
            for (int column = 0; column < columns; column++)
            {
                double z = tile.Row(0)[column];
                tile.ValueRow[column] = (float)Energy(z);
                tile.Cotangents[column] = (float)(z - 1 + (2 * Math.Cos(2 * z)));
            }
        }
    }
}
