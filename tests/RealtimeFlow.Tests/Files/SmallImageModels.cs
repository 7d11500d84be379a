using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Networks;
using RealtimeFlow.Tests.Amortized;

namespace RealtimeFlow.Tests.Files;

/// <summary>Small models of images of every kind, and runs of them.</summary>
internal static class SmallImageModels
{
    /// <summary>Every property away from its default.</summary>
    public static AmortizedOptions Unusual { get; } = new()
    {
        MinibatchSize = 5,
        ImportanceSamples = 3,
        Optimizer = OptimizerKind.RmsProp,
        LearningRate = 0.1 + 0.2,
        Epsilon = 1e-7,
        Steps = 1234,
        Schedule = RateSchedule.Cosine,
        LargestNormRatio = 3,
        HoldShare = 1.0 / 3,
        FinalRateShare = 1e-300,
        AnnealingSteps = 7,
        Seed = ulong.MaxValue,
    };

    /// <summary>What the images are: 2 × 3 pixels.</summary>
    public static ImageKind Kind { get; } = new(2, 3, Binarization.Dynamic);

    /// <summary>A model of each kind.</summary>
    public static LatentGaussianModel[] Shapes { get; } =
    [
        new(6, new FlowShape(2), [new DenseShape(4, Activation.Maxout, 2), new DenseShape(3, Activation.Tanh)]),
        new(6, FlowShape.Parse("planar:2,radial:1", 2), [new DenseShape(3, Activation.Relu)], PixelLikelihood.Gaussian, FlowConstraint.Paper),
        new(6, FlowShape.Parse("radial:1", 3), [], sharesLayers: true),
    ];

    /// <summary>A run after some steps.</summary>
    public static AmortizedTrainer Run(LatentGaussianModel shape, AmortizedOptions options, int steps, WorkerPool workers)
    {
        AmortizedTrainer trainer = new(shape, Images(shape), options, workers);
        for (int step = 0; step < steps; step++)
        {
            trainer.Step();
        }

        return trainer;
    }

    public static MadeUpImages Images(LatentGaussianModel shape) => new(23, 6, grey: shape.Likelihood == PixelLikelihood.Gaussian);
}
