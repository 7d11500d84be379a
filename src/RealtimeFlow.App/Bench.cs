using System.Diagnostics;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App;

/// <summary>The measurements of <c>rtflow bench</c>.</summary>
internal static class Bench
{
    private const int Dimension = 2, Layers = 32;
    private const int Particles = 1 << 20, TrainedParticles = 1 << 16;

    private const int LeastRepetitions = 5;

    // Flows are measured as training leaves them: at its start every layer is close to the identity, where an inverse is easy.
    private const int TrainingSteps = 200;

    /// <summary>All rows, on one thread and on as many as there are cores.</summary>
    /// <param name="progress">Says what is being measured.</param>
    /// <param name="warmUpSeconds">Before a row is measured; long enough for the runtime to optimise what calls the kernels.</param>
    /// <param name="measuredSeconds">Of a row, a few repetitions at least.</param>
    public static IEnumerable<BenchResult> Run(ProgressLine progress, double warmUpSeconds, double measuredSeconds)
    {
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            using WorkerPool workers = new(threads);
            foreach ((string name, int layers, int particles, Action work) in Rows(workers))
            {
                if (progress.IsDue)
                {
                    progress.Show($"measuring {name}, {threads} thread{(threads == 1 ? "" : "s")}");
                }

                yield return Measure(name, layers, particles, threads, work, warmUpSeconds, measuredSeconds);
            }
        }

        progress.End();
    }

    private static IEnumerable<(string Name, int Layers, int Particles, Action Work)> Rows(WorkerPool workers)
    {
        Blocks blocks = new(Particles);
        RandomStream stream = new(1, StreamNumbers.Samples);
        blocks.Fill(workers, stream);
        yield return ("gaussian", 0, Particles, () => blocks.Gaussian(workers, stream));
        (LayerKind Kind, FlowDistribution Flow)[] flows = [.. LayerKind.All.Select(kind => (kind, TrainedFlow(kind, workers)))];
        foreach ((LayerKind kind, FlowDistribution flow) in flows)
        {
            yield return ($"forward/{kind}", Layers, Particles, () => blocks.Forward(workers, flow));
        }

        foreach ((LayerKind kind, FlowDistribution flow) in flows)
        {
            blocks.Forward(workers, flow);
            yield return ($"inverse/{kind}", Layers, Particles, () => blocks.Inverse(workers, flow));
        }

        foreach (LayerKind kind in LayerKind.All)
        {
            Trainer trainer = MakeTrainer(kind, TrainedParticles, workers);
            yield return ($"train/{kind}", Layers, TrainedParticles, () => trainer.Step(progress: 0.5));
        }

        FlowDistribution planar = flows.Single(flow => flow.Kind == LayerKind.Planar).Flow;
        yield return ($"sample/{LayerKind.Planar}", Layers, Particles, () => blocks.Sample(workers, stream, planar));
    }

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

    private static BenchResult Measure(
        string name, int layers, int particles, int threads, Action work, double warmUpSeconds, double measuredSeconds)
    {
        long warmUp = Stopwatch.GetTimestamp();
        do
        {
            work();
        }
        while (Stopwatch.GetElapsedTime(warmUp).TotalSeconds < warmUpSeconds);

        double[] seconds = new double[1024];
        int repetitions = 0;
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        for (double total = 0; repetitions < LeastRepetitions || (total < measuredSeconds && repetitions < seconds.Length); repetitions++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            seconds[repetitions] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            total += seconds[repetitions];
        }

        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        Array.Sort(seconds, 0, repetitions);
        double median = (seconds[(repetitions - 1) / 2] + seconds[repetitions / 2]) / 2;
        return new BenchResult(
            name,
            LaneDispatch.NameOf(LaneDispatch.Width),
            layers == 0 ? 1 : Dimension,
            layers,
            particles,
            threads,
            median,
            particles * (double)Math.Max(layers, 1) / median,
            bytes / repetitions);
    }

    /// <summary>
    /// Points in blocks, each a structure of arrays of its own, so that any thread may take a block; memory of the caller's, as an
    /// embedder has it.
    /// </summary>
    private sealed class Blocks(int particles) : IShardedWork
    {
        private const int BlockSize = 1 << 14;

        private readonly float[] _points = new float[Dimension * particles];
        private readonly float[] _images = new float[Dimension * particles];
        private readonly float[] _logarithms = new float[particles];
        private RandomStream _stream;
        private FlowDistribution? _flow;
        private Kind _kind;

        private enum Kind
        {
            Fill,
            Gaussian,
            Forward,
            Inverse,
            Sample,
        }

        public void Fill(WorkerPool workers, RandomStream stream) => Run(workers, Kind.Fill, stream, null);

        public void Gaussian(WorkerPool workers, RandomStream stream) => Run(workers, Kind.Gaussian, stream, null);

        public void Forward(WorkerPool workers, FlowDistribution flow) => Run(workers, Kind.Forward, default, flow);

        public void Inverse(WorkerPool workers, FlowDistribution flow) => Run(workers, Kind.Inverse, default, flow);

        public void Sample(WorkerPool workers, RandomStream stream, FlowDistribution flow) => Run(workers, Kind.Sample, stream, flow);

        public void Do(int shard, int worker)
        {
            int first = shard * BlockSize;
            Span<float> points = _points.AsSpan(Dimension * first, Dimension * BlockSize);
            Span<float> images = _images.AsSpan(Dimension * first, Dimension * BlockSize);
            Span<float> logarithms = _logarithms.AsSpan(first, BlockSize);
            switch (_kind)
            {
                case Kind.Fill:
                    _stream.FillNormal((ulong)(Dimension * first), points);
                    break;
                case Kind.Gaussian:
                    _stream.FillNormal((ulong)first, logarithms);
                    break;
                case Kind.Forward:
                    _flow!.Transform(points, images, logarithms);
                    break;
                case Kind.Inverse:
                    _flow!.InverseTransform(images, points, logarithms);
                    break;
                default:
                    _flow!.Sample(_stream, (ulong)first, images, logarithms);
                    break;
            }
        }

        private void Run(WorkerPool workers, Kind kind, RandomStream stream, FlowDistribution? flow)
        {
            (_kind, _stream, _flow) = (kind, stream, flow);
            workers.Run(this, particles / BlockSize);
        }
    }
}
