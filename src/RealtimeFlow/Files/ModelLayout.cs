using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>A tensor of a model file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Length">Its only axis.</param>
/// <param name="First">Where its numbers begin in the block of parameters; −1 for s, which is no parameter.</param>
internal readonly record struct ModelTensor(string Name, int Length, int First)
{
    /// <summary>Whether this is the s of a layer, derived from its parameters: written always, optional in a file read.</summary>
    public bool IsScale => First < 0;
}

/// <summary>Which tensors a model has, and what the words of its metadata are.</summary>
internal static class ModelLayout
{
    public const string FormatKey = "format", Format = "realtimeflow";
    public const string VersionKey = "version", Version = "1";
    public const string BaseKey = "base", Base = "gaussian";
    public const string DimensionKey = "dimension";
    public const string DirectionKey = "direction";
    public const string LayersKey = "layers";

    /// <summary>The tensors of the base, and of each layer its parameters, in the order of the block, followed by s.</summary>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="layers">The kinds in order.</param>
    public static IEnumerable<ModelTensor> Tensors(int dimension, IEnumerable<LayerKind> layers)
    {
        yield return new ModelTensor("base.mean", dimension, 0);
        yield return new ModelTensor("base.log_scale", dimension, dimension);
        int first = 2 * dimension, layer = 0;
        foreach (LayerKind kind in layers)
        {
            foreach ((string name, int length) in kind.Tensors(dimension))
            {
                yield return new ModelTensor(LayerTensor(layer, name), length, first);
                first += length;
            }

            yield return new ModelTensor(LayerTensor(layer, "s"), 1, -1);
            layer++;
        }
    }

    /// <summary>The name of a tensor of a layer.</summary>
    public static string LayerTensor(int layer, string name) => $"layers.{Invariant(layer)}.{name}";

    /// <summary>How the metadata spells a direction.</summary>
    public static string NameOf(FlowDirection direction) => direction == FlowDirection.Generative ? "generative" : "normalizing";

    /// <summary>A whole number in digits.</summary>
    public static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
