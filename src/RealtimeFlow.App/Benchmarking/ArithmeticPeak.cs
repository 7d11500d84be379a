using System.Diagnostics;
using System.Runtime.CompilerServices;
using RealtimeFlow.Engine;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>One operation over and over, in chains side by side, so that none has to wait for the one before.</summary>
internal interface IOperationChains
{
    /// <summary>How many operations <see cref="Run"/> does on each lane.</summary>
    static abstract int Operations { get; }

    /// <summary>Does them and returns what depends on all of them.</summary>
    static abstract V Run<V>()
        where V : struct, ILanes<V>;
}

/// <summary>Twelve chains of fused multiply-adds: two units with a latency of six cycles have always one to begin, in sixteen registers.</summary>
internal readonly struct FusedMultiplyAdds : IOperationChains
{
    private const int Chains = 12, Length = 4096;

    /// <inheritdoc/>
    public static int Operations => Chains * Length;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V Run<V>()
        where V : struct, ILanes<V>
    {
        V factor = V.Splat(0.5f), term = V.Splat(0.75f);
        V a = V.Splat(1), b = V.Splat(2), c = V.Splat(3), d = V.Splat(4), e = V.Splat(5), f = V.Splat(6);
        V g = V.Splat(7), h = V.Splat(8), i = V.Splat(9), j = V.Splat(10), k = V.Splat(11), l = V.Splat(12);
        for (int step = 0; step < Length; step++)
        {
            a = V.Fma(a, factor, term);
            b = V.Fma(b, factor, term);
            c = V.Fma(c, factor, term);
            d = V.Fma(d, factor, term);
            e = V.Fma(e, factor, term);
            f = V.Fma(f, factor, term);
            g = V.Fma(g, factor, term);
            h = V.Fma(h, factor, term);
            i = V.Fma(i, factor, term);
            j = V.Fma(j, factor, term);
            k = V.Fma(k, factor, term);
            l = V.Fma(l, factor, term);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}

/// <summary>Four chains of divisions: a divider is ready for the next long before the last is done, but not more than four times.</summary>
internal readonly struct Divisions : IOperationChains
{
    private const int Chains = 4, Length = 512;

    /// <inheritdoc/>
    public static int Operations => Chains * Length;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V Run<V>()
        where V : struct, ILanes<V>
    {
        V numerator = V.Splat(1.9f);
        V a = V.Splat(1.1f), b = V.Splat(1.2f), c = V.Splat(1.3f), d = V.Splat(1.4f);
        for (int step = 0; step < Length; step++)
        {
            a = numerator / a;
            b = numerator / b;
            c = numerator / c;
            d = numerator / d;
        }

        return a + b + c + d;
    }
}

/// <summary>How many operations of one kind some threads do in a second, at the width of the kernels.</summary>
internal sealed class ArithmeticPeak<TChains>(WorkerPool workers) : IShardedWork
    where TChains : struct, IOperationChains
{
    // With chains of some ten microseconds, about a millisecond: short, so that it can stand beside everything that is measured.
    private const int Shards = 64;

    private readonly float[] _result = new float[LaneDispatch.Slots];

    /// <summary>Operations of one lane a second, on all threads together.</summary>
    public double Measure()
    {
        // Threads that sleep are awake afterwards.
        workers.Run(this, workers.Count);
        int shards = Shards * workers.Count;
        long start = Stopwatch.GetTimestamp();
        workers.Run(this, shards);
        return (double)shards * TChains.Operations * Lanes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        Kernel kernel = new(_result);
        LaneDispatch.Run(LaneDispatch.Width, ref kernel);
    }

    private static int Lanes
    {
        get
        {
            CountKernel kernel = default;
            LaneDispatch.Run(LaneDispatch.Width, ref kernel);
            return kernel.Count;
        }
    }

    private readonly struct Kernel(float[] result) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => V.Store(TChains.Run<V>(), ref result[0], 0);
    }

    private struct CountKernel : ILaneKernel
    {
        public int Count;

        public void Run<V>()
            where V : struct, ILanes<V> => Count = V.Count;
    }
}
