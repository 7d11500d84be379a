using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

/// <summary>The path gradient and the gradient of the likelihood by every raw parameter, against central differences of the float64 reference.</summary>
public sealed class EstimatorGradientTests(ITestOutputHelper output)
{
    private const int Particles = 128;

    public static MatrixTheoryData<string, FlowConstraint> Paths => new(["planar:3", "radial:3", "planar:5,radial:5,planar:2"], Enum.GetValues<FlowConstraint>());

    public static MatrixTheoryData<string, int, FlowDirection, string> Likelihoods => new(
        ["planar:3", "radial:3", "planar:5,radial:5,planar:2"], [1, 2, 3, 5], Enum.GetValues<FlowDirection>(), ["gaussian", "student-t"]);

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_path_gradient_moves_the_points_and_leaves_the_density_as_it_is(string formula, FlowConstraint constraint)
    {
        using WorkerPool workers = new(1);
        FlowShape shape = FlowShape.Parse(formula, 2);
        TrainerOptions options = new()
        {
            BatchSize = Particles,
            Seed = 11,
            Constraint = constraint,
            AnnealingShare = 0.5,
            Estimator = GradientEstimator.Path,
            Sequence = RandomSequence.Independent,
        };
        Trainer trainer = new(shape, TargetLibrary.Find("u2")!, options, workers);
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(0);
        }

        double[] raw = Vectors.ToDoubles(trainer.RawParameters);
        trainer.Step(0.2);
        double[][] noise = NoiseOf.Points(new RandomStream(11, StreamNumbers.Training), 2, 3 * Particles, Particles);
        Func<double[], double> energy = ReferenceEnergy.Of("u2");
        ReferenceFlow fixedFlow = new(shape, ReferenceConstraint.Effective(shape, constraint, raw));

        double[] expected = Derivative.Gradient(
            x =>
            {
                ReferenceFlow moved = new(shape, ReferenceConstraint.Effective(shape, constraint, x));
                return noise.Average(epsilon =>
                {
                    double[] z = moved.Base.Place(epsilon);
                    moved.Forward(z);
                    return fixedFlow.LogDensity(z) + (trainer.Beta * energy(z));
                });
            },
            raw);
        AssertClose(expected, trainer.Gradient, 1e-5, $"{formula} {constraint}");

        double freeEnergy = fixedFlow.FreeEnergy(noise, 1, energy);
        Assert.Equal(freeEnergy, trainer.FreeEnergy, 1e-5 * (1 + Math.Abs(freeEnergy)));
    }

    [Theory]
    [MemberData(nameof(Likelihoods))]
    public void A_step_on_data_goes_down_the_gradient_of_their_negative_log_likelihood(
        string formula, int dimension, FlowDirection direction, string kind)
    {
        using WorkerPool workers = new(1);
        FlowShape shape = FlowShape.Parse(formula, dimension, kind == "gaussian" ? BaseKind.Gaussian : BaseKind.StudentT(3));
        float[] rows = new float[50 * dimension];
        new RandomStream(3, 4).FillNormal(0, rows);
        DataSet data = new(rows, dimension);
        TrainerOptions options = new() { BatchSize = Particles, Seed = 12, LearningRate = 0.01 };
        LikelihoodTrainer trainer = new(shape, direction, data, options, workers);
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(0);
        }

        double[] raw = Vectors.ToDoubles(trainer.RawParameters);
        trainer.Step(0.2);
        uint[] words = new uint[Particles];
        new RandomStream(12, StreamNumbers.Training).FillBits(3 * Particles, words);
        double[][] batch = [.. words.Select(word => Row((int)(((ulong)word * 50) >> 32)))];

        double Loss(double[] x) =>
            -batch.Average(new ReferenceFlow(shape, ReferenceConstraint.Effective(shape, options.Constraint, x), direction).LogDensity);

        AssertClose(Derivative.Gradient(Loss, raw), trainer.Gradient, 1e-5, $"{formula} {dimension} {direction} {kind}");
        Assert.Equal(Loss(raw), trainer.NegativeLogLikelihood, 1e-5 * (1 + Math.Abs(Loss(raw))));

        double[] Row(int row) => Vectors.ToDoubles(rows.AsSpan(row * dimension, dimension));
    }

    [Theory]
    [InlineData(FlowDirection.Generative)]
    [InlineData(FlowDirection.Normalizing)]
    public void Maximum_likelihood_finds_the_scale_and_place_of_normal_data(FlowDirection direction)
    {
        using WorkerPool workers = new(2);
        float[] rows = new float[2 * 4000];
        new RandomStream(3, 4).FillNormal(0, rows);
        for (int i = 0; i < rows.Length; i += 2)
        {
            rows[i] = 3 + (0.5f * rows[i]);
        }

        LikelihoodTrainer trainer = new(
            FlowShape.Parse("planar:4", 2), direction, new DataSet(rows, 2), new TrainerOptions { BatchSize = 512 }, workers);
        for (int step = 0; step < 1500; step++)
        {
            trainer.Step(step / 1500.0);
        }

        float[] logDensity = new float[4000];
        trainer.Flow.LogDensity(new DataSet(rows, 2).Points, logDensity);

        // The entropy of the two coordinates: ln(2πe) + ln ½; the sample and the batches leave it some hundredths off.
        Assert.Equal(Math.Log(2 * Math.PI * Math.E) + Math.Log(0.5), -logDensity.Average(x => (double)x), 0.05);
        Assert.Equal(0, trainer.SkippedSteps);
    }

    private void AssertClose(double[] expected, ReadOnlySpan<double> actual, double most, string name)
    {
        double error = Vectors.Distance(expected, actual.ToArray()) / Vectors.Norm(expected);
        output.WriteLine($"{name}: ‖Δ‖/‖g‖ = {error:e2}");
        Assert.InRange(error, 0, most);
    }
}
