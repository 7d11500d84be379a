using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Networks;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Amortized;

/// <summary>−ln p(x) against quadrature over two latent variables, and what training reaches against the entropy of its data.</summary>
public sealed class AmortizedEvaluatorTests(ITestOutputHelper output)
{
    private const int Pixels = 9;

    [Theory]
    [InlineData("", false)]
    [InlineData("planar:2", false)]
    [InlineData("radial:2", false)]
    [InlineData("planar:2,radial:1", true)]
    public void The_likelihood_by_importance_sampling_is_that_of_quadrature(string formula, bool shares)
    {
        using WorkerPool workers = new(2);
        MadeUpImages images = new(150, Pixels);
        LatentGaussianModel model = new(Pixels, Small.Posterior(formula, 2), Small.Hidden(Activation.Tanh), sharesLayers: shares);
        AmortizedTrainer trainer = Train(model, images, 300, workers);
        double exact = NegativeLogLikelihood(model, trainer.Parameters, images);
        AmortizedEvaluator evaluator = new(model, workers);
        AmortizedEvaluation few = evaluator.Evaluate(trainer.Parameters, images, 20, seed: 1);
        AmortizedEvaluation many = evaluator.Evaluate(trainer.Parameters, images, 1000, seed: 1);
        output.WriteLine($"'{formula}' by quadrature {exact:f5}\n{few}\n{many}");
        Assert.InRange(many.NegativeLogLikelihood - exact - many.MonteCarloBias, -4 * many.MonteCarloError, 4 * many.MonteCarloError);
        Assert.InRange(few.NegativeLogLikelihood - exact - few.MonteCarloBias, -4 * few.MonteCarloError, 4 * few.MonteCarloError);
        Assert.True(many.FreeEnergy > exact);
        Assert.Equal(many.FreeEnergy, many.Reconstruction + many.Divergence, 1e-9);
        Assert.InRange(many.MonteCarloError, 0, few.MonteCarloError);
    }

    [Fact]
    public void The_errors_that_are_reported_are_those_of_repetitions()
    {
        using WorkerPool workers = new(2);
        MadeUpImages images = new(150, Pixels);
        LatentGaussianModel model = new(Pixels, new FlowShape(2), Small.Hidden(Activation.Tanh));
        AmortizedTrainer trainer = Train(model, images, 300, workers);
        AmortizedEvaluator evaluator = new(model, workers);
        AmortizedEvaluation[] runs = [.. Enumerable.Range(1, 40).Select(seed => evaluator.Evaluate(trainer.Parameters, images, 100, (ulong)seed))];
        double mean = runs.Average(run => run.NegativeLogLikelihood);
        double deviation = Math.Sqrt(runs.Sum(run => Math.Pow(run.NegativeLogLikelihood - mean, 2)) / (runs.Length - 1));
        output.WriteLine($"{mean:f4}, deviation {deviation:e2}, reported {runs.Average(run => run.MonteCarloError):e2}");

        // A deviation of forty has a relative error of 1/√78.
        Assert.InRange(deviation / runs.Average(run => run.MonteCarloError), 1 - (4 / Math.Sqrt(78)), 1 + (4 / Math.Sqrt(78)));
        double[] each = [.. Enumerable.Range(0, images.Count).Select(image =>
            evaluator.Evaluate(trainer.Parameters, new One(images, image), 100, 1).NegativeLogLikelihood)];
        double spread = Math.Sqrt(each.Sum(x => Math.Pow(x - each.Average(), 2)) / (each.Length - 1) / each.Length);
        Assert.Equal(spread, runs[0].StandardError, 0.05 * spread);
    }

    /// <summary>
    /// Three images, each as likely as the others: no model explains them in less than ln 3, and one of independent pixels needs 9 H(1/3) = 5.7.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("planar:4")]
    public void Training_comes_near_the_entropy_of_its_images_and_not_below(string formula)
    {
        using WorkerPool workers = new(1);
        MadeUpImages images = new(30, Pixels, noisy: false);
        LatentGaussianModel model = new(Pixels, Small.Posterior(formula, 2), [new(32, Activation.Tanh)]);
        AmortizedTrainer trainer = Train(model, images, 3000, workers);
        AmortizedEvaluation evaluation = new AmortizedEvaluator(model, workers).Evaluate(trainer.Parameters, images, 1000, seed: 1);
        output.WriteLine($"'{formula}' {evaluation}");
        Assert.InRange(evaluation.NegativeLogLikelihood, Math.Log(3) - (4 * evaluation.MonteCarloError), Math.Log(3) + 0.5);
        Assert.InRange(evaluation.FreeEnergy, evaluation.NegativeLogLikelihood, Math.Log(3) + 0.8);
    }

    [Fact]
    public void Other_images_another_block_and_no_sample_are_refused()
    {
        using WorkerPool workers = new(1);
        LatentGaussianModel model = new(Pixels, new FlowShape(2), Small.Hidden(Activation.Tanh));
        float[] parameters = model.Initialize(1);
        AmortizedEvaluator evaluator = new(model, workers);
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(parameters, new MadeUpImages(3, Pixels + 1), 1, 1));
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(parameters.AsSpan(1), new MadeUpImages(3, Pixels), 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => evaluator.Evaluate(parameters, new MadeUpImages(3, Pixels), 0, 1));
    }

    private static AmortizedTrainer Train(LatentGaussianModel model, ImageSource images, int steps, WorkerPool workers)
    {
        AmortizedOptions options = new() { MinibatchSize = 30, LearningRate = 0.01, Epsilon = 1e-8, LargestNormRatio = 5, AnnealingSteps = steps / 3 };
        AmortizedTrainer trainer = new(model, images, options, workers);
        for (int step = 0; step < steps; step++)
        {
            trainer.Step();
        }

        return trainer;
    }

    /// <summary>
    /// The mean of −ln ∫ p(x|z) N(z; 0, I) dz by the trapezoid rule on a grid, exact for a function so smooth that has vanished at its ends.
    /// </summary>
    private static double NegativeLogLikelihood(LatentGaussianModel model, ReadOnlySpan<float> parameters, MadeUpImages images)
    {
        const int Steps = 120;
        const double End = 7;
        double[] decoder = Vectors.ToDoubles(parameters[model.Decoder]), sums = new double[images.Count];
        double[] nodes = [.. Enumerable.Range(0, Steps + 1).Select(i => End * ((2.0 * i / Steps) - 1))];
        foreach (double[] z in nodes.SelectMany(x => nodes.Select(y => (double[])[x, y])))
        {
            double[] logits = ReferenceModel.Forward(model.DecoderShape, decoder, z);
            double[] on = [.. logits.Select(logit => 1 / (1 + Math.Exp(-logit)))];
            double prior = Math.Exp(-0.5 * Vectors.Dot(z, z)) / (2 * Math.PI);
            for (int image = 0; image < images.Count; image++)
            {
                sums[image] += images[image].Select((x, p) => x == 1 ? on[p] : 1 - on[p]).Aggregate(prior, (a, b) => a * b);
            }
        }

        double area = Math.Pow(2 * End / Steps, 2);
        return sums.Average(sum => -Math.Log(sum * area));
    }

    private sealed class One(MadeUpImages all, int image) : ImageSource
    {
        public override int Count => 1;

        public override int Pixels => all.Pixels;

        public override void Fill(ReadOnlySpan<int> images, long epoch, Span<float> destination, int stride) =>
            all.Fill([image], epoch, destination, stride);
    }
}
