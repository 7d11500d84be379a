using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Flows;

namespace RealtimeFlow.Tests.Amortized;

/// <summary>Small models, and what a step of their trainer sees.</summary>
internal static class Small
{
    public static FlowShape Posterior(string formula, int latents) =>
        formula.Length == 0 ? new FlowShape(latents) : FlowShape.Parse(formula, latents);

    /// <summary>Two hidden layers, the second of another kind.</summary>
    public static DenseShape[] Hidden(Activation activation) =>
        [activation == Activation.Maxout ? new(8, activation, 2) : new(5, activation), new(6, Activation.Tanh)];

    /// <summary>The images of a step, and of each sample the noise of each image.</summary>
    public static (double[][] Images, double[][][] Noise) Step(MadeUpImages images, AmortizedOptions options, long step, int latents)
    {
        using WorkerPool workers = new(1);
        int rows = options.MinibatchSize, stride = Network.Stride(rows), samples = options.ImportanceSamples;
        float[] columns = new float[images.Pixels * stride];
        new ImageBatches(images, options.Seed, rows, workers).Fill(step, columns, stride);
        double[][] batch = [.. Enumerable.Range(0, rows).Select(
            row => Enumerable.Range(0, images.Pixels).Select(p => (double)columns[(p * stride) + row]).ToArray())];
        RandomStream stream = new(options.Seed, StreamNumbers.Training);
        return (batch, [.. Enumerable.Range(0, samples).Select(
            sample => NoiseOf.Points(stream, latents, (int)((step * samples) + sample) * stride, rows))]);
    }
}
