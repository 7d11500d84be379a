using System.Diagnostics;
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
using RealtimeFlow.Tests.Targets;

namespace RealtimeFlow.Tests.Processes;

/// <summary>
/// Managed bytes that all threads allocate in steady state. In a process of its own, since a test framework allocates on threads of its
/// own; under whatever tiering the process was started with.
/// </summary>
internal static class BytesAllocated
{
    private const int WarmUps = 3000;
    private const int Runs = 200;
    private const int Windows = 4;

    // The runtime compiles hot methods anew a tenth of a second after they became hot.
    private static readonly TimeSpan TierUp = TimeSpan.FromSeconds(0.5);

    /// <summary>Prints a line for each kind of work: its name, its bytes over all runs, and whether the results have changed.</summary>
    public static void Print()
    {
        using WorkerPool workers = new(2);
        PrintDistribution(2, "planar:4,radial:4", BaseKind.Gaussian, FlowDirection.Generative);
        PrintDistribution(5, "planar:2,radial:2", BaseKind.StudentT(4), FlowDirection.Generative);
        PrintDistribution(3, "planar:2,radial:2", BaseKind.Uniform, FlowDirection.Normalizing);
        PrintStreams();
        PrintRows(workers);
        PrintTraining(workers);
        PrintTargets(workers);
        PrintNetwork(workers);
        PrintFrame(workers);
        PrintLive(workers);
        PrintImageModel(workers, "", PixelLikelihood.Bernoulli);
        PrintImageModel(workers, "planar:2", PixelLikelihood.Bernoulli);
        PrintImageModel(workers, "radial:2", PixelLikelihood.Bernoulli);
        PrintImageModel(workers, "planar:2,radial:1", PixelLikelihood.Bernoulli, samples: 3);
        PrintImageModel(workers, "planar:1", PixelLikelihood.Gaussian);
        PrintImageModel(workers, "planar:2", PixelLikelihood.Bernoulli, shares: true);
    }

    private static void PrintStreams()
    {
        float[] numbers = new float[1000];
        uint[] words = new uint[1000];
        ulong first = 0;
        foreach (RandomSequence sequence in Enum.GetValues<RandomSequence>())
        {
            RandomStream stream = new(5, 6, sequence);
            Measure($"FillNormal {sequence}", () => stream.FillNormal(first += 7, numbers), () => numbers[5]);
            Measure($"FillUniform {sequence}", () => stream.FillUniform(first += 7, numbers), () => numbers[5]);
        }

        Measure("FillBits", () => new RandomStream(5, 6).FillBits(first += 7, words), () => words[5]);
    }

    private static void PrintDistribution(int dimension, string formula, BaseKind kind, FlowDirection direction)
    {
        FlowShape shape = FlowShape.Parse(formula, dimension, kind);
        float[] raw = new float[shape.ParameterCount];
        new RandomStream(1, 2).FillNormal(0, raw);
        FlowDistribution q = new(shape, RandomChain.Constrain(shape, FlowConstraint.Identity, raw), direction);
        float[] points = new float[100 * dimension], images = new float[100 * dimension], numbers = new float[100];
        float[] other = [.. q.Parameters];
        ulong first = 0;

        // Every run draws other points, so that every checksum changes.
        foreach (RandomSequence sequence in Enum.GetValues<RandomSequence>())
        {
            RandomStream stream = new(3, 4, sequence);
            Measure($"Sample {dimension} {sequence}", () => q.Sample(stream, first += 7, points, numbers), () => numbers[5]);
        }

        Measure($"Sample with score {dimension}", () => q.Sample(new RandomStream(3, 4), first += 7, points, numbers, images), () => images[5]);
        Measure($"Score {dimension}", () => Draw(() => q.Score(points, images, numbers)), () => images[5] + numbers[5]);
        Measure($"Transform {dimension}", () => Draw(() => q.Transform(points, images, numbers)), () => images[5] + numbers[5]);
        Measure($"InverseTransform {dimension}", () => Draw(() => q.InverseTransform(points, images, numbers)), () => images[5] + numbers[5]);
        Measure($"LogDensity {dimension}", () => Draw(() => q.LogDensity(points, numbers)), () => numbers[5]);
        Measure(
            $"SetParameters {dimension}",
            () =>
            {
                other[0] += 1e-3f;
                q.SetParameters(other);
            },
            () => q.Parameters[0]);

        void Draw(Action then)
        {
            q.Sample(new RandomStream(3, 4), first += 7, points);
            then();
        }
    }

    private static void PrintRows(WorkerPool workers)
    {
        FlowShape shape = FlowShape.Parse("planar:2,radial:1", 5);
        RowFlowBatch batch = RowFlowBatch.Draw(shape, FlowConstraint.Identity, rows: 40, samples: 2, workers, LaneDispatch.Width);
        Measure(
            "Rows",
            () =>
            {
                batch.Raw[5] += 1e-3f;
                batch.Run();
            },
            () => batch.Gradient[5]);
    }

