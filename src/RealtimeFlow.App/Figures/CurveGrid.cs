using System.Globalization;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace RealtimeFlow.App.Figures;

/// <summary>A point of a curve, with the bar that tells its spread, if any.</summary>
internal readonly record struct CurvePoint(double X, double Y, double Low, double High)
{
    /// <summary>A point without a bar.</summary>
    public CurvePoint(double x, double y)
        : this(x, y, y, y)
    {
    }
}

/// <summary>Plots of curves side by side, both axes logarithmic, as a PNG.</summary>
internal sealed class CurveGrid : IDisposable
{
    // Below, an estimate of a divergence is noise.
    private const double Floor = 1e-5;

    private const double MostDecadesOfThreeLabels = 3, MostDecadesOfAllLabels = 0.7;

    // P. Tol's bright colours, apart for colour-blind eyes too; and markers, for those who print without any.
    private static readonly Color[] Colors = [Color.FromHex("#4477AA"), Color.FromHex("#EE6677"), Color.FromHex("#228833"), Color.FromHex("#AA3377")];
    private static readonly MarkerShape[] Markers = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond];

    private readonly Multiplot _plots = new();
    private readonly int _width, _height;
    private int _plotCount, _curves;
    private double _lowest, _highest;

    /// <summary>Begins an empty grid.</summary>
    /// <param name="rows">Rows of plots.</param>
    /// <param name="columns">Columns of plots.</param>
    /// <param name="width">Of a plot, in pixels.</param>
    /// <param name="height">Of a plot, in pixels.</param>
    public CurveGrid(int rows, int columns, int width, int height)
    {
        FigureFont.Use();
        (_width, _height) = (columns * width, rows * height);
        _plots.AddPlots(rows * columns);
        _plots.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, columns);
    }

    /// <summary>Whether the names of the curves stand beside the plot, where they cover none, and not in it.</summary>
    public bool HasLegendBeside { get; init; }

    private Plot Current => _plots.GetPlot(_plotCount - 1);

    /// <summary>Begins the next plot.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="xLabel">Below it.</param>
    /// <param name="yLabel">Beside it.</param>
    /// <param name="xTicks">Where x is labelled.</param>
    public void Begin(string title, string xLabel, string yLabel, IEnumerable<int> xTicks)
    {
        (_plotCount, _curves) = (_plotCount + 1, 0);
        (_lowest, _highest) = (double.PositiveInfinity, double.NegativeInfinity);
        Plot plot = Current;
        plot.Title(title, 24);
        plot.XLabel(xLabel, 20);
        plot.YLabel(yLabel, 20);
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = 17;
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual([.. xTicks.Select(x => new Tick(Math.Log10(x), x.ToString(CultureInfo.InvariantCulture)))]);
        plot.Axes.Left.MinimumSize = 110;
        plot.Axes.Left.Label.OffsetX = 8;
        plot.Axes.Right.MinimumSize = 24;
        plot.Legend.FontSize = 17;
    }

    /// <summary>Adds a curve to the plot that was begun last.</summary>
    public void AddCurve(string name, IEnumerable<CurvePoint> points)
    {
        CurvePoint[] all = [.. points];

        // Curves with bars stand a little apart, so that none hides another.
        bool hasBars = all.Any(point => point.Low < point.High);
        double shift = hasBars ? 0.012 * (_curves - 1.5) : 0;
        double[] xs = [.. all.Select(point => Math.Log10(point.X) + shift)];
        double[] ys = [.. all.Select(point => Log(point.Y))];
        Scatter curve = Current.Add.Scatter(xs, ys, Colors[_curves]);
        (curve.LegendText, curve.LineWidth, curve.MarkerSize, curve.MarkerShape) = (name, 2.5f, 11, Markers[_curves]);
        if (hasBars)
        {
            Current.PlottableList.Add(new ErrorBar(xs, ys, null, null, null, null)
            {
                YErrorPositive = [.. all.Select(point => Log(point.High) - Log(point.Y))],
                YErrorNegative = [.. all.Select(point => Log(point.Y) - Log(point.Low))],
                Color = Colors[_curves],
                LineWidth = 1.8f,
                CapSize = 8,
            });
        }

        _curves++;
        (_lowest, _highest) = (Math.Min(_lowest, all.Min(point => Log(point.Low))), Math.Max(_highest, all.Max(point => Log(point.High))));
        Current.Axes.Left.TickGenerator = new NumericManual([.. LogarithmicTicks(_highest - _lowest)]);
    }

    /// <summary>The picture.</summary>
    public byte[] Png()
    {
        foreach (Plot plot in _plots.GetPlots())
        {
            if (HasLegendBeside)
            {
                plot.ShowLegend(Edge.Right);
            }
            else
            {
                plot.ShowLegend(Alignment.UpperRight);
            }
        }

        using Image image = _plots.Render(_width, _height);
        return image.GetImageBytes(ImageFormat.Png, quality: 100);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Plot plot in _plots.GetPlots())
        {
            plot.Dispose();
        }
    }

    private static double Log(double value) => Math.Log10(Math.Max(value, Floor));

    /// <summary>The powers of ten, and where there is room 2 and 5 times them, or all multiples, labelled; and what is between.</summary>
    private static IEnumerable<Tick> LogarithmicTicks(double decades)
    {
        for (int power = -12; power <= 12; power++)
        {
            for (int multiple = 1; multiple < 10; multiple++)
            {
                bool isMajor = multiple == 1 || decades <= (multiple is 2 or 5 ? MostDecadesOfThreeLabels : MostDecadesOfAllLabels);
                double value = multiple * Math.Pow(10, power);
                string label = isMajor ? value.ToString(value is < 1e-4 or > 1e4 ? "0e0" : "0.####", CultureInfo.InvariantCulture) : "";
                yield return new Tick(Math.Log10(value), label, isMajor);
            }
        }
    }
}
