using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Engine;

/// <summary>
/// The exact log-density at the centre of every pixel of a rectangle of the plane: no mesh and no smoothing, the flow is inverted at
/// each pixel. Two-dimensional: of a flow in more dimensions two coordinates have a marginal density, which no inverse gives.
/// </summary>
/// <remarks>
/// At once (<see cref="Evaluate(FlowDistribution)"/>), or some rows at a time (<see cref="Advance(FlowDistribution, int)"/>): then
/// <see cref="LogDensity"/> changes when a pass is complete, and is never torn between two flows. One thread at a time may call.
/// </remarks>
public sealed class DensityGrid
{
    private const int MostPixels = 8192;

    private readonly IWorkers _workers;
    private readonly Work _work;
    private readonly float[] _arriving;
    private FlowDistribution? _frozen;

    /// <summary>Makes a square grid over a square about the origin.</summary>
    /// <param name="size">Width and height in pixels, 1 to 8,192.</param>
    /// <param name="viewRadius">Half the side of the square.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public DensityGrid(int size, float viewRadius, IWorkers workers)
        : this(size, size, PlaneView.Square(viewRadius), workers)
    {
    }

    /// <summary>Makes a grid.</summary>
    /// <param name="width">Pixels in a row, 1 to 8,192.</param>
    /// <param name="height">Rows, 1 to 8,192.</param>
    /// <param name="view">The rectangle.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The view is not a rectangle.</exception>
    public DensityGrid(int width, int height, PlaneView view, IWorkers workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MostPixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MostPixels);
        ArgumentNullException.ThrowIfNull(workers);
        view.Validate(nameof(view));
        (Width, Height, View) = (width, height, view);
        LogDensity = new float[width * height];
        _arriving = new float[width * height];
        _workers = workers;
        _work = new Work(width, height, view, workers.Count);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The rectangle.</summary>
    public PlaneView View { get; }

    /// <summary>Nats, after the last evaluation or complete pass; row 0 is the lowest, pixel (i, j) at i + j · <see cref="Width"/>.</summary>
    public float[] LogDensity { get; }

    /// <summary>The row with which <see cref="Advance(FlowDistribution, int)"/> goes on; 0 where a new pass begins.</summary>
    public int NextRow { get; private set; }

    /// <summary>ln q at every pixel. Allocates nothing.</summary>
    /// <param name="flow">A flow in two dimensions.</param>
    /// <exception cref="ArgumentException">The flow has another dimension.</exception>
    public void Evaluate(FlowDistribution flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        RequirePlane(flow.Shape.Dimension, nameof(flow));
        _work.Flow = flow;
        EvaluateAll();
    }

    /// <summary>ln p at every pixel: normalised where ln Z is known, else up to a constant.</summary>
    /// <param name="target">A target in two dimensions.</param>
    /// <exception cref="ArgumentException">The target has another dimension.</exception>
    public void Evaluate(Target target)
    {
        Use(target);
        EvaluateAll();
    }

    /// <summary>
    /// Goes on with a pass by some rows. A pass is of the flow as it is when the pass begins; the flow may change meanwhile. Allocates
    /// nothing, but where the shape is another than in the pass before.
    /// </summary>
    /// <param name="flow">A flow in two dimensions.</param>
    /// <param name="rows">How many rows at most; the end of the pass ends the call.</param>
    /// <returns>Whether the pass is complete, and <see cref="LogDensity"/> new.</returns>
    /// <exception cref="ArgumentException">The flow has another dimension.</exception>
    public bool Advance(FlowDistribution flow, int rows)
    {
        ArgumentNullException.ThrowIfNull(flow);
        RequirePlane(flow.Shape.Dimension, nameof(flow));
        if (_frozen?.Shape != flow.Shape || _frozen.Direction != flow.Direction)
        {
            _frozen = flow.Copy();
            Begin();
        }

        if (NextRow == 0)
        {
            _frozen.CopyFrom(flow);
        }

        _work.Flow = _frozen;
        return Continue(rows);
    }

    /// <summary>The same for a target, which is to stay as it is until the pass ends, or <see cref="Begin"/>.</summary>
    /// <param name="target">A target in two dimensions.</param>
    /// <param name="rows">How many rows at most.</param>
    /// <returns>Whether the pass is complete, and <see cref="LogDensity"/> new.</returns>
    /// <exception cref="ArgumentException">The target has another dimension.</exception>
    public bool Advance(Target target, int rows)
    {
        Use(target);
        return Continue(rows);
    }

    /// <summary>Gives the pass up that is under way: the next one begins with row 0.</summary>
    public void Begin() => NextRow = 0;

    /// <summary>Refuses what is not two-dimensional.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal static void RequirePlane(int dimension, string name)
    {
        if (dimension != 2)
        {
            throw new ArgumentException($"Has {dimension} dimensions; the plane has 2.", name);
        }
    }

    private void Use(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        RequirePlane(target.Dimension, nameof(target));
        _work.Use(target);
    }

    private void EvaluateAll()
    {
        NextRow = 0;
        (_work.FirstRow, _work.Result) = (0, LogDensity);
        _workers.Run(_work, Height);
    }

    private bool Continue(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        int taken = Math.Min(rows, Height - NextRow);
        (_work.FirstRow, _work.Result) = (NextRow, _arriving);
        _workers.Run(_work, taken);
        NextRow += taken;
        if (NextRow < Height)
        {
            return false;
        }

        NextRow = 0;
        _arriving.CopyTo(LogDensity, 0);
        return true;
    }

    private sealed class Work(int width, int height, PlaneView view, int workers) : IShardedWork
    {
        private readonly FlowTile[] _tiles = [.. Enumerable.Range(0, workers).Select(_ => new FlowTile(2, savedLayers: 0))];
        private readonly float _stepX = (view.Right - view.Left) / width, _stepY = (view.Top - view.Bottom) / height;
        private FlowDistribution? _flow;
        private Target? _target;
        private float _logNormalizer;

        public FlowDistribution Flow
        {
            set => (_flow, _target) = (value, null);
        }

        public int FirstRow { get; set; }

        public float[] Result { get; set; } = [];

        public void Use(Target target) => (_flow, _target, _logNormalizer) = (null, target, (float)(target.LogNormalizer ?? 0));

        public void Do(int shard, int worker)
        {
            FlowTile tile = _tiles[worker];
            int line = FirstRow + shard;
            Span<float> row = Result.AsSpan(line * width, width);
            for (int start = 0; start < width;)
            {
                int taken = Math.Min(width - start, tile.Columns);
                nint columns = FlowTile.Padded(taken);
                Span<float> x = tile.Row(0);
                for (int i = 0; i < columns; i++)
                {
                    x[i] = ((start + i + 0.5f) * _stepX) + view.Left;
                }

                tile.Row(1).Fill(((line + 0.5f) * _stepY) + view.Bottom);
                Span<float> here = row.Slice(start, taken);
                if (_flow is FlowDistribution flow)
                {
                    flow.LogDensityTile(tile, columns);
                    tile.ValueRow[..taken].CopyTo(here);
                }
                else
                {
                    _target!.Evaluate(tile, columns, LaneDispatch.Width);
                    for (int i = 0; i < taken; i++)
                    {
                        here[i] = -tile.ValueRow[i] - _logNormalizer;
                    }
                }

                start += taken;
            }
        }
    }
}
