using ScottPlot;
using ScottPlot.Colormaps;
using ScottPlot.Plottables;

namespace RealtimeFlow.App.Figures;

/// <summary>Pictures of densities in rows and columns, with titles and a note, as a PNG: one plot whose coordinates are the picture's pixels.</summary>
internal sealed class PanelGrid : IDisposable
{
    private const int Gap = 10, GroupGap = 24, Margin = 16, LabelWidth = 44, TitleHeight = 40, HeadingHeight = 44, NoteHeight = 40;
    private const float TitleSize = 22, HeadingSize = 26, NoteSize = 17;

    private readonly int _rows, _size;
    private readonly int[] _groups;
    private readonly Plot _plot = new();

    // The origin is the lower left corner of the panels' area.
    private int _left = -Margin, _top, _bottom = -Margin;

    /// <summary>Begins an empty grid.</summary>
    /// <param name="rows">Rows of panels.</param>
    /// <param name="groups">The number of columns in each group, which stand a little apart.</param>
    /// <param name="size">Pixels of a side of each panel.</param>
    public PanelGrid(int rows, int[] groups, int size)
    {
        FigureFont.Use();
        (_rows, _groups, _size) = (rows, groups, size);
        _top = PanelsTop + Margin;
        _plot.Axes.Frameless();
        _plot.HideGrid();
    }

    private int PanelsTop => (_rows * (_size + Gap)) - Gap;

    /// <summary>Puts a panel into its place.</summary>
    public void Add(int row, int column, DensityPanel panel)
    {
        double[,] density = new double[_size, _size];
        for (int i = 0; i < _size; i++)
        {
            for (int j = 0; j < _size; j++)
            {
                // The plot's rows go down from the top.
                density[_size - 1 - i, j] = Math.Exp(panel.LogDensity[(i * _size) + j]);
            }
        }

        double left = Left(column), bottom = Bottom(row);
        Heatmap map = _plot.Add.Heatmap(density);
        map.Colormap = new Viridis();
        map.ManualRange = new ScottPlot.Range(0, panel.Brightest);
        map.Extent = new CoordinateRect(left, left + _size, bottom, bottom + _size);
    }

    /// <summary>A title above a column.</summary>
    public void AddColumnTitle(string title, int column)
    {
        AddText(title, Left(column) + (_size / 2), PanelsTop + (TitleHeight / 2), TitleSize);
        _top = Math.Max(_top, PanelsTop + TitleHeight);
    }

    /// <summary>A title above a group of columns.</summary>
    public void AddHeading(string title, int group)
    {
        int first = _groups.Take(group).Sum(), last = first + _groups[group] - 1;
        AddText(title, (Left(first) + Left(last) + _size) / 2, PanelsTop + TitleHeight + (HeadingHeight / 2), HeadingSize);
        _top = PanelsTop + TitleHeight + HeadingHeight;
    }

    /// <summary>A title beside a row.</summary>
    public void AddRowTitle(string title, int row)
    {
        AddText(title, -LabelWidth / 2, Bottom(row) + (_size / 2), TitleSize, rotation: -90);
        _left = -LabelWidth;
    }

    /// <summary>A line below the panels.</summary>
    public void AddNote(string note)
    {
        AddText(note, 0, -NoteHeight / 2, NoteSize, alignment: Alignment.MiddleLeft);
        _bottom = -NoteHeight;
    }

    /// <summary>The picture.</summary>
    public byte[] Png()
    {
        int right = Left(_groups.Sum() - 1) + _size + Margin;
        _plot.Axes.SetLimits(_left, right, _bottom, _top);
        using ScottPlot.Image image = _plot.GetImage(right - _left, _top - _bottom);
        return image.GetImageBytes(ImageFormat.Png, quality: 100);
    }

    /// <inheritdoc/>
    public void Dispose() => _plot.Dispose();

    private int Left(int column)
    {
        (int group, int end) = (0, _groups[0]);
        while (column >= end)
        {
            end += _groups[++group];
        }

        return (column * (_size + Gap)) + (group * GroupGap);
    }

    private int Bottom(int row) => (_rows - 1 - row) * (_size + Gap);

    private void AddText(string text, double x, double y, float size, float rotation = 0, Alignment alignment = Alignment.MiddleCenter)
    {
        Text label = _plot.Add.Text(text, x, y);
        label.LabelFontSize = size;
        label.LabelRotation = rotation;
        label.LabelAlignment = alignment;
    }
}
