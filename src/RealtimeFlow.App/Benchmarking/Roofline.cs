using System.Globalization;
using RealtimeFlow.App.Figures;
using ScottPlot;
using ScottPlot.Plottables;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>
/// The roofline (S. Williams, A. Waterman, D. Patterson, <i>Roofline: an insightful visual performance model</i>, 2009): operations a second
/// against operations a byte, under the roofs that memory and the FMA units make. Each row stands there once for each number of threads, under
/// its own limit: the roof, or less where divisions take longer. One plot whose coordinates are the picture's pixels.
/// </summary>
internal sealed class Roofline : IDisposable
{
    // The origin is the lower left corner of the area of the points.
    private const double MainWidth = 880, Height = 470, StripStep = 62, LeastStep = 34, Apart = 11;
    private const double LabelStep = 28, LabelWidth = 290, Left = 92, Bottom = 176, Title = 70;
    private const float TitleSize = 25, TextSize = 17, NoteSize = 16;

    // P. Tol's bright colours, apart for colour-blind eyes too; and markers, for those who print without any.
    private static readonly Color[] Colors = [Color.FromHex("#4477AA"), Color.FromHex("#EE6677")];
    private static readonly MarkerShape[] Markers = [MarkerShape.FilledCircle, MarkerShape.FilledSquare];
    private static readonly Color Ink = Color.FromHex("#222222"), Pale = Color.FromHex("#9A9A9A"), Faint = Color.FromHex("#E8E8E8"), Leader = Color.FromHex("#C4C4C4");

    private readonly BenchReport _report;
    private readonly (string Name, BenchResult[] Rows)[] _columns;
    private readonly Scale _x, _y;
    private readonly double[] _places;
    private readonly double _width, _labelsTop;
    private readonly Plot _plot = new();

    private Roofline(BenchReport report)
    {
        FigureFont.Use();
        _report = report;
        _columns = [.. report.Results.GroupBy(row => row.Name).Select(rows => (rows.Key, rows.ToArray())).OrderBy(column => Intensity(column.Item2[0]))];
        double[] intensities = [.. _columns.Select(column => Intensity(column.Rows[0])).Where(double.IsFinite), .. report.Machine.Limits.Select(Ridge)];
        _x = new Scale(intensities.Min() / 3, intensities.Max() * 2, MainWidth);
        _y = new Scale(report.Results.Min(Speed) / 1.6, report.Machine.Limits.Max(Roof) * 1.35, Height);
        _places = Places();
        _width = Math.Max(MainWidth, _places[^1] + (StripStep / 2));
        _labelsTop = Height + ((_columns.Length + 0.5) * LabelStep);
        _plot.Axes.Frameless();
        _plot.HideGrid();
    }

    /// <summary>The picture as a PNG.</summary>
    public static byte[] Png(BenchReport report)
    {
        using Roofline roofline = new(report);
        roofline.DrawAxes();
        roofline.DrawLabels();
        foreach ((int i, BenchLimits limits) in report.Machine.Limits.Index())
        {
            roofline.DrawRoof(limits, i);
        }

        foreach ((int i, (_, BenchResult[] rows)) in roofline._columns.Index())
        {
            roofline.DrawPoints(rows, roofline._places[i]);
        }

        roofline.DrawNotes();
        return roofline.Render();
    }

    /// <inheritdoc/>
    public void Dispose() => _plot.Dispose();

    /// <summary>Operations a byte; infinite where the particles never leave the caches of the core.</summary>
    private static double Intensity(BenchResult row) => row.Operations / row.Bytes;

    /// <summary>Operations a second.</summary>
    private static double Speed(BenchResult row) => row.Operations * row.PerSecond;

    private static double Roof(BenchLimits limits) => limits.FmaFlops / 2;

    /// <summary>Operations a byte from which on arithmetic is the limit.</summary>
    private static double Ridge(BenchLimits limits) => Roof(limits) / Bandwidth(limits.MemoryReading, limits.MemoryWriting);

    /// <summary>Of a byte read for each byte written.</summary>
    private static double Bandwidth(double reading, double writing) => 2 / ((1 / reading) + (1 / writing));

    /// <summary>Where the columns stand: at their intensity, or a little to the right of it where they would cover each other.</summary>
    private double[] Places()
    {
        double[] places = new double[_columns.Length];
        double least = 0, next = MainWidth + (StripStep / 2);
        foreach ((int i, (_, BenchResult[] rows)) in _columns.Index())
        {
            double intensity = Intensity(rows[0]);
            places[i] = double.IsFinite(intensity) ? Math.Max(_x.Place(intensity), least) : Math.Max(next, least);
            (least, next) = (places[i] + LeastStep, Math.Max(next, places[i] + StripStep));
        }

        return places;
    }

    private void DrawAxes()
    {
        foreach ((double value, string label) in _x.Ticks())
        {
            Line(_x.Place(value), 0, _x.Place(value), Height, Faint);
            Text(label, _x.Place(value), -16, TextSize, Ink);
        }

        foreach ((double value, string label) in _y.Ticks(unit: 1e9))
        {
            Line(0, _y.Place(value), _width, _y.Place(value), Faint);
            Text(label, -10, _y.Place(value), TextSize, Ink, Alignment.MiddleRight);
        }

        Line(0, 0, _width, 0, Ink);
        Line(0, 0, 0, Height, Ink);
        Text("operations a byte of the caller's memory", MainWidth / 2, -46, TextSize, Ink);
        Text("10⁹ operations a second", -68, Height / 2, TextSize, Ink, rotation: -90);
        Line(MainWidth, 0, MainWidth, Height, Pale, pattern: LinePattern.Dotted);
        Text("in the core's own caches", (MainWidth + _width) / 2, -46, TextSize, Ink);
    }