    private static void PrintTraining(WorkerPool workers)
    {
        foreach (OptimizerKind optimizer in Enum.GetValues<OptimizerKind>())
        {
            foreach (GradientEstimator estimator in Enum.GetValues<GradientEstimator>())
            {
                PrintSteps(workers, new() { BatchSize = 1024, Optimizer = optimizer, Estimator = estimator, LearningRate = 1e-4 });
            }

            PrintSteps(
                workers,
                new() { BatchSize = 256, FinalBatchSize = 2048, Optimizer = optimizer, LearningRate = 1e-4, LargestGradientNorm = 0.1, AverageDecay = 0.9 });
        }

        PrintMinibatches(workers);

        Target target = TargetLibrary.Find("u1")!;
        FlowDistribution q = new(new FlowShape(2), new float[4]);
        FlowEvaluator evaluator = new(workers);
        ulong stream = 0;
        double energy = 0;
        DataSet data = MadeUpData.Find("two-moons")!.Draw(5000, 1);
        LikelihoodTrainer likelihood = new(new FlowShape(2, LayerKind.Planar), FlowDirection.Normalizing, data, new TrainerOptions(), workers);
        LikelihoodEvaluator judge = new(workers);
        EarlyStopping stopping = new(patience: 10);
        Measure(
            "Likelihood",
            () =>
            {
                likelihood.Step(0.3);
                stopping.Look(likelihood.Flow, judge.Evaluate(likelihood.Flow, data).NegativeLogLikelihood);
            },
            () => likelihood.Flow.Parameters[0]);
        Diagnosis diagnosis = default;
        Measure("Evaluate", () => energy = evaluator.Evaluate(q, target, new RandomStream(1, stream++), 4097).FreeEnergy, () => energy);
        Measure("Diagnose", () => diagnosis = evaluator.Diagnose(q, target, new RandomStream(1, stream++), 4097, 100), () => diagnosis.ParetoShape + diagnosis.Stein.Value);
    }

    /// <summary>Steps on minibatches, and on those of a stream: a row before each step, into memory that is long enough.</summary>
    private static void PrintMinibatches(WorkerPool workers)
    {
        DataSet stream = new(new float[3 * 10_000], 3);
        stream.Append([1, 2, 3]);
        float[] row = [1, 2, 3];
        foreach (DataTarget target in (DataTarget[])
        [
            (DataTarget)TargetLibrary.Find("linear")!,
            (DataTarget)TargetLibrary.Find("logistic")!,
            (DataTarget)TargetLibrary.Find("mixture")!,
            DataTarget.Create("own", 3, new OwnPosterior(), ((DataTarget)TargetLibrary.Find("linear")!).Data),
            new LinearRegression("stream", stream, 1, 1),
        ])
        {
            TrainerOptions options = new() { BatchSize = 128, LearningRate = 1e-4, MinibatchSize = 10 };
            Trainer trainer = new(FlowShape.Parse("planar:1", target.Dimension), target, options, workers);
            Measure(
                $"Minibatch of {target.Name}",
                () =>
                {
                    stream.Append(row);
                    trainer.Step(0.3);
                },
                () => trainer.Flow.Parameters[0]);
        }
    }

    private static void PrintTargets(WorkerPool workers)
    {
        // On the plane from the energy alone, in ten dimensions from the energy alone and by hand; from the caller's points, and in a step.
        foreach (string name in (string[])["banana", "funnel10", "eight-schools"])
        {
            Target target = TargetLibrary.Find(name)!;
            float[] points = new float[100 * target.Dimension], energy = new float[100], gradient = new float[points.Length];
            Measure($"Energy {name}", () =>
            {
                points[5] += 1e-3f;
                target.Evaluate(points, energy, gradient);
            }, () => energy[5] + gradient[5]);

            Trainer trainer = new(FlowShape.Parse("planar:2", target.Dimension), target, new TrainerOptions { BatchSize = 1024, LearningRate = 1e-4 }, workers);
            Measure($"Step {name}", () => trainer.Step(0.3), () => trainer.Flow.Parameters[0]);
        }
    }

    private static void PrintSteps(WorkerPool workers, TrainerOptions options)
    {
        Trainer trainer = new(FlowShape.Parse("planar:2,radial:1", 2), TargetLibrary.Find("u3")!, options, workers);
        int step = 0;
        Measure(
            $"Step {options.Optimizer} {options.Estimator}{(options.FinalBatchSize == null ? "" : " growing, clipped, averaged")}",
            () => trainer.Step(step++ % 100 / 99.0),
            () => trainer.Average.Parameters[0]);
    }

    private static void PrintNetwork(WorkerPool workers)
    {
        NetworkShape shape = new(
            30,
            new DenseShape(64, Activation.Maxout, 4),
            new DenseShape(20, Activation.Tanh),
            new DenseShape(20, Activation.Relu),
            new DenseShape(300, Activation.Softplus),
            new DenseShape(200));
        const int rows = 100;
        Network network = new(shape, rows, workers);
        float[] parameters = new float[shape.ParameterCount], gradient = new float[shape.ParameterCount];
        float[] inputs = new float[shape.Inputs * Network.Stride(rows)], cotangent = new float[inputs.Length];
        shape.Initialize(parameters, seed: 1);
        Measure(
            "Network",
            () =>
            {
                inputs[5] += 1e-3f;
                network.Forward(parameters, inputs, rows);
                network.Backward(parameters, inputs, network.Output, gradient, cotangent);
            },
            () => gradient[5] + cotangent[5]);
    }

