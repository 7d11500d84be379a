using System.Globalization;
using RealtimeFlow.Base;

namespace RealtimeFlow.Flows;

/// <summary>
/// What a flow is made of, without its numbers: the dimension D, the kinds of its base and of its layers in order, and where each one's
/// parameters lie in the one contiguous block that optimiser, files and kernels share.
/// </summary>
/// <remarks>The block: base location (D), base log-scale (D), then layer after layer. Planar: w (D), u (D), b. Radial: centre (D), α, β.</remarks>
public sealed class FlowShape
{
    /// <summary>The most layers a formula may ask for.</summary>
    public const int MaximumLayers = 100_000;

    private readonly LayerKind[] _layers;
    private readonly int[] _offsets;

    /// <summary>Makes a shape over a Gaussian base.</summary>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="layers">The kinds in order; none is the base alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">D &lt; 1.</exception>
    public FlowShape(int dimension, params ReadOnlySpan<LayerKind> layers)
        : this(dimension, BaseKind.Gaussian, layers)
    {
    }

    /// <summary>Makes a shape.</summary>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="base">The kind of the base distribution.</param>
    /// <param name="layers">The kinds in order; none is the base alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">D &lt; 1.</exception>
    public FlowShape(int dimension, BaseKind @base, params ReadOnlySpan<LayerKind> layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentNullException.ThrowIfNull(@base);
        Dimension = dimension;
        Base = @base;
        _layers = layers.ToArray();
        _offsets = new int[_layers.Length + 1];
        _offsets[0] = 2 * dimension;
        for (int i = 0; i < _layers.Length; i++)
        {
            _offsets[i + 1] = checked(_offsets[i] + _layers[i].ParameterCount(dimension));
        }
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>The kind of the base distribution.</summary>
    public BaseKind Base { get; }

    /// <summary>The kinds of the layers in order.</summary>
    public IReadOnlyList<LayerKind> Layers => _layers;

    /// <summary>The same, for loops that run at every update.</summary>
    internal ReadOnlySpan<LayerKind> Kinds => _layers;

    /// <summary>K.</summary>
    public int LayerCount => _layers.Length;

    /// <summary>The numbers in the block, the base's included.</summary>
    public int ParameterCount => _offsets[^1];

    /// <summary>The place of the base's location μ (D numbers) in the block.</summary>
    public Range Location => 0..Dimension;

    /// <summary>The place of the base's log-scale ln σ (D numbers) in the block.</summary>
    public Range LogScale => Dimension..(2 * Dimension);

    /// <summary>The place of a layer's parameters in the block.</summary>
    /// <param name="layer">0 ≤ layer &lt; K.</param>
    public Range Layer(int layer) => _offsets[layer].._offsets[layer + 1];

    /// <summary>Reads a formula such as <c>planar:32</c> or <c>planar:16,radial:16</c>: layers in the order written.</summary>
    /// <param name="formula">Kinds with counts, separated by commas.</param>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="base">The kind of the base distribution; null for a Gaussian.</param>
    /// <exception cref="FormatException">The message says which part is wrong and what is expected.</exception>
    public static FlowShape Parse(string formula, int dimension, BaseKind? @base = null)
    {
        ArgumentNullException.ThrowIfNull(formula);
        List<LayerKind> layers = [];
        foreach (string part in formula.Split(','))
        {
            string[] words = part.Trim().Split(':');
            LayerKind kind = LayerKind.All.FirstOrDefault(k => k.Name == words[0])
                ?? throw new FormatException(
                    $"'{words[0]}' is not a kind of layer: expected {string.Join(" or ", LayerKind.All)}, as in planar:32 or planar:16,radial:16.");
            if (words.Length != 2
                || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                || count < 1
                || layers.Count + count > MaximumLayers)
            {
                throw new FormatException(
                    $"'{part.Trim()}' needs a number of layers from 1 to {MaximumLayers}, as in {kind}:32.");
            }

            layers.AddRange(Enumerable.Repeat(kind, count));
        }

        return new FlowShape(dimension, @base ?? BaseKind.Gaussian, [.. layers]);
    }

    /// <summary>The formula of this shape, runs of one kind joined: what <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        for (int i = 0; i < _layers.Length;)
        {
            int end = i;
            while (end < _layers.Length && _layers[end] == _layers[i])
            {
                end++;
            }

            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{_layers[i]}:{end - i}"));
            i = end;
        }

        return string.Join(',', parts);
    }

    /// <summary>Null for the parameters of a sound distribution, as many as the block has, else what is wrong with them, as a sentence.</summary>
    internal string? Defect(ReadOnlySpan<float> parameters)
    {
        foreach (float location in parameters[Location])
        {
            if (!float.IsFinite(location))
            {
                return $"The base has a {Base.LocationName} that is not finite.";
            }
        }

        foreach (float logScale in parameters[LogScale])
        {
            if (!BaseDistribution.IsLogScale(logScale))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"The base has a {Base.ScaleName} of {logScale:g6}, whose exponential is no normal float.");
            }
        }

        for (int layer = 0; layer < LayerCount; layer++)
        {
            if (_layers[layer].Defect(Dimension, parameters[Layer(layer)]) is string defect)
            {
                return string.Create(CultureInfo.InvariantCulture, $"Layer {layer} ({_layers[layer]}) {defect}.");
            }
        }

        return null;
    }
}
