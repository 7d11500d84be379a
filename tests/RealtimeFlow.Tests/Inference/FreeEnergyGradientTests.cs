using CsCheck;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

/// <summary>
/// The gradient of the whole free energy by every raw parameter, base included, against central differences of the float64 reference
/// on the same noise.
/// </summary>
public sealed class FreeEnergyGradientTests(ITestOutputHelper output)
{
    private const double Beta = 0.37;

    public static TheoryData<string, string, FlowConstraint> Runs
    {
        get
        {
            TheoryData<string, string, FlowConstraint> cases = [];
            foreach (Target target in ReferenceEnergy.Names.Select(name => TargetLibrary.Find(name)!).Where(target => target.Dimension == 2))
            {
                foreach (string formula in (string[])["planar:3", "radial:3", "planar:5,radial:5"])
                {
                    cases.Add(target.Name, formula, FlowConstraint.Identity);
                    cases.Add(target.Name, formula, FlowConstraint.Paper);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_training_step_goes_down_the_gradient_of_the_free_energy(string name, string formula, FlowConstraint constraint)
    {
        const int Particles = 128;
        using WorkerPool workers = new(1);
        FlowShape shape = FlowShape.Parse(formula, 2);
        TrainerOptions options = new() { BatchSize = Particles, Seed = 11, Constraint = constraint, AnnealingShare = 0.5, Estimator = GradientEstimator.Total, Sequence = RandomSequence.Independent };
        Trainer trainer = new(shape, TargetLibrary.Find(name)!, options, workers);

        // Away from the start, where u and b have their own special values.
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(0);
        }

        double[] raw = Vectors.ToDoubles(trainer.RawParameters);
        trainer.Step(0.2);
        Assert.Equal(0.41, trainer.Beta, 1e-12);
        double[][] noise = NoiseOf.Points(new RandomStream(11, StreamNumbers.Training), 2, 3 * Particles, Particles);
        Func<double[], double> energy = ReferenceEnergy.Of(name);

        double[] expected = Gradient(shape, constraint, raw, noise, 0.41, energy);
        double[] actual = trainer.Gradient.ToArray();
        double error = Vectors.Distance(expected, actual) / Vectors.Norm(expected);
        output.WriteLine($"{name} {formula} {constraint}: ‖Δ‖/‖g‖ = {error:e2}");
        Assert.InRange(error, 0, 1e-5);
        Assert.Equal(Vectors.Norm(expected), trainer.GradientNorm, 1e-5 * Vectors.Norm(expected));

        double freeEnergy = new ReferenceFlow(shape, ReferenceConstraint.Effective(shape, constraint, raw)).FreeEnergy(noise, 1, energy);
        Assert.Equal(freeEnergy, trainer.FreeEnergy, 1e-5 * (1 + Math.Abs(freeEnergy)));
    }

    /// <summary>U = ½‖z − 1‖² + Σ sin zᵢ, in any dimension; at a width drawn at random.</summary>
    [Fact]
    public void Random_chains_in_one_to_five_dimensions_have_the_gradient_of_their_free_energy()
    {
        const int Particles = 64;
        double worst = 0;
        Gen.Select(RandomChain.Gen(dimensions: 5, layers: 6).Where(IsOrdinary), Gen.Enum<LaneWidth>()).Sample(
            (chain, width) =>
            {
                FlowShape shape = chain.Shape;
                (double[] actual, double[][] noise) = EngineGradient.OfDistribution(
                    chain.At(width),
                    new RandomStream(2, 3),
                    Particles,
                    z => [.. z.Select(x => Beta * (x - 1 + Math.Cos(x)))]);
                ReferenceFlow flow = chain.Reference;
                double nearest = noise.Min(epsilon => flow.DistanceToKink(flow.Base.Place(epsilon)));
                if (nearest < 10 * Derivative.Step)
                {
                    return;
                }

                for (int layer = 0; layer < shape.LayerCount; layer++)
                {
                    Range place = shape.Layer(layer);
                    shape.Layers[layer].PullBack(shape.Dimension, chain.Constraint, chain.Raw.AsSpan(place), actual.AsSpan(place));
                }

                double[] expected = Gradient(
                    shape,
                    chain.Constraint,
                    Vectors.ToDoubles(chain.Raw),
                    noise,
                    Beta,
                    z => z.Sum(x => (0.5 * (x - 1) * (x - 1)) + Math.Sin(x)));
                double error = Vectors.Distance(expected, actual) / Vectors.Norm(expected);
                worst = Math.Max(worst, error);

                // Near a centre the direction of the pull is that of a small difference of rounded numbers.
                Assert.InRange(error, 0, 1e-5 * Math.Max(1, 0.2 / nearest));
            },
            iter: 60,
            threads: 1);
        output.WriteLine($"worst ‖Δ‖/‖g‖ = {worst:e2}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_particle_at_a_radial_centre_has_the_gradient_without_a_direction(int dimension)
    {
        // At r = 0: φ = s/α, ψ = s/α, ln det = D ln(s/α), and the loss is −ln det + ½‖z_K − 1‖² with z_K = z₀.
        const double Alpha = 0.75, Beta = -0.25;
        double[] center = [.. Enumerable.Range(1, dimension).Select(i => 0.5 * i)];
        double[] gradient = EngineGradient.OfChain(
            new FlowShape(dimension, LayerKind.Radial),
            [.. new float[2 * dimension], .. center.Select(x => (float)x), (float)Alpha, (float)Beta],
            [center],
            z => [.. z.Select(x => x - 1)],
            LaneDispatch.Width);
        for (int i = 0; i < dimension; i++)
        {
            // ∂z_K/∂z₀ = 1 − φ; the pull of ln det has no direction there and counts as 0.
            Assert.Equal((1 - ((Alpha + Beta) / Alpha)) * (center[i] - 1), gradient[i], 1e-6);
        }

        Assert.Equal(-dimension * ((1 / (Alpha + Beta)) - (1 / Alpha)), gradient[dimension], 1e-5);
        Assert.Equal(-dimension / (Alpha + Beta), gradient[dimension + 1], 1e-5);
    }

    /// <summary>
    /// Whether every planar layer is far from a fold, where the condition of the gradient takes digits, and every wᵀu keeps its sign over
    /// the steps of the differences: at 0 the constraint has a kink.
    /// </summary>
    private static bool IsOrdinary(RandomChain chain)
    {
        int dimension = chain.Shape.Dimension;
        for (int layer = 0; layer < chain.Shape.LayerCount; layer++)
        {
            double[] raw = Vectors.ToDoubles(chain.Raw.AsSpan(chain.Shape.Layer(layer)));
            if (chain.Shape.Layers[layer] == LayerKind.Planar
                && (Vectors.Norm(raw.AsSpan(0, dimension)) < 0.05
                    || Vectors.Dot(raw.AsSpan(0, dimension), raw.AsSpan(dimension, dimension)) is < -2 or (> -0.01 and < 0.01)))
            {
                return false;
            }
        }

        return true;
    }

    private static double[] Gradient(
        FlowShape shape, FlowConstraint constraint, double[] raw, double[][] noise, double beta, Func<double[], double> energy) =>
        Derivative.Gradient(
            x => new ReferenceFlow(shape, ReferenceConstraint.Effective(shape, constraint, x)).FreeEnergy(noise, beta, energy), raw);
}
