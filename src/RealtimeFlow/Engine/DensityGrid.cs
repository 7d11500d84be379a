using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Engine;

/// <summary>
/// The exact log-density at the centre of every pixel of a square about the origin: no mesh and no smoothing, the flow is inverted at
/// each pixel. Two-dimensional.
/// </summary>
public sealed class DensityGrid
{
    private readonly IWorkers _workers;
    private readonly Work _work;

    /// <summary>Makes a grid.</summary>
    /// <param name="size">Width and height in pixels, 1 to 8,192.</param>
    /// <param name="viewRadius">Half the side of the square.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public DensityGrid(int size, float viewRadius, IWorkers workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 8192);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(viewRadius);
        ArgumentNullException.ThrowIfNull(workers);
        Size = size;
        LogDensity = new float[size * size];
        _workers = workers;
        _work = new Work(LogDensity, size, viewRadius, workers.Count);
    }

    /// <summary>Width and height in pixels.</summary>
    public int Size { get; }

    /// <summary>Nats, after the last evaluation; row 0 is the lowest, pixel (i, j) at i + j · <see cref="Size"/>.</summary>
    public float[] LogDensity { get; }

    /// <summary>ln q_K at every pixel. Allocates nothing.</summary>
    /// <param name="flow">A flow in two dimensions.</param>
    /// <exception cref="ArgumentException">The flow has another dimension.</exception>
    public void Evaluate(FlowDistribution flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        RequirePlane(flow.Shape.Dimension, nameof(flow));
        (_work.Flow, _work.Target) = (flow, null);
        _workers.Run(_work, Size);
    }

    /// <summary>ln p at every pixel: normalised where ln Z is known, else up to a constant.</summary>
    /// <param name="target">A target in two dimensions.</param>
    /// <exception cref="ArgumentException">The target has another dimension.</exception>
    public void Evaluate(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        RequirePlane(target.Dimension, nameof(target));
        (_work.Flow, _work.Target) = (null, target);
        _work.LogNormalizer = (float)(target.LogNormalizer ?? 0);
        _workers.Run(_work, Size);
    }

    /// <summary>Refuses what is not two-dimensional.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal static void RequirePlane(int dimension, string name)
    {
        if (dimension != 2)
        {
            throw new ArgumentException($"Has {dimension} dimensions; the plane has 2.", name);
        }
    }

    private sealed class Work(float[] logDensity, int size, float viewRadius, int workers) : IShardedWork
    {
        private readonly FlowTile[] _tiles = [.. Enumerable.Range(0, workers).Select(_ => new FlowTile(2, savedLayers: 0))];

        public FlowDistribution? Flow { get; set; }

        public Target? Target { get; set; }

        public float LogNormalizer { get; set; }

        public void Do(int shard, int worker)
        {
            FlowTile tile = _tiles[worker];
            float step = 2 * viewRadius / size;
            Span<float> row = logDensity.AsSpan(shard * size, size);
            for (int start = 0; start < size;)
            {
                int taken = Math.Min(size - start, tile.Columns);
                nint columns = FlowTile.Padded(taken);
                Span<float> x = tile.Row(0);
                for (int i = 0; i < columns; i++)
                {
                    x[i] = ((start + i + 0.5f) * step) - viewRadius;
                }

                tile.Row(1).Fill(((shard + 0.5f) * step) - viewRadius);
                Span<float> here = row.Slice(start, taken);
                if (Flow is FlowDistribution flow)
                {
                    flow.LogDensityTile(tile, columns);
                    tile.ValueRow[..taken].CopyTo(here);
                }
                else
                {
                    Target!.Evaluate(tile, columns, LaneDispatch.Width);
                    for (int i = 0; i < taken; i++)
                    {
                        here[i] = -tile.ValueRow[i] - LogNormalizer;
                    }
                }

                start += taken;
            }
        }
    }
}
