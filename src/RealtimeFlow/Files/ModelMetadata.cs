using System.Text;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>What the metadata of a model file say: all that decides which tensors it has.</summary>
internal class ModelMetadata
{
    private static readonly string[] ModelKeys =
    [
        ModelLayout.FormatKey, ModelLayout.VersionKey, ModelLayout.DimensionKey, ModelLayout.DirectionKey, ModelLayout.BaseKey,
        ModelLayout.LayersKey,
    ];

    private static readonly FlowDirection[] Directions = Enum.GetValues<FlowDirection>();
    private static readonly string[] DirectionNames = Array.ConvertAll(Directions, ModelLayout.NameOf);
    private static readonly string[] BaseNames = [.. ModelLayout.Bases.Select(kind => kind.Name)];

    private readonly string[] _keys;
    private readonly string _format;

    /// <summary>For the metadata of a model.</summary>
    public ModelMetadata()
        : this(ModelLayout.Format)
    {
    }

    /// <summary>For the metadata of another format, which say the same of a flow, and more.</summary>
    /// <param name="format">The format's name.</param>
    /// <param name="moreKeys">The further keys, all of which there have to be.</param>
    protected ModelMetadata(string format, params string[] moreKeys)
    {
        _format = format;
        _keys = [.. ModelKeys, .. moreKeys];
    }

    /// <summary>D ≥ 1, however large; nothing may be allocated for it before the tensors were found to be as long.</summary>
    public int Dimension { get; private set; }

    public FlowDirection Direction { get; private set; }

    /// <summary>The base; a Student-t one has its degrees of freedom in a tensor.</summary>
    public BaseKind Base { get; private set; } = BaseKind.Gaussian;

    public LayerKind[] Layers { get; private set; } = [];

    /// <summary>What the metadata of a flow's file say, by key.</summary>
    public static IEnumerable<(string Key, string Text)> Texts(string format, FlowShape shape, FlowDirection direction) =>
    [
        (ModelLayout.FormatKey, format),
        (ModelLayout.VersionKey, ModelLayout.Version),
        (ModelLayout.DimensionKey, ModelLayout.Text(shape.Dimension)),
        (ModelLayout.DirectionKey, ModelLayout.NameOf(direction)),
        (ModelLayout.BaseKey, shape.Base.Name),
        (ModelLayout.LayersKey, string.Join(',', shape.Layers)),
    ];

    /// <summary>Finds and reads the metadata, wherever in the header they are.</summary>
    /// <param name="header">The header from its beginning; stands behind the metadata then.</param>
    /// <param name="headerLength">Its length in bytes, which bounds the number of layers.</param>
    /// <exception cref="FileFormatException">They are missing, or not those of a model.</exception>
    public void Read(ref TensorHeader header, long headerLength)
    {
        while (header.NextName())
        {
            if (header.TextIs(TensorHeader.MetadataKey))
            {
                ReadEntries(ref header, headerLength);
                return;
            }

            header.SkipValue();
        }

        throw Refuse($"is missing, so this is no {_format} file");
    }

    /// <summary>Whether a header of so many bytes can have the tensors of so many layers.</summary>
    protected virtual bool Fits(int layers, long headerLength) => ModelLayout.Fits(layers, headerLength);

    /// <summary>Reads the text of one of the further keys.</summary>
    protected virtual void ReadEntry(in TensorHeader header, string key) => throw new ArgumentOutOfRangeException(nameof(key));

    /// <summary>A refusal of the metadata.</summary>
    protected static FileFormatException Refuse(string reason, Exception? cause = null) =>
        TensorHeader.Refuse(TensorHeader.MetadataKey, reason, cause);

    private void ReadEntries(ref TensorHeader header, long headerLength)
    {
        int seen = 0;
        header.NextObject();
        while (header.NextName())
        {
            int key = header.IndexOfText(_keys);
            header.NextString();
            if (key >= 0)
            {
                if ((seen & (1 << key)) != 0)
                {
                    throw Refuse($"has '{_keys[key]}' twice");
                }

                seen |= 1 << key;
                ReadEntry(in header, _keys[key], headerLength);
            }
        }

        int missing = int.TrailingZeroCount(~seen);
        if (missing < _keys.Length)
        {
            throw Refuse($"has no '{_keys[missing]}'");
        }
    }

    private void ReadEntry(in TensorHeader header, string key, long headerLength)
    {
        switch (key)
        {
            case ModelLayout.FormatKey:
                FindWord(in header, key, [_format]);
                break;
            case ModelLayout.VersionKey:
                FindWord(in header, key, [ModelLayout.Version]);
                break;
            case ModelLayout.DirectionKey:
                Direction = Directions[FindWord(in header, key, DirectionNames)];
                break;
            case ModelLayout.BaseKey:
                Base = ModelLayout.Bases[FindWord(in header, key, BaseNames)];
                break;
            case ModelLayout.LayersKey:
                Layers = ReadLayers(header.Text, headerLength);
                break;
            case ModelLayout.DimensionKey:
                Dimension = ModelLayout.TryParse(header.Text, out int dimension) && dimension > 0 ? dimension
                    : throw Refuse($"dimension is '{TensorHeader.Show(header.Text)}': expected a whole number from 1 on");
                break;
            default:
                ReadEntry(in header, key);
                break;
        }
    }

    /// <summary>Which of some words the text of a key is.</summary>
    protected static int FindWord(in TensorHeader header, string key, ReadOnlySpan<string> words)
    {
        int found = header.IndexOfText(words);
        return found >= 0 ? found : throw Refuse(
            $"{key} is '{TensorHeader.Show(header.Text)}': expected {string.Join(" or ", words!)}");
    }

    private LayerKind[] ReadLayers(ReadOnlySpan<byte> text, long headerLength)
    {
        if (text.IsEmpty)
        {
            return [];
        }

        int count = text.Count((byte)',') + 1;
        if (count > FlowShape.MaximumLayers || !Fits(count, headerLength))
        {
            throw Refuse(count > FlowShape.MaximumLayers
                ? $"layers names {count} layers: expected at most {FlowShape.MaximumLayers}"
                : $"layers names {count} layers, more than there can be tensors for");
        }

        LayerKind[] layers = new LayerKind[count];
        int layer = 0;
        foreach (Range range in text.Split((byte)','))
        {
            layers[layer++] = KindOf(text[range]);
        }

        return layers;
    }

    private static LayerKind KindOf(ReadOnlySpan<byte> name)
    {
        foreach (LayerKind kind in LayerKind.All)
        {
            if (Ascii.Equals(name, kind.Name))
            {
                return kind;
            }
        }

        throw Refuse($"layers has '{TensorHeader.Show(name)}': expected {string.Join(" or ", LayerKind.All)}");
    }
}
