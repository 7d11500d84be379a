using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering;

/// <summary>
/// One picture of a frame: a title and a grid of cells over a <see cref="PlaneView"/>. The grid is read while the frame
/// is drawn and never kept; the caller owns its memory. Row 0 is the row of lowest y, and within a row x grows:
/// cell (column, row) is <c>values[row * columns + column]</c> and stands for the density at the cell's centre.
/// </summary>
public readonly struct Panel
{
    private Panel(PanelKind kind, string title, int columns, int rows, PlaneView view, long length, int valuesInCell = 1)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if ((long)columns * rows * valuesInCell != length)
        {
            throw new ArgumentException($"A grid of {columns} × {rows} cells needs {(long)columns * rows * valuesInCell} values, not {length}.");
        }

        // A comparison with NaN is false, so this also refuses bounds that are not numbers.
        if (!(view.Right > view.Left && view.Top > view.Bottom && double.IsFinite(view.Area)))
        {
            throw new ArgumentException($"A view needs finite bounds with Left < Right and Bottom < Top: x {view.Left}..{view.Right}, y {view.Bottom}..{view.Top}.");
        }

        Kind = kind;
        Title = title;
        Columns = columns;
        Rows = rows;
        View = view;
        Unit = 1;
    }

    /// <summary>A histogram of particles; a cell shows the density count / (total · area of a cell).</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="counts">Particles in each cell, columns × rows values.</param>
    /// <param name="columns">Cells in a row, at least 1.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="total">All particles, those outside the view included; at least 1.</param>
    /// <param name="view">The part of the plane that the grid covers.</param>
    /// <exception cref="ArgumentException">The grid's length is not columns × rows, or the view is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or the total is below 1.</exception>
    public static Panel OfCounts(string title, ReadOnlyMemory<uint> counts, int columns, int rows, long total, PlaneView view)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        return new Panel(PanelKind.Counts, title, columns, rows, view, counts.Length) { Counts = counts, Total = total };
    }

    /// <summary>A density given by its natural logarithm at the centre of each cell.</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="logDensity">ln of the density (nats), columns × rows values; negative infinity is density zero, and a value that is not a number is drawn in magenta.</param>
    /// <param name="columns">Cells in a row, at least 1.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="view">The part of the plane that the grid covers.</param>
    /// <exception cref="ArgumentException">The grid's length is not columns × rows, or the view is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static Panel OfLogDensity(string title, ReadOnlyMemory<float> logDensity, int columns, int rows, PlaneView view) =>
        new(PanelKind.LogDensity, title, columns, rows, view, logDensity.Length) { Values = logDensity };

    /// <summary>The difference of two densities at the centre of each cell: orange above 0, blue below, nearly black at 0, on either scale.</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="differences">Densities less densities (not their logarithms), columns × rows values; one that is not a number is drawn in magenta.</param>
    /// <param name="columns">Cells in a row, at least 1.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="view">The part of the plane that the grid covers.</param>
    /// <exception cref="ArgumentException">The grid's length is not columns × rows, or the view is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static Panel OfDifference(string title, ReadOnlyMemory<float> differences, int columns, int rows, PlaneView view) =>
        new(PanelKind.Difference, title, columns, rows, view, differences.Length) { Values = differences };

    /// <summary>A picture. Unlike the other grids, and as in a file, its first row is the top one.</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="samples">Levels 0 to 255, columns × rows × channels values, a cell's channels side by side.</param>
    /// <param name="columns">Cells in a row, at least 1.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <param name="view">The part of the plane that the picture covers.</param>
    /// <exception cref="ArgumentException">The length is not columns × rows × channels, or the view is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the channels are neither 1 nor 3.</exception>
    public static Panel OfImage(string title, ReadOnlyMemory<byte> samples, int columns, int rows, int channels, PlaneView view) => channels is 1 or 3
        ? new(PanelKind.Image, title, columns, rows, view, samples.Length, channels) { Samples = samples, Channels = channels }
        : throw new ArgumentOutOfRangeException(nameof(channels), channels, "A picture has 1 channel or 3.");

    /// <summary>A histogram of particles that lies on the GPU: for <see cref="FlowRenderer"/> alone, which draws what it then holds.</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="counts">Particles in each cell.</param>
    /// <param name="total">All particles, those outside the view included; at least 1.</param>
    /// <param name="view">The part of the plane that the grid covers.</param>
    /// <exception cref="ArgumentException">The grid holds no counts, or the view is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The total is below 1.</exception>
    public static Panel OfCounts(string title, GpuGrid counts, long total, PlaneView view)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        return OfGrid(PanelKind.Counts, title, counts, view) with { Total = total };
    }

    /// <summary>A density that lies on the GPU, by its logarithm: for <see cref="FlowRenderer"/> alone, which draws what it then holds.</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="logDensity">ln of the density (nats) at the centre of each cell.</param>
    /// <param name="view">The part of the plane that the grid covers.</param>
    /// <exception cref="ArgumentException">The grid holds counts, or the view is empty or not finite.</exception>
    public static Panel OfLogDensity(string title, GpuGrid logDensity, PlaneView view) => OfGrid(PanelKind.LogDensity, title, logDensity, view);

    /// <summary>The line above the panel.</summary>
    public string Title { get; }

    /// <summary>Cells in a row.</summary>
    public int Columns { get; }

    /// <summary>Rows of cells.</summary>
    public int Rows { get; }

    /// <summary>The part of the plane that the grid covers.</summary>
    public PlaneView View { get; }

    /// <summary>What the cells hold.</summary>
    public PanelKind Kind { get; }

    /// <summary>
    /// The density (or difference) that the frame's exposure is in units of, in this panel; positive, 1 unless set. So panels whose planes cannot be
    /// compared are each seen relative to a density of its own.
    /// </summary>
    public float Unit { get; init; }

    /// <summary>All particles of a histogram, those outside the view included; 0 for the other kinds.</summary>
    public long Total { get; private init; }

    /// <summary>Particles in each cell; empty for the other kinds.</summary>
    public ReadOnlyMemory<uint> Counts { get; private init; }

    /// <summary>ln of the density, or a difference of densities, in each cell; empty for the other kinds.</summary>
    public ReadOnlyMemory<float> Values { get; private init; }

    /// <summary>The levels of a picture; empty for the other kinds.</summary>
    public ReadOnlyMemory<byte> Samples { get; private init; }

    /// <summary>Levels in a cell of a picture, 1 or 3; 0 for the other kinds.</summary>
    public int Channels { get; private init; }

    /// <summary>The grid, where it lies on the GPU; the memory of the others is empty then.</summary>
    internal GpuGrid? Grid { get; private init; }

    /// <summary>The density that one particle adds to its cell: 1 / (total · area of a cell).</summary>
    internal double DensityPerCount => (double)Columns * Rows / (Total * View.Area);

    /// <summary>What a count or a difference is multiplied by, and a log-density lessened by, to be relative to an exposure.</summary>
    internal float Factor(float exposure) => Kind switch
    {
        PanelKind.Counts => (float)(DensityPerCount / (exposure * Unit)),
        PanelKind.LogDensity => MathF.Log(exposure) + MathF.Log(Unit),
        _ => 1 / (exposure * Unit),
    };

    private static Panel OfGrid(PanelKind kind, string title, GpuGrid grid, PlaneView view)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return grid.IsCounts == (kind == PanelKind.Counts)
            ? new Panel(kind, title, grid.Size, grid.Size, view, (long)grid.Size * grid.Size) { Grid = grid }
            : throw new ArgumentException($"The grid holds {(grid.IsCounts ? "counts" : "logarithms of a density")}.", nameof(grid));
    }
}
