using System.Diagnostics;
using System.Runtime.CompilerServices;
using RealtimeFlow.Engine;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>
/// How fast some threads read and write an array, at the width of the kernels. A measurement takes one window of it, the next one another:
/// what it touches was last touched when the whole array was.
/// </summary>
internal sealed unsafe class MemoryPeak : IShardedWork
{
    /// <summary>Bytes that one thread takes at a time.</summary>
    public const int ShardBytes = 1 << 20;

    private const int ShardLength = ShardBytes / sizeof(float), Line = 64;

    private readonly float[] _array;
    private readonly int _windowShards;
    private readonly float[] _result = new float[LaneDispatch.Slots];
    private int _firstShard;
    private bool _writes;

    /// <param name="bytes">Of the array: a multiple of the window.</param>
    /// <param name="windowBytes">Of a window: a multiple of <see cref="ShardBytes"/>.</param>
    /// <param name="workers">The threads that touch the array first.</param>
    public MemoryPeak(int bytes, int windowBytes, WorkerPool workers)
    {
        Bytes = bytes;
        _array = GC.AllocateUninitializedArray<float>((bytes + Line) / sizeof(float), pinned: true);
        _windowShards = windowBytes / ShardBytes;
        _writes = true;
        workers.Run(this, bytes / ShardBytes);
    }

    /// <summary>Bytes of the array.</summary>
    public int Bytes { get; }

    /// <summary>The first cache line; the array is pinned.</summary>
    private float* Start => (float*)(((nint)Unsafe.AsPointer(ref _array[0]) + Line - 1) & ~(nint)(Line - 1));

    /// <summary>Bytes a second that the threads read together.</summary>
    public double MeasureReading(WorkerPool workers) => Measure(workers, writes: false);

    /// <summary>Bytes a second that they write.</summary>
    public double MeasureWriting(WorkerPool workers) => Measure(workers, writes: true);

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        Kernel kernel = new(Start + ((nint)(_firstShard + shard) * ShardLength), _writes, _result);
        LaneDispatch.Run(LaneDispatch.Width, ref kernel);
    }

    private double Measure(WorkerPool workers, bool writes)
    {
        _writes = writes;
        long start = Stopwatch.GetTimestamp();
        workers.Run(this, _windowShards);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _firstShard = (_firstShard + _windowShards) % (Bytes / ShardBytes);
        return (double)_windowShards * ShardBytes / seconds;
    }

    private readonly struct Kernel(float* start, bool writes, float[] result) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            if (writes)
            {
                Write<V>(ref *start);
            }
            else
            {
                V.Store(Sum<V>(ref *start), ref result[0], 0);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Write<V>(ref float destination)
            where V : struct, ILanes<V>
        {
            V one = V.Splat(1);
            for (nint i = 0; i < ShardLength; i += V.Count)
            {
                V.Store(one, ref destination, i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static V Sum<V>(ref float source)
            where V : struct, ILanes<V>
        {
            V a = default, b = default, c = default, d = default;
            for (nint i = 0; i < ShardLength; i += 4 * V.Count)
            {
                a += V.Load(ref source, i);
                b += V.Load(ref source, i + V.Count);
                c += V.Load(ref source, i + (2 * V.Count));
                d += V.Load(ref source, i + (3 * V.Count));
            }

            return a + b + c + d;
        }
    }
}