    private void DrawRoof(BenchLimits limits, int group)
    {
        double roof = Roof(limits), height = _y.Place(roof);
        double ofCache = Slope(Bandwidth(limits.CacheReading, limits.CacheWriting), LinePattern.Solid);
        double ofMemory = Slope(Bandwidth(limits.MemoryReading, limits.MemoryWriting), LinePattern.Dashed);
        Line(Math.Min(ofCache, ofMemory), height, _width, height, Colors[group], 2);

        // It enters from the left or from below, and ends at the roof.
        double Slope(double bandwidth, LinePattern pattern)
        {
            double first = Math.Max(_x.Least, _y.Least / bandwidth), end = _x.Place(roof / bandwidth);
            Line(_x.Place(first), _y.Place(first * bandwidth), end, height, Colors[group], 2, pattern);
            return end;
        }
    }

    /// <summary>Labels go down by steps to the right: so no line from a label to its column meets another label.</summary>
    private void DrawLabels()
    {
        foreach ((int i, (string name, BenchResult[] rows)) in _columns.Index())
        {
            double y = _labelsTop - ((i + 1) * LabelStep);
            string shares = string.Join(" · ", rows.Select(row => row.ShareOfLimit.ToString("P0", CultureInfo.InvariantCulture)));
            Line(_places[i], 0, _places[i], y, Leader);
            Text($"{name}   {shares}", _places[i] + 6, y, TextSize, Ink, Alignment.MiddleLeft);
        }
    }

    private void DrawPoints(BenchResult[] rows, double column)
    {
        foreach ((int i, BenchResult row) in rows.Index())
        {
            double x = column + ((i - ((rows.Length - 1) / 2.0)) * Apart), y = _y.Place(Speed(row)), limit = _y.Place(Speed(row) / row.ShareOfLimit);
            Line(x, y, x, limit, Colors[i], 1.5f);
            Line(x - (Apart / 2), limit, x + (Apart / 2), limit, Colors[i], 4);
            _plot.Add.Marker(x, y, Markers[i], 11, Colors[i]);
        }
    }

    private void DrawNotes()
    {
        BenchMachine machine = _report.Machine;
        Text($"{machine.Cpu}, kernels of {machine.VectorWidth} bits: how near the rows come to the limits", -Left + 20, _labelsTop + (Title / 2), TitleSize, Ink, Alignment.MiddleLeft);
        foreach ((int i, BenchLimits limits) in machine.Limits.Index())
        {
            double y = -84 - (i * 26);
            _plot.Add.Marker(8, y, Markers[i], 12, Colors[i]);
            Text(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{limits.Threads} thread{(limits.Threads == 1 ? "" : "s")}: {limits.FmaFlops / 1e9:F0} GFLOP/s fused, {limits.Divisions / 1e9:F1}·10⁹ divisions/s; {limits.CacheBytes >> 20} MiB read {limits.CacheReading / 1e9:F1}, written {limits.CacheWriting / 1e9:F1} GB/s; {limits.MemoryBytes >> 20} MiB (dashed) {limits.MemoryReading / 1e9:F1}, {limits.MemoryWriting / 1e9:F1} GB/s"),
                24,
                y,
                NoteSize,
                Ink,
                Alignment.MiddleLeft);
        }

        Text(
            "An operation is one lane's FMA, +, −, ×, min or max. Bars: each row's own limit by operations, divisions and bytes; percent: the share of it that is reached.",
            0,
            -84 - (machine.Limits.Length * 26) - 4,
            NoteSize,
            Ink,
            Alignment.MiddleLeft);
    }

    private byte[] Render()
    {
        double right = _places[^1] + LabelWidth;
        double top = _labelsTop + Title;
        _plot.Axes.SetLimits(-Left, right, -Bottom, top);
        using ScottPlot.Image image = _plot.GetImage((int)(right + Left), (int)(top + Bottom));
        return image.GetImageBytes(ImageFormat.Png, quality: 100);
    }

    private void Line(double x1, double y1, double x2, double y2, Color color, float width = 1, LinePattern? pattern = null)
    {
        LinePlot line = _plot.Add.Line(x1, y1, x2, y2);
        (line.LineColor, line.LineWidth, line.LinePattern, line.MarkerSize) = (color, width, pattern ?? LinePattern.Solid, 0);
    }

    private void Text(
        string text, double x, double y, float size, Color color, Alignment alignment = Alignment.MiddleCenter, float rotation = 0)
    {
        Text label = _plot.Add.Text(text, x, y);
        (label.LabelFontSize, label.LabelFontColor, label.LabelAlignment, label.LabelRotation) = (size, color, alignment, rotation);
    }

    /// <summary>A logarithmic axis.</summary>
    private sealed record Scale(double Least, double Most, double Pixels)
    {
        public double Place(double value) => Math.Log(value / Least) / Math.Log(Most / Least) * Pixels;

        public IEnumerable<(double Value, string Label)> Ticks(double unit = 1)
        {
            for (double power = 1e-3 * unit; power < Most; power *= 10)
            {
                foreach (double value in new[] { power, 2 * power, 5 * power }.Where(value => value >= Least && value <= Most))
                {
                    yield return (value, (value / unit).ToString("0.###", CultureInfo.InvariantCulture));
                }
            }
        }
    }
}
