namespace RealtimeFlow.Rendering;

/// <summary>
/// One picture of a frame: a title and a grid of values over a <see cref="ViewBox"/>. The grid is read while the frame
/// is drawn and never kept; the caller owns its memory. Row 0 is the row of lowest y, and within a row x grows:
/// cell (column, row) is <c>values[row * columns + column]</c> and stands for the density at the cell's centre.
/// </summary>
public readonly struct Panel
{
    private Panel(string title, int columns, int rows, ViewBox view, int length)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if ((long)columns * rows != length)
        {
            throw new ArgumentException($"A grid of {columns} × {rows} cells needs {(long)columns * rows} values, not {length}.");
        }

        // A comparison with NaN is false, so this also refuses bounds that are not numbers.
        if (!(view.XMax > view.XMin && view.YMax > view.YMin && double.IsFinite(view.Area)))
        {
            throw new ArgumentException($"A view box needs finite bounds with min < max: x {view.XMin}..{view.XMax}, y {view.YMin}..{view.YMax}.");
        }

        Title = title;
        Columns = columns;
        Rows = rows;
        View = view;
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
    public static Panel OfCounts(string title, ReadOnlyMemory<uint> counts, int columns, int rows, long total, ViewBox view)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        return new Panel(title, columns, rows, view, counts.Length) { Counts = counts, Total = total };
    }

    /// <summary>A density given by its natural logarithm at the centre of each cell.</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="logDensity">ln of the density (nats), columns × rows values; negative infinity is density zero, and a value that is not a number is drawn in magenta.</param>
    /// <param name="columns">Cells in a row, at least 1.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="view">The part of the plane that the grid covers.</param>
    /// <exception cref="ArgumentException">The grid's length is not columns × rows, or the view is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static Panel OfLogDensity(string title, ReadOnlyMemory<float> logDensity, int columns, int rows, ViewBox view) =>
        new(title, columns, rows, view, logDensity.Length) { LogDensity = logDensity };

    /// <summary>A histogram of particles that lies on the GPU: for <see cref="FlowRenderer"/> alone, which draws what it then holds.</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="counts">Particles in each cell.</param>
    /// <param name="total">All particles, those outside the view included; at least 1.</param>
    /// <param name="view">The part of the plane that the grid covers.</param>
    /// <exception cref="ArgumentException">The grid holds no counts, or the view is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The total is below 1.</exception>
    public static Panel OfCounts(string title, GpuGrid counts, long total, ViewBox view)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        return OfGrid(title, counts, view, isCounts: true) with { Total = total };
    }

    /// <summary>A density that lies on the GPU, by its logarithm: for <see cref="FlowRenderer"/> alone, which draws what it then holds.</summary>
    /// <param name="title">The line above the panel.</param>
    /// <param name="logDensity">ln of the density (nats) at the centre of each cell.</param>
    /// <param name="view">The part of the plane that the grid covers.</param>
    /// <exception cref="ArgumentException">The grid holds counts, or the view is empty or not finite.</exception>
    public static Panel OfLogDensity(string title, GpuGrid logDensity, ViewBox view) => OfGrid(title, logDensity, view, isCounts: false);

    /// <summary>The line above the panel.</summary>
    public string Title { get; }

    /// <summary>Cells in a row.</summary>
    public int Columns { get; }

    /// <summary>Rows of cells.</summary>
    public int Rows { get; }

    /// <summary>The part of the plane that the grid covers.</summary>
    public ViewBox View { get; }

    /// <summary>All particles of a histogram, those outside the view included; 0 for a panel of log-densities.</summary>
    public long Total { get; private init; }

    /// <summary>Whether the panel is a histogram of particles; otherwise it holds log-densities.</summary>
    public bool IsCounts => Total > 0;

    /// <summary>Particles in each cell; empty for a panel of log-densities.</summary>
    public ReadOnlyMemory<uint> Counts { get; private init; }

    /// <summary>ln of the density in each cell; empty for a histogram.</summary>
    public ReadOnlyMemory<float> LogDensity { get; private init; }

    /// <summary>The grid, where it lies on the GPU; the memory of the others is empty then.</summary>
    internal GpuGrid? Grid { get; private init; }

    /// <summary>The density that one particle adds to its cell: 1 / (total · area of a cell).</summary>
    internal double DensityPerCount => (double)Columns * Rows / (Total * View.Area);

    private static Panel OfGrid(string title, GpuGrid grid, ViewBox view, bool isCounts)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return grid.IsCounts == isCounts
            ? new Panel(title, grid.Size, grid.Size, view, grid.Size * grid.Size) { Grid = grid }
            : throw new ArgumentException($"The grid holds {(grid.IsCounts ? "counts" : "logarithms of a density")}.", nameof(grid));
    }
}
