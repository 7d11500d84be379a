using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Engine;

/// <summary>
/// Particles that keep their noise and follow the flow: each frame z_0 = μ + σε is sent through the chain as it is now, and what
/// arrives in view is counted into the bins of an image. Two-dimensional.
/// </summary>
/// <remarks>
/// Positions are never stored: a particle is its index in a random stream, and a tile of them goes from noise to histogram inside the
/// first-level cache.
/// </remarks>
public sealed unsafe class ParticleSystem
{
    // Some ten microseconds of work, so that threads end together.
    private const int ShardSize = 4096;

    private readonly IWorkers _workers;
    private readonly Work _work;
    private readonly Addition _addition;

    /// <summary>Makes particles; none is counted before <see cref="Advance"/>.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="stream">Their noise.</param>
    /// <param name="bins">Width and height of the square count image, 1 to 8,192.</param>
    /// <param name="viewRadius">Half the side of the square about the origin that is seen.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ParticleSystem(int count, RandomStream stream, int bins, float viewRadius, IWorkers workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, 8192);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(viewRadius);
        ArgumentNullException.ThrowIfNull(workers);
        _workers = workers;
        _work = new Work(count, stream, bins, viewRadius, workers.Count);
        Count = count;
        Bins = bins;
        Counts = new uint[bins * bins];
        _addition = new Addition(_work.Counts, Counts);
    }

    /// <summary>How many particles there are.</summary>
    public int Count { get; }

    /// <summary>Width and height of the count image.</summary>
    public int Bins { get; }

    /// <summary>Particles in each bin after the last <see cref="Advance"/>; row 0 is the lowest, bin (i, j) at i + j · <see cref="Bins"/>.</summary>
    public uint[] Counts { get; }

    /// <summary>Sends every particle through the flow and counts. Allocates nothing; the counts do not depend on the threads.</summary>
    /// <param name="flow">A flow in two dimensions.</param>
    /// <exception cref="ArgumentException">The flow has another dimension.</exception>
    public void Advance(FlowDistribution flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (flow.Shape.Dimension != 2)
        {
            throw new ArgumentException($"Has {flow.Shape.Dimension} dimensions; the plane has 2.", nameof(flow));
        }

        _work.Flow = flow;
        _workers.Run(_work, _work.Shards);
        _workers.Run(_addition, _addition.Shards);
    }

    private sealed class Work : IShardedWork
    {
        private readonly int _count;
        private readonly RandomStream _stream;
        private readonly int _bins;
        private readonly float _viewRadius;
        private readonly FlowTile[] _tiles;
        private readonly int[][] _places;

        public Work(int count, RandomStream stream, int bins, float viewRadius, int workers)
        {
            (_count, _stream, _bins, _viewRadius) = (count, stream, bins, viewRadius);
            _tiles = new FlowTile[workers];
            _places = new int[workers][];
            Counts = new uint[workers][];
            for (int i = 0; i < workers; i++)
            {
                _tiles[i] = new FlowTile(2, savedLayers: 0);
                _places[i] = GC.AllocateArray<int>(_tiles[i].Columns, pinned: true);

                // One bin more: what is out of view goes there.
                Counts[i] = new uint[(bins * bins) + 1];
            }
        }

        public uint[][] Counts { get; }

        public FlowDistribution Flow { get; set; } = null!;

        public int Shards => (int)(((long)_count + ShardSize - 1) / ShardSize);

        public void Do(int shard, int worker)
        {
            FlowTile tile = _tiles[worker];
            int[] places = _places[worker];
            uint[] counts = Counts[worker];
            long end = Math.Min(((long)shard + 1) * ShardSize, _count);
            for (long start = (long)shard * ShardSize; start < end;)
            {
                int taken = (int)Math.Min(end - start, tile.Columns);
                nint columns = FlowTile.Padded(taken);
                Flow.SampleTile(tile, columns, in _stream, (ulong)start);
                PlaceKernel kernel = new(tile, columns, _bins, _viewRadius, (float*)Unsafe.AsPointer(ref places[0]));
                LaneDispatch.Run(Flow.Width, ref kernel);
                foreach (int place in places.AsSpan(0, taken))
                {
                    counts[place]++;
                }

                start += taken;
            }
        }
    }

    /// <summary>Adds the counts of all workers up, and makes them zero again; a shard is a piece of the image.</summary>
    private sealed class Addition(uint[][] counts, uint[] total) : IShardedWork
    {
        private const int PieceSize = 8192;

        public int Shards => (total.Length + PieceSize - 1) / PieceSize;

        public void Do(int shard, int worker)
        {
            int start = shard * PieceSize, length = Math.Min(PieceSize, total.Length - start);
            Span<uint> sum = total.AsSpan(start, length);
            sum.Clear();
            foreach (uint[] of in counts)
            {
                Span<uint> piece = of.AsSpan(start, length);
                TensorPrimitives.Add(sum, piece, sum);
                piece.Clear();
            }
        }
    }

    /// <summary>The bin of each particle, or the one behind the last for those out of view.</summary>
    private readonly struct PlaceKernel(FlowTile tile, nint columns, int bins, float viewRadius, float* places) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(tile, columns, bins, viewRadius, places);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(FlowTile tile, nint columns, int bins, float viewRadius, float* places)
            where V : struct, ILanes<V>
        {
            float* points = tile.Points;
            nint stride = tile.Stride;
            V scale = V.Splat(bins / (2 * viewRadius));
            V half = V.Splat(0.5f * bins);
            V side = V.Splat(bins);
            V zero = V.Splat(0);
            V outside = V.SplatBits((uint)(bins * bins));
            for (nint column = 0; column < columns; column += V.Count)
            {
                V x = V.Fma(V.Load(ref *points, column), scale, half);
                V y = V.Fma(V.Load(ref *points, stride + column), scale, half);
                V place = V.AddInt(V.ToInt(x), V.MultiplyLowInt(V.ToInt(y), V.SplatBits((uint)bins)));

                // Not-a-number fails every comparison, and so is out of view.
                V seen = V.LessThan(zero, x) & V.LessThan(x, side) & V.LessThan(zero, y) & V.LessThan(y, side);
                V.Store(V.Select(seen, place, outside), ref *places, column);
            }
        }
    }
}
