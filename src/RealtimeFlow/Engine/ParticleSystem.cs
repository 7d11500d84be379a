using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Engine;

/// <summary>
/// Particles that keep their noise and follow the flow: z_0 = μ + σε is sent through the chain as it is now, and what arrives in view
/// is counted into the bins of an image. Two coordinates are seen, of as many as there are.
/// </summary>
/// <remarks>
/// Positions are never stored: a particle is its index in a random stream, and a tile of them goes from noise to histogram inside the
/// first-level cache. Where a pass is too long for a frame, the particles fall into slices that take turns: each has an image of its own,
/// and <see cref="Counts"/> is always their sum.
/// </remarks>
public sealed unsafe class ParticleSystem
{
    // Some ten microseconds of work, so that threads end together.
    private const int ShardSize = 4096;

    private const int MostBins = 8192, MostSlices = 256;

    private readonly IWorkers _workers;
    private readonly Work _work;
    private readonly Addition _addition;

    /// <summary>Makes particles whose pass is one slice, counted over a square about the origin.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="stream">Their noise.</param>
    /// <param name="bins">Width and height of the square count image, 1 to 8,192.</param>
    /// <param name="viewRadius">Half the side of the square about the origin that is seen.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ParticleSystem(int count, RandomStream stream, int bins, float viewRadius, IWorkers workers)
        : this(count, stream, bins, bins, PlaneView.Square(viewRadius), workers)
    {
    }

