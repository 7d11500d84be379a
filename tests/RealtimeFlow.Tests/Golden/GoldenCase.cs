using System.Text.Json;
using RealtimeFlow.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Golden;

/// <summary>
/// A chain with its images, log-determinants and gradient as an independent float64 program computed them. Parameters and points
/// are exact in float32.
/// </summary>
internal sealed class GoldenCase
{
    private static readonly Dictionary<string, GoldenCase[]> Files = new()
    {
        [Ordinary] = Load(Ordinary),
        [Extreme] = Load(Extreme),
    };

    private GoldenCase(JsonElement json)
    {
        Name = json.GetProperty("name").GetString()!;
        int dimension = json.GetProperty("dimension").GetInt32();
        List<LayerKind> kinds = [];
        List<float> numbers = [.. new float[2 * dimension]];
        foreach (JsonElement layer in json.GetProperty("layers").EnumerateArray())
        {
            kinds.Add(LayerKind.All.Single(k => k.Name == layer.GetProperty("type").GetString()));
            numbers.AddRange(Numbers(layer).Select(x => (float)x));
        }

        Shape = new FlowShape(dimension, [.. kinds]);
        Parameters = [.. numbers];
        Reference = new ReferenceFlow(Shape, Vectors.ToDoubles(Parameters));
        Points = Rows(json.GetProperty("z0"));
        Images = Rows(json.GetProperty("zK"));
        LogDet = Row(json.GetProperty("log_det"));
        Gradient = json.TryGetProperty("gradient", out JsonElement gradient) && gradient.ValueKind == JsonValueKind.Array
            ? [.. gradient.EnumerateArray().SelectMany(Numbers)]
            : null;
    }

    /// <summary>The file of ordinary parameters.</summary>
    public const string Ordinary = "flows.json";

    /// <summary>The file of parameters near every edge.</summary>
    public const string Extreme = "flows-extreme.json";

    public string Name { get; }

    public FlowShape Shape { get; }

    /// <summary>Effective, with a standard normal base.</summary>
    public float[] Parameters { get; }

    /// <summary>The same chain in the tests' own float64.</summary>
    public ReferenceFlow Reference { get; }

    /// <summary>z_0 by particle.</summary>
    public double[][] Points { get; }

    /// <summary>z_K by particle.</summary>
    public double[][] Images { get; }

    public double[] LogDet { get; }

    /// <summary>Of mean(−log det + ½‖z_K − 1‖²) by the layers' effective parameters, in the order of the block; null where the file has none.</summary>
    public double[]? Gradient { get; }

    public static IEnumerable<string> Names(string file) => Files[file].Select(c => c.Name);

    public static GoldenCase Find(string file, string name) => Files[file].Single(c => c.Name == name);

    private static GoldenCase[] Load(string file)
    {
        using Stream stream = typeof(GoldenCase).Assembly.GetManifestResourceStream(file)!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(json => new GoldenCase(json))];
    }

    private static IEnumerable<double> Numbers(JsonElement layer)
    {
        string[] names = layer.TryGetProperty("w", out _) ? ["w", "u", "b"] : ["center", "alpha", "beta"];
        return names.Select(name => layer.GetProperty(name)).SelectMany(
            value => value.ValueKind == JsonValueKind.Array ? Row(value) : [value.GetDouble()]);
    }

    private static double[] Row(JsonElement json) => [.. json.EnumerateArray().Select(x => x.GetDouble())];

    private static double[][] Rows(JsonElement json) => [.. json.EnumerateArray().Select(Row)];
}