    private static void PrintImageModel(WorkerPool workers, string formula, PixelLikelihood likelihood, int samples = 1, bool shares = false)
    {
        MadeUpImages images = new(40, 20, grey: likelihood == PixelLikelihood.Gaussian);
        LatentGaussianModel model = new(20, Small.Posterior(formula, 3), Small.Hidden(Activation.Maxout), likelihood, sharesLayers: shares);
        AmortizedOptions options = new() { MinibatchSize = 21, ImportanceSamples = samples, LearningRate = 1e-4 };
        AmortizedTrainer trainer = new(model, images, options, workers);
        AmortizedEvaluator evaluator = new(model, workers);
        AmortizedEvaluation evaluation = default;
        ulong seed = 0;
        string name = $"'{formula}' {likelihood}, samples {samples}, shared {shares}";
        Measure($"Step of a model of images {name}", trainer.Step, () => trainer.Parameters[^1]);
        Measure(
            $"Evaluation of a model of images {name}",
            () => evaluation = evaluator.Evaluate(trainer.Parameters, images, 2, seed++),
            () => evaluation.NegativeLogLikelihood);
    }

    private static void PrintFrame(WorkerPool workers)
    {
        FlowEngineOptions options = new() { Particles = 20_000, Formula = "planar:2,radial:1", GridSize = 24 };
        FlowEngine engine = new(TargetLibrary.Find("u2")!, options, workers);
        FrameBudget budget = new(TimeSpan.Zero, 1, Density: true, Particles: true);
        long claimed = 0;
        int frame = 0;
        Measure(
            "Frame",
            () =>
            {
                // Now and then the workers fall asleep between two frames.
                if (frame++ % 20 == 0)
                {
                    Thread.Sleep(1);
                }

                claimed += engine.Advance(budget).AllocatedBytes;
            },
            () => engine.Density.LogDensity[100],
            () => claimed = 0);
        Console.WriteLine($"Frame statistics:{claimed}:True");
    }

    private static void PrintLive(WorkerPool workers)
    {
        // A frame of a live picture: a target moves, training follows on its own thread and on this one, and all pictures go on.
        foreach (bool isStarted in (bool[])[false, true])
        {
            PlaneMixture target = PlaneMixture.EightGaussians();
            using WorkerPool ofTraining = new(1);
            using LiveTraining training = new(target, new LiveTrainingOptions { Formula = "planar:2,radial:1", BatchSize = 64 }, ofTraining);
            TrainingSnapshot start = training.Latest();
            PartialFlow whole = new(new FlowDistribution(start.Shape, start.Parameters)), part = new(whole.Flow);
            PlaneView view = PlaneView.Square(4);
            ParticleSystem particles = new(20_000, new RandomStream(1, StreamNumbers.Particles), 40, 30, view, workers, slices: 4);
            DensityGrid density = new(40, 30, view, workers), small = new(8, 8, view, workers), ofTarget = new(20, 20, view, workers);
            Trajectories trajectories = new(64, new RandomStream(1, StreamNumbers.Particles));
            FramePacing pacing = new(60);
            PacedWork rows = pacing.Add(1);
            rows.Begin(30);
            if (isStarted)
            {
                training.Start();
            }

            int frame = 0;
            Measure($"Live frame {(isStarted ? "beside training" : "with training")}", () =>
            {
                frame++;
                target.Move(frame % 8, 2 + MathF.Sin(frame), 2);
                training.Follow();
                training.LearningRate = frame % 2 == 0 ? 0.01 : 0.02;
                if (!isStarted)
                {
                    training.Advance(1);
                }

                TrainingSnapshot snapshot = training.Latest();
                whole.Update(snapshot);
                part.Update(snapshot, frame % 12 / 4.0);
                particles.Advance(whole.Flow, 1);
                density.Advance(whole.Flow, rows.Portion);
                rows.Spent(rows.Portion, 1e-4);
                pacing.EndFrame(1e-3);
                small.Evaluate(part.Flow);
                ofTarget.Evaluate(target);
                trajectories.Update(part.Flow);
            }, () => particles.Counts.Sum(n => (double)n * n) + trajectories.At(3, 1)[5]);
        }
    }

    private static void Measure(string name, Action body, Func<double> checksum, Action? begin = null)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < WarmUps && (i < Runs || Stopwatch.GetElapsedTime(start) < TierUp); i++)
        {
            body();
        }

        // No collection is forced here: after one, the runtime's own callbacks allocate on its finalizer thread. And where the machine is
        // so busy that methods are still being compiled anew, which allocates once, the next window shows what is steady.
        double before = checksum();
        long bytes = 1;
        for (int window = 0; window < Windows && bytes != 0; window++)
        {
            begin?.Invoke();
            bytes = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Runs; i++)
            {
                body();
            }

            bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        }

        Console.WriteLine($"{name}:{bytes}:{checksum() != before}");
    }
}
