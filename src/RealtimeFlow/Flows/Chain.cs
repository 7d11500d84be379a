using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>
/// A chain f_K ∘ … ∘ f_1 with its numbers in the form that kernels read. It works on tiles; what surrounds it, spans and
/// distributions, is in Density.
/// </summary>
internal sealed unsafe class Chain
{
    private readonly float[] _constants;
    private readonly int[] _constantOffsets;
    private readonly Run[] _runs;
    private int _runCount;

    public Chain(FlowShape shape)
    {
        Shape = shape;
        _constantOffsets = new int[shape.LayerCount];
        int floats = 0;
        for (int i = 0; i < shape.LayerCount; i++)
        {
            _constantOffsets[i] = floats;
            floats += shape.Layers[i].ConstantCount(shape.Dimension);
            HasRadialProduct |= shape.Dimension > 2 && shape.Layers[i] == LayerKind.Radial;
        }

        _constants = GC.AllocateArray<float>(floats + 1, pinned: true);
        _runs = new Run[shape.LayerCount];
    }

    public FlowShape Shape { get; }

    /// <summary>Whether the determinants' second product, of the radial φ, is in use.</summary>
    public bool HasRadialProduct { get; }

    /// <summary>The first layer that points meet.</summary>
    public int First { get; private set; }

    /// <summary>The layer behind the last that they meet.</summary>
    public int End { get; private set; }

    /// <summary>
    /// Derives the constants from a block of effective parameters, and cuts the chain into runs: layers of one kind whose determinants
    /// together stay in the float range, so that exponents are split off between runs and never inside one.
    /// </summary>
    /// <param name="effective">The block, of which the chain reads its layers.</param>
    /// <param name="first">The first layer that points shall meet.</param>
    /// <param name="end">The one behind the last.</param>
    public void Prepare(ReadOnlySpan<float> effective, int first, int end)
    {
        (First, End) = (first, end);
        _runCount = 0;
        double magnitude = 0;
        for (int i = first; i < end; i++)
        {
            ReadOnlySpan<float> numbers = effective[Shape.Layer(i)];
            LayerKind kind = Shape.Kinds[i].KernelsFor(Shape.Dimension, numbers);
            double bits = kind.Prepare(Shape.Dimension, numbers, _constants.AsSpan(_constantOffsets[i]));
            magnitude += bits;
            bool full = magnitude > ILayer.MostExponent;
            if (full)
            {
                magnitude = bits;
                if (_runCount > 0)
                {
                    _runs[_runCount - 1].Split = true;
                }
            }

            if (full || i == first || _runs[_runCount - 1].Kind != kind)
            {
                _runs[_runCount++] = new Run { Kind = kind, First = i };
            }

            _runs[_runCount - 1].Layers++;
        }
    }

    /// <summary>Sends the first columns of a tile, whose determinants were reset, through the chain.</summary>
    /// <param name="tile">The particles.</param>
    /// <param name="columns">A multiple of <see cref="FlowTile.ColumnGranularity"/>.</param>
    /// <param name="width">The width to run at.</param>
    /// <param name="save">Whether to keep what <see cref="Backward"/> needs.</param>
    /// <param name="ahead">What to fetch meanwhile.</param>
    public void Forward(FlowTile tile, nint columns, LaneWidth width, bool save, in RowsAhead ahead = default)
    {
        for (int i = 0; i < _runCount; i++)
        {
            LayerRun run = DescribeForward(tile, columns, i, save);
            run.Ahead = i == 0 ? ahead : default;
            _runs[i].Kind.Forward(width, in run);
            SplitAfter(tile, columns, width, i);
        }
    }

    /// <summary>As <see cref="Forward"/>, and with the points the score in the tile's cotangents: ∇ ln q_0 becomes ∇ ln q_K.</summary>
    public void Push(FlowTile tile, nint columns, LaneWidth width, bool save)
    {
        for (int i = 0; i < _runCount; i++)
        {
            LayerRun run = DescribeForward(tile, columns, i, save);
            _runs[i].Kind.Push(width, in run);
            SplitAfter(tile, columns, width, i);
        }
    }

    /// <summary>
    /// Sends the first columns of a tile back through the inverse chain; the determinants are those of the forward maps. The tile's
    /// cotangents and noise serve as scratch.
    /// </summary>
    public void Inverse(FlowTile tile, nint columns, LaneWidth width)
    {
        for (int i = _runCount - 1; i >= 0; i--)
        {
            LayerRun run = Describe(tile, columns, i);
            _runs[i].Kind.Inverse(width, in run);
            if (i > 0)
            {
                SplitAfter(tile, columns, width, i - 1);
            }
        }
    }

    /// <summary>
    /// Takes points and cotangents of a tile from the chain's output back to its input, adding to the sums: for each layer 2 D + 2
    /// rows of sixteen slots; null sums are none.
    /// </summary>
    public void Backward(FlowTile tile, nint columns, LaneWidth width, float logDetCotangent, float* sums)
    {
        int rows = SumRows(Shape.Dimension);
        for (int i = _runCount - 1; i >= 0; i--)
        {
            LayerRun run = DescribeSaving(tile, columns, i);
            run.Sums = sums == null ? null : sums + ((nint)_runs[i].First * rows * LaneDispatch.Slots);
            run.LogDetCotangent = logDetCotangent;
            _runs[i].Kind.Backward(width, in run);
        }
    }

    /// <summary>The rows of sums a layer has in D dimensions.</summary>
    public static int SumRows(int dimension) => (2 * dimension) + 2;

    private void SplitAfter(FlowTile tile, nint columns, LaneWidth width, int run)
    {
        if (_runs[run].Split)
        {
            tile.SplitExponents(columns, width);
        }
    }

    private LayerRun DescribeForward(FlowTile tile, nint columns, int i, bool save) =>
        save ? DescribeSaving(tile, columns, i) : Describe(tile, columns, i);

    private LayerRun DescribeSaving(FlowTile tile, nint columns, int i)
    {
        LayerRun run = Describe(tile, columns, i);
        run.Saved = tile.Saved + (_runs[i].First * tile.Stride);
        run.Checkpoints = tile.Checkpoints;
        return run;
    }

    private LayerRun Describe(FlowTile tile, nint columns, int i) => new()
    {
        Points = tile.Points,
        Cotangents = tile.Cotangents,
        Product = tile.Product,
        Radial = tile.Radial,
        Arguments = tile.Arguments,
        Givens = tile.Cotangents,
        Roots = tile.Noise,
        Stride = tile.Stride,
        Columns = columns,
        Dimension = Shape.Dimension,
        First = _runs[i].First,
        Layers = _runs[i].Layers,
        ChainLayers = Shape.LayerCount,
        Constants = (float*)Unsafe.AsPointer(ref _constants[_constantOffsets[_runs[i].First]]),
        ConstantStride = _runs[i].Kind.ConstantCount(Shape.Dimension),
    };

    private struct Run
    {
        public LayerKind Kind;
        public int First;
        public int Layers;
        public bool Split;
    }
}
