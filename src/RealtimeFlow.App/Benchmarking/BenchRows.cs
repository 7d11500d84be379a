using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>One thing to measure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dimension">D.</param>
/// <param name="Layers">K; 0 for random numbers.</param>
/// <param name="Particles">Particles, or numbers, of one repetition.</param>
/// <param name="Count">What one of them asks of the machine.</param>
/// <param name="Work">One repetition.</param>
internal sealed record BenchRow(string Name, int Dimension, int Layers, int Particles, OperationCount Count, Action Work)
{
    /// <summary>What <c>per_second</c> counts in one repetition: particle-layers, or numbers.</summary>
    public double Units => (double)Particles * Math.Max(Layers, 1);
}

/// <summary>Makes the rows, for any number of threads: the same flows and the same memory for all.</summary>
internal sealed class BenchRows
{
    private const int Dimension = 2, Layers = 32;
    private const int Particles = 1 << 20;
    private const int TrainedParticles = 1 << 16, FrameSteps = 16, FrameBatch = 4096;

    // Flows are measured as training leaves them: at its start every layer is close to the identity, where an inverse is easy.
    private const int TrainingSteps = 200;

    private static readonly RandomStream Stream = new(1, StreamNumbers.Samples);

    private readonly BenchBlocks _blocks = new(Dimension, Particles);
    private readonly (LayerKind Kind, FlowDistribution Flow)[] _flows;

    /// <summary>Draws the points and trains the flows.</summary>
    public BenchRows(WorkerPool workers)
    {
        _blocks.Fill(workers, Stream);
        _flows = [.. LayerKind.All.Select(kind => (kind, TrainedFlow(kind, workers)))];
    }

    /// <summary>Bytes of the memory that the rows work on.</summary>
    public int Bytes => _blocks.Bytes;

    /// <summary>The rows on some threads.</summary>
    public IEnumerable<BenchRow> On(WorkerPool workers)
    {
        yield return new("gaussian", 1, 0, Particles, OperationCount.Gaussian, () => _blocks.Gaussian(workers, Particles, Stream));
        foreach ((LayerKind kind, FlowDistribution flow) in _flows)
        {
            OperationCount count = OperationCount.Transformed(OperationCount.Forward(kind), Layers);
            yield return Row($"forward/{kind}", Particles, count, () => _blocks.Forward(workers, Particles, flow));
        }

        foreach ((LayerKind kind, FlowDistribution flow) in _flows)
        {
            OperationCount count = OperationCount.Transformed(OperationCount.Inverse(kind), Layers);
            yield return Row($"inverse/{kind}", Particles, count, () => _blocks.Inverse(workers, Particles, flow));
        }

        foreach (LayerKind kind in LayerKind.All)
        {
            yield return Training(kind, TrainedParticles, "", workers);
        }

        FlowDistribution planar = _flows.Single(flow => flow.Kind == LayerKind.Planar).Flow;
        OperationCount sampled = OperationCount.Sampled(LayerKind.Planar, Layers);
        yield return Row("sample/planar", Particles, sampled, () => _blocks.Sample(workers, Particles, Stream, planar));
        yield return Training(LayerKind.Planar, 512, "/512", workers);
        yield return Training(LayerKind.Planar, FrameBatch, "/4096", workers);
        yield return Frame(planar, sampled, workers);
    }

    /// <summary>What a frame of the live program does: it trains, and draws a million fresh particles.</summary>
    private BenchRow Frame(FlowDistribution flow, OperationCount sampled, WorkerPool workers)
    {
        const int trained = FrameSteps * FrameBatch, all = Particles + trained;
        Trainer trainer = MakeTrainer(LayerKind.Planar, FrameBatch, workers);
        OperationCount count = 1.0 / all * ((Particles * sampled) + (trained * OperationCount.Trained(LayerKind.Planar, Layers)));
        return Row("frame", all, count, () =>
        {
            for (int step = 0; step < FrameSteps; step++)
            {
                trainer.Step(progress: 0.5);
            }

            _blocks.Sample(workers, Particles, Stream, flow);
        });
    }

    private static BenchRow Training(LayerKind kind, int batch, string suffix, WorkerPool workers)
    {
        Trainer trainer = MakeTrainer(kind, batch, workers);
        return Row($"train/{kind}{suffix}", batch, OperationCount.Trained(kind, Layers), () => trainer.Step(progress: 0.5));
    }

    private static BenchRow Row(string name, int particles, OperationCount count, Action work) =>
        new(name, Dimension, Layers, particles, count, work);

    private static Trainer MakeTrainer(LayerKind kind, int batch, WorkerPool workers) =>
        new(FlowShape.Parse($"{kind}:{Layers}", Dimension), TargetLibrary.Find("u1")!, new TrainerOptions { BatchSize = batch }, workers);

    private static FlowDistribution TrainedFlow(LayerKind kind, WorkerPool workers)
    {
        Trainer trainer = MakeTrainer(kind, new TrainerOptions().BatchSize, workers);
        for (int step = 0; step < TrainingSteps; step++)
        {
            trainer.Step((double)step / TrainingSteps);
        }

        return trainer.Flow;
    }
}
