using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;

namespace RealtimeFlow.App;

/// <summary>What <c>sample</c>, <c>density</c> and <c>transform</c> have in common: a model, points through it, arrays out of it.</summary>
internal sealed class PointVerb
{
    private readonly Option<string> _model = Options.File("--model", "MODEL", "a model file, as train --out writes it", required: true);
    private readonly Option<int> _threads = Options.Threads();
    private readonly Option<bool> _json = Options.Json();

    /// <summary>--model.</summary>
    public Option Model => _model;

    /// <summary>--threads and --json.</summary>
    public IEnumerable<Option> Others => [_threads, _json];

    /// <summary>--layer k.</summary>
    public static Option<int?> Layer() => Options.Make<int?>(
        "--layer", "k", "stop after k layers, counted from the base [default: all]", text => Options.Whole(text, 0, int.MaxValue, number => (int?)number));

    /// <summary>--points.</summary>
    public static Option<string> Points() =>
        Options.File("--points", "FILE", "the points, as .npy (float32 or float64, shape [N, D] or [N]) or .csv (a row a line)", required: true);

    /// <summary>The model that a command line names, read.</summary>
    public FlowDistribution Read(ParseResult parsed) => ModelFile.Read(parsed.GetRequiredValue(_model));

    /// <summary>The model's q_k.</summary>
    /// <exception cref="UsageException">It has not so many layers.</exception>
    public FlowDistribution ReadPrefix(ParseResult parsed, Option<int?> layer, float tau = 1)
    {
        FlowDistribution model = Read(parsed);
        int most = model.Shape.LayerCount, layers = parsed.GetValue(layer) ?? most;
        return layers <= most
            ? model.Prefix(layers, tau)
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"{layer.Name}: expected from 0 to {most}, the layers of '{parsed.GetValue(_model)}', not {layers}"));
    }

    /// <summary>Opens a file of points of a model's dimension.</summary>
    public PointReader Open(ParseResult parsed, Option<string> points, FlowDistribution model)
    {
        string path = parsed.GetRequiredValue(points);
        PointReader reader = PointReader.Open(path);
        if (reader.Dimension != model.Shape.Dimension)
        {
            reader.Dispose();
            throw new FileFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: has points of dimension {reader.Dimension}, but '{parsed.GetValue(_model)}' is a model of dimension {model.Shape.Dimension}"));
        }

        return reader;
    }

    /// <summary>Runs the work, and writes what came of it once all of it is there.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model.</param>
    /// <param name="reader">Where the points come from; null where the work makes them.</param>
    /// <param name="count">How many there are, where that is known.</param>
    /// <param name="rows">The file for the points; or null.</param>
    /// <param name="numbers">The file for a number a point; or null.</param>
    /// <param name="work">What becomes of the points.</param>
    public void Run(
        ParseResult parsed, FlowDistribution model, PointReader? reader, long? count, string? rows, string? numbers, BlockWork work)
    {
        RequireDistinct(parsed.GetValue(_model), rows, numbers);
        InvocationConfiguration configuration = parsed.InvocationConfiguration;
        using Interruption interruption = new();
        using ArrayOutputs outputs = new(rows, numbers, model.Shape.Dimension, count);
        ArrayReport report;
        using (PointProgress progress = new(configuration.Error))
        {
            using WorkerPool workers = new(parsed.GetValue(_threads));
            PointPipeline pipeline = new(workers, model.Shape.Dimension, reader, work, outputs, interruption.Token);
            long done = pipeline.Run(progress, count);
            outputs.Commit(interruption.Token);
            report = new ArrayReport(done, model.Shape.Dimension, progress.Seconds);
        }

        string files = string.Join(", ", new[] { rows, numbers }.Where(path => path != null));
        configuration.Output.WriteLine(parsed.GetValue(_json)
            ? Json.Text(report)
            : string.Create(CultureInfo.InvariantCulture, $"{report.Count} points in {report.Seconds:F2} s: {files}"));
    }

    /// <summary>Refuses files of the same name.</summary>
    public static void RequireDistinct(params IEnumerable<string?> paths)
    {
        string? twice = paths.OfType<string>().GroupBy(Path.GetFullPath).FirstOrDefault(group => group.Count() > 1)?.First();
        if (twice != null)
        {
            throw new UsageException($"'{twice}' is named twice: the model and what is written need files of their own");
        }
    }
}
