using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using RealtimeFlow.Amortized;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Amortized;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Networks;

namespace RealtimeFlow.Tests.Processes;

/// <summary>
/// One hash of what a flow computes, over bases, readings and kinds of random sequence: samples, images, log-determinants, inverses,
/// log-densities, scores, and parameters after training; what networks compute, and models of images after training.
/// </summary>
internal static class BitsOfEverything
{
    private const int Count = 50;

    /// <summary>What the runtime's switches have left of the hardware, as printed in the first line.</summary>
    public static string Hardware =>
        $"Vector512={Vector512.IsHardwareAccelerated} Avx2={Avx2.IsSupported} Vector128={Vector128.IsHardwareAccelerated} Count={Vector<float>.Count}";

    /// <summary>Prints the hardware, and then a line for each width and number of threads.</summary>
    public static void Print()
    {
        Console.WriteLine(Hardware);
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            Console.WriteLine($"{width} {Of(width, threads: width == LaneWidth.Bits256 ? 2 : 1)}");
        }

        Console.WriteLine($"{LaneDispatch.Width} {Of(LaneDispatch.Width, threads: 4)}");
    }

    /// <summary>The hash at a width, with so many threads to train.</summary>
    public static string Of(LaneWidth width, int threads)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int dimension in (int[])[1, 2, 3, 5])
        {
            foreach (FlowDirection direction in Enum.GetValues<FlowDirection>())
            {
                foreach (BaseKind kind in (BaseKind[])[BaseKind.Gaussian, BaseKind.Uniform, BaseKind.StudentT(3)])
                {
                    AppendFlow(hash, width, dimension, kind, direction);
                }
            }
        }

        using WorkerPool workers = new(threads);
        foreach (OptimizerKind optimizer in Enum.GetValues<OptimizerKind>())
        {
            TrainerOptions options = new()
            {
                BatchSize = 576,
                FinalBatchSize = 2 * 576,
                Optimizer = optimizer,
                LearningRate = 0.002,
                WarmUpShare = 0.2,
                LargestGradientNorm = 1,
                AverageDecay = 0.8,
            };
            foreach (GradientEstimator estimator in Enum.GetValues<GradientEstimator>())
            {
                Append(TargetLibrary.Find("u4")!, options with { Estimator = estimator });
            }
        }

        foreach (string name in (string[])["linear", "logistic", "mixture"])
        {
            Append(TargetLibrary.Find(name)!, new() { BatchSize = 576, MinibatchSize = 10, LearningRate = 0.002 });
        }

        Append(TargetLibrary.Find("image")!, new() { BatchSize = 576, LearningRate = 0.002 });
        foreach (FlowDirection direction in Enum.GetValues<FlowDirection>())
        {
            AppendLikelihood(hash, workers, width, direction);
        }

        AppendNetwork(hash, workers, width);
        AppendImageModel(hash, workers, width);
        return Convert.ToHexString(hash.GetHashAndReset());

        void Append(Target target, TrainerOptions options)
        {
            Trainer trainer = new(FlowShape.Parse("planar:3,radial:2", target.Dimension), target, options, workers, width);
            for (int step = 0; step < 10; step++)
            {
                trainer.Step(step / 10.0);
                if (step == 6)
                {
                    trainer.Insert(1, LayerKind.Planar);
                }
            }

            hash.AppendData(MemoryMarshal.AsBytes(trainer.RawParameters));
            hash.AppendData(MemoryMarshal.AsBytes(trainer.Average.Parameters));
            hash.AppendData(MemoryMarshal.AsBytes(trainer.Gradient));
            hash.AppendData(BitConverter.GetBytes(trainer.FreeEnergy));
        }
    }

    private static void AppendLikelihood(IncrementalHash hash, WorkerPool workers, LaneWidth width, FlowDirection direction)
    {
        (DataSet training, DataSet heldOut) = MadeUpData.Find("two-moons")!.Draw(9000, 1).Split(0.6, 2);
        LikelihoodTrainer trainer = new(
            FlowShape.Parse("planar:3,radial:2", 2), direction, training, new TrainerOptions { BatchSize = 576 }, workers, width);
        for (int step = 0; step < 10; step++)
        {
            trainer.Step(step / 10.0);
        }

        hash.AppendData(MemoryMarshal.AsBytes(trainer.RawParameters));
        hash.AppendData(BitConverter.GetBytes(new LikelihoodEvaluator(workers).Evaluate(trainer.Flow, heldOut).NegativeLogLikelihood));
    }

    private static void AppendNetwork(IncrementalHash hash, WorkerPool workers, LaneWidth width)
    {
        NetworkShape shape = new(
            41, new DenseShape(64, Activation.Maxout, 4), new DenseShape(57, Activation.Tanh), new DenseShape(9, Activation.Softplus), new DenseShape(2));
        NetworkRun run = new(shape, 51, width, workers);
        hash.AppendData(MemoryMarshal.AsBytes<float>(run.OutputRows));
        hash.AppendData(MemoryMarshal.AsBytes<float>(run.InputCotangentRows));
        hash.AppendData(MemoryMarshal.AsBytes<float>(run.Gradient));
    }

    private static void AppendImageModel(IncrementalHash hash, WorkerPool workers, LaneWidth width)
    {
        LatentGaussianModel model = new(61, FlowShape.Parse("planar:2,radial:1", 3), Small.Hidden(Activation.Maxout));
        MadeUpImages images = new(40, model.Pixels);
        AmortizedTrainer trainer = new(model, images, new AmortizedOptions { MinibatchSize = 21, ImportanceSamples = 2 }, workers, width);
        for (int step = 0; step < 10; step++)
        {
            trainer.Step();
        }

        AmortizedEvaluation evaluation = new AmortizedEvaluator(model, workers, width).Evaluate(trainer.Parameters, images, 3, seed: 1);
        hash.AppendData(MemoryMarshal.AsBytes(trainer.Parameters));
        hash.AppendData(BitConverter.GetBytes(evaluation.NegativeLogLikelihood));
    }

    private static void AppendFlow(IncrementalHash hash, LaneWidth width, int dimension, BaseKind kind, FlowDirection direction)
    {
        // Enough layers for exponents to be split off, and both signs of k.
        FlowShape shape = FlowShape.Parse("planar:6,radial:6,planar:4", dimension, kind);
        System.Random random = new(dimension);
        float[] raw = new float[shape.ParameterCount];
        for (int i = 0; i < raw.Length; i++)
        {
            raw[i] = (float)(random.NextDouble() - 0.5) * 3;
        }

        FlowDistribution q = new(shape, RandomChain.Constrain(shape, FlowConstraint.Identity, raw), direction) { Width = width };
        float[] points = new float[Count * dimension], images = new float[Count * dimension], numbers = new float[Count];
        foreach (RandomSequence sequence in Enum.GetValues<RandomSequence>())
        {
            q.Sample(new RandomStream(8, 9, sequence), 3, points, numbers, images);
            Append(points, numbers);
            Append(images, numbers);
        }

        q.Score(points, images, numbers);
        Append(images, numbers);
        q.LogDensity(points, numbers);
        Append(points, numbers);
        q.Transform(points, images, numbers);
        Append(images, numbers);
        q.InverseTransform(points, images, numbers);
        Append(images, numbers);

        void Append(float[] a, float[] b)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(a));
            hash.AppendData(MemoryMarshal.AsBytes<float>(b));
        }
    }
}
