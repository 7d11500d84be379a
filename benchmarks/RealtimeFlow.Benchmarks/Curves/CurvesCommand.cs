using System.Diagnostics;
using System.Globalization;
using System.Text;
using RealtimeFlow.App;
using RealtimeFlow.App.Figures;

namespace RealtimeFlow.Benchmarks.Curves;

/// <summary>The verb <c>curves</c>: what a particle-layer costs, as tables and plots.</summary>
internal static class CurvesCommand
{
    private const string Usage = "curves [--quick] [--out FOLDER]";

    // Rounds begin as long as this is not over; the largest points make the last one long.
    private const double QuickSeconds = 25, FullSeconds = 270;
    private const int LeastRounds = 3;

    /// <summary>Measures all curves and writes them down.</summary>
    /// <param name="args">What follows the verb.</param>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> args)
    {
        bool quick = false;
        string folder = Path.Combine("benchmarks", "results", Machine.FolderName);
        for (; !args.IsEmpty; args = args[1..])
        {
            switch (args)
            {
                case ["--quick", ..]:
                    quick = true;
                    break;
                case ["--out", string name, ..] when !string.IsNullOrWhiteSpace(name):
                    folder = name;
                    args = args[1..];
                    break;
                default:
                    Console.Error.WriteLine($"curves: '{args[0]}' is not understood: expected {Usage}");
                    return ExitCodes.Usage;
            }
        }

        try
        {
            using FigureFiles files = new(folder);
            using Interruption interruption = new();
            using CostAxes source = new(quick);
            CostAxis[] axes = source.Make();
            int rounds = Measure([.. axes.SelectMany(axis => axis.Points)], quick ? QuickSeconds : FullSeconds, interruption.Token);
            foreach (IGrouping<string, CostAxis> picture in axes.GroupBy(axis => axis.Picture))
            {
                files.AddPicture(picture.Key, Picture([.. picture]));
            }

            files.Add("Curves.md", Encoding.UTF8.GetBytes(CurvesText.Of(axes, rounds, quick)));
            files.Commit(interruption.Token);
            files.Paths.ForEach(Console.WriteLine);
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("curves: interrupted: nothing was written");
            return ExitCodes.Interrupted;
        }
        catch (IOException exception)
        {
            Console.Error.WriteLine($"curves: {exception.Message}");
            return ExitCodes.Failure;
        }
    }

    /// <summary>Rounds over all points: what a shared machine does in one of them, it does to all.</summary>
    private static int Measure(CostPoint[] points, double seconds, CancellationToken interrupted)
    {
        ProgressLine progress = new(Console.Error);
        foreach ((int i, CostPoint point) in points.Index())
        {
            Show($"warming up: {i} of {points.Length}");
            point.WarmUp();
        }

        long start = Stopwatch.GetTimestamp();
        int rounds = 0;
        for (; rounds < LeastRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; rounds++)
        {
            foreach ((int i, CostPoint point) in points.Index())
            {
                Show(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} of {seconds:F0} s: round {rounds + 1}, {i} of {points.Length}"));
                point.Measure();
            }
        }

        progress.End();
        return rounds;

        void Show(string line)
        {
            interrupted.ThrowIfCancellationRequested();
            if (progress.IsDue)
            {
                progress.Show(line);
            }
        }
    }

    private static byte[] Picture(CostAxis[] axes)
    {
        using CurveGrid picture = new(1, axes.Length, 980, 520) { HasLegendBeside = true };
        foreach (CostAxis axis in axes)
        {
            picture.Begin(axis.Title, axis.Quantity, axis.Unit, axis.Ticks);
            foreach (IGrouping<string, CostPoint> curve in axis.Points.GroupBy(point => point.Curve))
            {
                picture.AddCurve(curve.Key, curve.Select(point => new CurvePoint(point.X, point.Nanoseconds)));
            }
        }

        return picture.Png();
    }
}
