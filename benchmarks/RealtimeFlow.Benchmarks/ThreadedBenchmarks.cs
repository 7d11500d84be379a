using BenchmarkDotNet.Attributes;
using RealtimeFlow.Engine;

namespace RealtimeFlow.Benchmarks;

/// <summary>What the engine does on one thread and on all.</summary>
public abstract class ThreadedBenchmarks : IParticleLayers
{
    /// <summary>One, and as many as there are cores.</summary>
    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    /// <summary>How many threads work.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    /// <inheritdoc/>
    public abstract long ParticleLayers { get; }

    /// <summary>The threads.</summary>
    private protected WorkerPool Workers { get; private set; } = null!;

    /// <summary>Starts the threads.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Workers = new WorkerPool(Threads);
        Prepare();
    }

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => Workers.Dispose();

    /// <summary>Makes what the benchmarks work on, for <see cref="Workers"/>.</summary>
    private protected abstract void Prepare();
}