    /// <summary>Makes particles; none is counted before <see cref="Advance(FlowDistribution)"/>.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="stream">Their noise.</param>
    /// <param name="width">Bins in a row, 1 to 8,192.</param>
    /// <param name="height">Rows, 1 to 8,192.</param>
    /// <param name="view">The rectangle that is seen.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="slices">How many slices take turns, 1 to 256; four bytes a bin each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The view is not a rectangle.</exception>
    public ParticleSystem(
        int count, RandomStream stream, int width, int height, PlaneView view, IWorkers workers, int slices = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MostBins);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MostBins);
        ArgumentOutOfRangeException.ThrowIfLessThan(slices, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slices, MostSlices);
        ArgumentNullException.ThrowIfNull(workers);
        view.Validate(nameof(view));
        _workers = workers;
        _work = new Work(stream, width, height, view, workers.Count);
        (Count, Width, Height, View, Slices) = (count, width, height, view, slices);
        Counts = new uint[width * height];
        _addition = new Addition(_work.Counts, Counts, slices);
    }

    /// <summary>How many particles there are.</summary>
    public int Count { get; }

    /// <summary>Bins in a row.</summary>
    public int Width { get; }

    /// <summary>Rows of bins.</summary>
    public int Height { get; }

    /// <summary>The rectangle that is seen.</summary>
    public PlaneView View { get; }

    /// <summary>How many slices take turns.</summary>
    public int Slices { get; }

    /// <summary>The slice whose turn is next.</summary>
    public int NextSlice { get; private set; }

    /// <summary>The coordinates that are seen, counted from 0: to the right and up.</summary>
    public (int Right, int Up) Coordinates { get; set; } = (0, 1);

    /// <summary>Particles in each bin, each where it was at its last turn; row 0 is the lowest, bin (i, j) at i + j · <see cref="Width"/>.</summary>
    public uint[] Counts { get; }

    /// <summary>Sends every particle through the flow and counts. Allocates nothing; the counts do not depend on the threads.</summary>
    /// <param name="flow">A flow that has both coordinates.</param>
    /// <exception cref="ArgumentException">A coordinate is none of the flow's.</exception>
    public void Advance(FlowDistribution flow) => Advance(flow, Slices);

    /// <summary>Sends the particles of the next slices through the flow and counts them anew; all others stay where they were counted.</summary>
    /// <param name="flow">A flow that has both coordinates.</param>
    /// <param name="slices">How many slices, 1 to <see cref="Slices"/>.</param>
    /// <exception cref="ArgumentException">A coordinate is none of the flow's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many slices.</exception>
    public void Advance(FlowDistribution flow, int slices)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentOutOfRangeException.ThrowIfLessThan(slices, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slices, Slices);
        int dimension = flow.Shape.Dimension;
        if (Coordinates.Right < 0 || Coordinates.Up < 0 || Math.Max(Coordinates.Right, Coordinates.Up) >= dimension)
        {
            throw new ArgumentException($"Has {dimension} dimensions: coordinates {Coordinates.Right} and {Coordinates.Up} are not both among them.", nameof(flow));
        }

        _work.Prepare(flow, Coordinates);
        for (int i = 0; i < slices; i++)
        {
            (_work.First, _work.End) = ((long)Count * NextSlice / Slices, (long)Count * (NextSlice + 1) / Slices);
            _workers.Run(_work, _work.Shards);
            _addition.Slice = NextSlice;
            _workers.Run(_addition, _addition.Shards);
            NextSlice = (NextSlice + 1) % Slices;
        }
    }

    private sealed class Work : IShardedWork
    {
        private readonly RandomStream _stream;
        private readonly Bins _bins;
        private readonly FlowTile?[] _tiles;
        private readonly int[][] _places;
        private FlowDistribution _flow = null!;
        private (int Right, int Up) _coordinates;

        public Work(RandomStream stream, int width, int height, PlaneView view, int workers)
        {
            _stream = stream;
            float across = view.Right - view.Left, along = view.Top - view.Bottom;
            _bins = new Bins(width, height, width / across, height / along, width * (-view.Left / across), height * (-view.Bottom / along));
            _tiles = new FlowTile?[workers];
            _places = new int[workers][];
            Counts = new uint[workers][];
            for (int i = 0; i < workers; i++)
            {
                // One bin more: what is out of view goes there.
                Counts[i] = new uint[(width * height) + 1];
            }
        }

        public uint[][] Counts { get; }

        public long First { get; set; }

        public long End { get; set; }

        public int Shards => (int)((End - First + ShardSize - 1) / ShardSize);

        public void Prepare(FlowDistribution flow, (int Right, int Up) coordinates)
        {
            (_flow, _coordinates) = (flow, coordinates);
            for (int i = 0; i < _tiles.Length; i++)
            {
                if (_tiles[i]?.Dimension != flow.Shape.Dimension)
                {
                    _tiles[i] = new FlowTile(flow.Shape.Dimension, savedLayers: 0);
                    _places[i] = GC.AllocateArray<int>(_tiles[i]!.Columns, pinned: true);
                }
            }
        }

        public void Do(int shard, int worker)
        {
            FlowTile tile = _tiles[worker]!;
            int[] places = _places[worker];
            uint[] counts = Counts[worker];
            long start = First + ((long)shard * ShardSize), end = Math.Min(start + ShardSize, End);
            while (start < end)
            {
                // Tiles begin at a multiple of sixteen of the sequence; a slice that begins between two drops the columns before it.
                int skip = (int)(start % LaneDispatch.Slots);
                int taken = (int)Math.Min(end - start, tile.Columns - skip);
                nint columns = FlowTile.Padded(skip + taken);
                _flow.SampleTile(tile, columns, in _stream, (ulong)(start - skip));
                PlaceKernel kernel = new(tile, columns, _coordinates, _bins, (float*)Unsafe.AsPointer(ref places[0]));
                LaneDispatch.Run(_flow.Width, ref kernel);
                foreach (int place in places.AsSpan(skip, taken))
                {
                    counts[place]++;
                }

                start += taken;
            }
        }
    }

    /// <summary>Adds the counts of all workers up as a slice's image, and makes them zero again; a shard is a piece of the image.</summary>
    private sealed class Addition(uint[][] counts, uint[] total, int slices) : IShardedWork
    {
        private const int PieceSize = 8192;

        // The only slice is the total itself.
        private readonly uint[][] _slices = slices == 1 ? [total] : [.. Enumerable.Range(0, slices).Select(_ => new uint[total.Length])];

        public int Slice { get; set; }

        public int Shards => (total.Length + PieceSize - 1) / PieceSize;

        public void Do(int shard, int worker)
        {
            int start = shard * PieceSize, length = Math.Min(PieceSize, total.Length - start);
            Span<uint> all = total.AsSpan(start, length), sum = _slices[Slice].AsSpan(start, length);
            if (slices > 1)
            {
                TensorPrimitives.Subtract(all, sum, all);
            }

            sum.Clear();
            foreach (uint[] of in counts)
            {
                Span<uint> piece = of.AsSpan(start, length);
                TensorPrimitives.Add(sum, piece, sum);
                piece.Clear();
            }

            if (slices > 1)
            {
                TensorPrimitives.Add(all, sum, all);
            }
        }
    }

    /// <summary>How a point finds its bin: x · scale + offset, in bins.</summary>
    private readonly record struct Bins(int Width, int Height, float ScaleX, float ScaleY, float OffsetX, float OffsetY);

    /// <summary>The bin of each particle, or the one behind the last for those out of view.</summary>
    private readonly struct PlaceKernel(FlowTile tile, nint columns, (int Right, int Up) coordinates, Bins bins, float* places) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> =>
            Loop<V>(tile.Points + (coordinates.Right * tile.Stride), tile.Points + (coordinates.Up * tile.Stride), columns, bins, places);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(float* right, float* up, nint columns, Bins bins, float* places)
            where V : struct, ILanes<V>
        {
            V scaleX = V.Splat(bins.ScaleX), offsetX = V.Splat(bins.OffsetX), width = V.Splat(bins.Width);
            V scaleY = V.Splat(bins.ScaleY), offsetY = V.Splat(bins.OffsetY), height = V.Splat(bins.Height);
            V zero = V.Splat(0);
            V outside = V.SplatBits((uint)(bins.Width * bins.Height));
            for (nint column = 0; column < columns; column += V.Count)
            {
                V x = V.Fma(V.Load(ref *right, column), scaleX, offsetX);
                V y = V.Fma(V.Load(ref *up, column), scaleY, offsetY);
                V place = V.AddInt(V.ToInt(x), V.MultiplyLowInt(V.ToInt(y), V.SplatBits((uint)bins.Width)));

                // Not-a-number fails every comparison, and so is out of view.
                V seen = V.LessThan(zero, x) & V.LessThan(x, width) & V.LessThan(zero, y) & V.LessThan(y, height);
                V.Store(V.Select(seen, place, outside), ref *places, column);
            }
        }
    }
}
