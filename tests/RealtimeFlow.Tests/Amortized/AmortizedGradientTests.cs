using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Networks;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Amortized;

/// <summary>The gradient of a step against differences of the formula in float64, and the plain auto-encoder against one written separately.</summary>
public sealed class AmortizedGradientTests(ITestOutputHelper output)
{
    private const int Pixels = 7, Latents = 3, Rows = 5;

    public static TheoryData<string, PixelLikelihood, FlowConstraint, bool, int, Activation> Models => new()
    {
        { "", PixelLikelihood.Bernoulli, FlowConstraint.Identity, false, 1, Activation.Maxout },
        { "", PixelLikelihood.Gaussian, FlowConstraint.Identity, false, 3, Activation.Tanh },
        { "planar:3", PixelLikelihood.Bernoulli, FlowConstraint.Identity, false, 1, Activation.Maxout },
        { "planar:2", PixelLikelihood.Bernoulli, FlowConstraint.Paper, false, 1, Activation.Softplus },
        { "radial:2", PixelLikelihood.Bernoulli, FlowConstraint.Identity, false, 2, Activation.Tanh },
        { "planar:2,radial:1", PixelLikelihood.Gaussian, FlowConstraint.Identity, false, 1, Activation.Relu },
        { "planar:1,radial:1,planar:1", PixelLikelihood.Bernoulli, FlowConstraint.Identity, false, 4, Activation.Maxout },
        { "planar:2,radial:1", PixelLikelihood.Bernoulli, FlowConstraint.Identity, true, 1, Activation.Maxout },
        { "planar:2", PixelLikelihood.Gaussian, FlowConstraint.Identity, true, 3, Activation.Tanh },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void A_step_has_the_gradient_and_the_bound_of_the_formula(
        string formula, PixelLikelihood likelihood, FlowConstraint constraint, bool shares, int samples, Activation activation)
    {
        using WorkerPool workers = new(1);
        LatentGaussianModel model = new(Pixels, Small.Posterior(formula, Latents), Small.Hidden(activation), likelihood, constraint, shares);
        MadeUpImages images = new(12, Pixels, grey: likelihood == PixelLikelihood.Gaussian);
        AmortizedOptions options = new()
        {
            MinibatchSize = Rows,
            ImportanceSamples = samples,
            LearningRate = 0.02,
            AnnealingSteps = 20,
            Seed = 3,
        };
        AmortizedTrainer trainer = new(model, images, options, workers);
        for (int step = 0; step < 10; step++)
        {
            trainer.Step();
        }

        double beta = trainer.Beta;
        double[] parameters = Vectors.ToDoubles(trainer.Parameters);
        (double[][] batch, double[][][] noise) = Small.Step(images, options, trainer.Steps, Latents);
        trainer.Step();

        double[] expected = Derivative.Gradient(x => new ReferenceModel(model, x).Bound(batch, noise, beta), parameters);
        double error = Vectors.Distance(expected, Vectors.ToDoubles(trainer.Gradient)) / Vectors.Norm(expected);
        double bound = new ReferenceModel(model, parameters).Bound(batch, noise, 1);
        output.WriteLine($"{model.ParameterCount} parameters: ‖Δ‖/‖g‖ = {error:e2}, bound {trainer.State.Bound:f6}, Δ = {bound - trainer.State.Bound:e2}");
        Assert.InRange(error, 0, 2e-6);
        Assert.Equal(bound, trainer.State.Bound, 2e-6 * (1 + Math.Abs(bound)));
        Assert.Equal(Vectors.Norm(expected), trainer.State.GradientNorm, 2e-6 * Vectors.Norm(expected));
        Assert.Equal(0, trainer.State.SkippedSteps);

        (double LogLikelihood, double LogPrior, double LogPosterior)[] terms =
            [.. noise.SelectMany(sample => sample.Select((epsilon, row) => new ReferenceModel(model, parameters).Terms(batch[row], epsilon)))];
        Assert.Equal(-terms.Average(term => term.LogLikelihood), trainer.State.Reconstruction, 1e-5);
        Assert.Equal(terms.Average(term => term.LogPosterior - term.LogPrior), trainer.State.Divergence, 1e-5);
    }

    [Fact]
    public void Without_layers_it_is_the_plain_variational_auto_encoder()
    {
        const int Hidden = 6, Steps = 50;
        using WorkerPool workers = new(1);
        LatentGaussianModel model = new(Pixels, new FlowShape(Latents), [new(Hidden, Activation.Tanh)]);
        MadeUpImages images = new(23, Pixels);
        AmortizedOptions options = new() { MinibatchSize = 10, LearningRate = 0.01, Epsilon = 1e-8, LargestNormRatio = null, AnnealingSteps = 30 };
        AmortizedTrainer trainer = new(model, images, options, workers);
        double[] begun = Vectors.ToDoubles(trainer.Parameters);
        PlainVae plain = new(Pixels, Hidden, Latents, [.. begun]);
        for (int step = 0; step < Steps; step++)
        {
            (double[][] batch, double[][][] noise) = Small.Step(images, options, step, Latents);
            double loss = plain.Step(batch, noise[0], options.BetaAt(step), options.LearningRate);
            trainer.Step();
            Assert.Equal(loss, trainer.State.Bound, 1e-4);
        }

        double error = Vectors.Distance(plain.Block, Vectors.ToDoubles(trainer.Parameters)) / Vectors.Distance(plain.Block, begun);
        output.WriteLine($"after {Steps} steps off by {error:e2} of the way");
        Assert.InRange(error, 0, 1e-4);
    }
}
