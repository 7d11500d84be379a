using RealtimeFlow.App.Benchmarking;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks.Curves;

/// <summary>What is measured: time against particles, layers, dimensions and threads, forward and in training, planar and radial.</summary>
internal sealed class CostAxes : IDisposable
{
    private const int Layers = 32, LayersOfDimensions = 8;
    private const int Million = 1 << 20;

    // So many that the memory of all is the same in every dimension, and less than a second-level cache.
    private const int CoordinatesOfDimensions = 1 << 17;
    private const string PerLayer = "ns a particle-layer";

    private static readonly int[] Dimensions = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256];
    private static readonly int[] DecadesOfParticles = [100, 10_000, 1_000_000, 100_000_000];

    private readonly int[] _particles, _batches, _layers;
    private readonly WorkerPool[] _pools;
    private readonly Dictionary<int, BenchBlocks> _blocks = [];

    /// <param name="quick">Whether to leave out what takes long.</param>
    public CostAxes(bool quick)
    {
        _particles = [.. HalfDecades(100, quick ? 1_000_000 : 100_000_000)];
        _batches = [.. HalfDecades(100, quick ? 100_000 : 10_000_000).Select(Batch)];
        _layers = [.. Doublings(quick ? 256 : 1024)];
        _pools = [.. Doublings(Environment.ProcessorCount).Append(Environment.ProcessorCount).Distinct().Select(threads => new WorkerPool(threads))];
    }

    private delegate Action Pass(Setting setting);

    /// <summary>The axes, each of whose points has its flow and its memory.</summary>
    public CostAxis[] Make() =>
    [
        new(
            "Forward by particles: D = 2, K = 32",
            "particles",
            PerLayer,
            DecadesOfParticles,
            "curves-particles.png",
            """
            Particles are worked on in multiples of 64, so that few cost as many as the next multiple; a call by itself costs less than a
            microsecond. A block is one thread's: up to 16,384 particles more threads are no faster. Beyond the caches a particle's 20 bytes
            come and go while others are computed, and the curve stays level.
            """,
            OverParticles(Forward, _particles)),
        new(
            "Training step by particles: D = 2, K = 32",
            "particles",
            PerLayer,
            DecadesOfParticles,
            "curves-particles.png",
            """
            What a step costs whatever its batch is some microseconds: the sums of a shard, the gradient by the raw parameters, the optimiser,
            the layers' constants. They are as much as a few hundred particles. A shard of 512 particles is one thread's.
            """,
            OverParticles(Train, _batches)),
        new(
            "By layers: D = 2, 65,536 particles, 1 thread",
            "layers",
            PerLayer,
            [1, 4, 16, 64, 256, 1024],
            "curves-layers.png",
            """
            A particle costs as much as a few layers by itself: the way into the tile and out of it, the logarithm, and in training the noise, the
            base and the target. Training keeps a number of each layer for the way back, which streams through
            the outer caches and costs little more.
            """,
            OverLayers()),
        new(
            "By dimensions: K = 8, 131,072 coordinates, 1 thread",
            "dimensions",
            $"{PerLayer} and dimension",
            [1, 2, 4, 8, 16, 32, 64, 128, 256],
            "curves-dimensions.png",
            """
            Up to three coordinates stay in registers while a layer is computed, more are rows of a tile. What a layer does once for a particle, the
            hyperbolic tangent or the root, is shared by all coordinates; what is left is to read each coordinate twice and write it once. Training
            reads and writes the coordinates' sums and cotangents besides. Particles of a Sobol' sequence are independent from 33 dimensions on.
            """,
            OverDimensions()),
        new(
            "By threads: planar, D = 2, K = 32",
            "threads",
            PerLayer,
            [.. _pools.Select(workers => workers.Count)],
            "curves-threads.png",
            "The number behind the name is that of the particles.",
            OverThreads()),
    ];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_pools, workers => workers.Dispose());

    /// <summary>The batch size next above.</summary>
    private static int Batch(int particles) => (particles + 63) / 64 * 64;

    private static IEnumerable<int> HalfDecades(int first, int last)
    {
        for (int decade = first; decade < last; decade *= 10)
        {
            yield return decade;
            yield return 3 * decade;
        }

        yield return last;
    }

    private static IEnumerable<int> Doublings(int last)
    {
        for (int x = 1; x <= last; x *= 2)
        {
            yield return x;
        }
    }

    private CostPoint[] OverParticles(Pass pass, int[] counts) =>
    [
        .. from workers in new[] { _pools[0], _pools[^1] }.Distinct()
           from kind in LayerKind.All
           from count in counts
           select Point($"{kind}, {Threads(workers)}", count, pass, new Setting(kind, 2, Layers, count, workers)),
    ];

    private CostPoint[] OverLayers() =>
    [
        .. from pass in new[] { ("forward", (Pass)Forward), ("training", Train) }
           from kind in LayerKind.All
           from layers in _layers
           select Point($"{pass.Item1} {kind}", layers, pass.Item2, new Setting(kind, 2, layers, 1 << 16, _pools[0])),
    ];

    private CostPoint[] OverDimensions() =>
    [
        .. from pass in new[] { ("forward", (Pass)Forward), ("training", Train) }
           from kind in LayerKind.All
           from dimension in Dimensions
           select Point($"{pass.Item1} {kind}", dimension, pass.Item2, new Setting(kind, dimension, LayersOfDimensions, Batch(CoordinatesOfDimensions / dimension), _pools[0]), dimension),
    ];

    private CostPoint[] OverThreads() =>
    [
        .. from pass in new[] { ("forward, 1,048,576", (Pass)Forward, Million), ("training, 65,536", Train, 1 << 16), ("training, 4,096", Train, 1 << 12), ("training, 512", Train, 1 << 9) }
           from workers in _pools
           select Point(pass.Item1, workers.Count, pass.Item2, new Setting(LayerKind.Planar, 2, Layers, pass.Item3, workers)),
    ];

    private static CostPoint Point(string curve, int x, Pass pass, Setting setting, int by = 1) =>
        new(curve, x, (double)setting.Particles * setting.Layers * by, pass(setting));

    private static string Threads(WorkerPool workers) => $"{workers.Count} thread{(workers.Count == 1 ? "" : "s")}";

    private Action Forward(Setting setting)
    {
        (LayerKind kind, int dimension, int layers, int particles, WorkerPool workers) = setting;
        FlowDistribution flow = Chains.Draw($"{kind}:{layers}", dimension);
        if (!_blocks.TryGetValue(dimension, out BenchBlocks? blocks))
        {
            // In the plane the longest of all curves decides.
            blocks = _blocks[dimension] = new BenchBlocks(dimension, dimension == 2 ? Math.Max(Million, _particles[^1]) : particles);
            blocks.Fill(_pools[^1], new RandomStream(1, StreamNumbers.Samples));
        }

        return () => blocks.Forward(workers, particles, flow);
    }

    private static Action Train(Setting setting)
    {
        (LayerKind kind, int dimension, int layers, int particles, WorkerPool workers) = setting;
        Target target = Target.CreateWithGradient("standard normal", dimension, default(StandardNormal));
        Trainer trainer = new(FlowShape.Parse($"{kind}:{layers}", dimension), target, new TrainerOptions { BatchSize = particles }, workers);
        return () => trainer.Step(progress: 0.5);
    }

    private sealed record Setting(LayerKind Kind, int Dimension, int Layers, int Particles, WorkerPool Workers);
}
