using System.Globalization;
using System.Text;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>
/// Which tensors the file of a model has. Each has a slot: the base's location, log-scale and degrees of freedom, then for each layer
/// its parameters and s. Slots are in the order of the block of parameters; one that a model has no tensor for has length 0.
/// </summary>
internal sealed class ModelLayout : TensorLayout
{
    public const string FormatKey = "format", Format = "realtimeflow";
    public const string VersionKey = "version", Version = "1";
    public const string BaseKey = "base";
    public const string DimensionKey = "dimension";
    public const string DirectionKey = "direction";
    public const string LayersKey = "layers";

    /// <summary>The slots of the base.</summary>
    public const int Location = 0, LogScale = 1, DegreesOfFreedom = 2;

    private const int BaseSlots = 3;

    // The text of the shortest entry that a layer's tensor can have in a header.
    private static readonly int LeastEntry = "'layers.0.w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}".Length;

    private static readonly int LeastTensors = LayerKind.All.Min(kind => kind.Tensors(1).Length);

    // As many slots for every layer as the kind with the most tensors needs.
    private static readonly int LayerSlots = LayerKind.All.Max(kind => kind.Tensors(1).Length) + 1;

    private readonly (string Name, int Length)[] _base;
    private readonly Dictionary<LayerKind, (string Name, int Length)[]> _layerTensors;
    private readonly IReadOnlyList<LayerKind> _layers;

    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="base">The kind of the base; of a Student-t base the degrees of freedom do not matter.</param>
    /// <param name="layers">The kinds in order.</param>
    public ModelLayout(int dimension, BaseKind @base, IReadOnlyList<LayerKind> layers)
    {
        Base = @base;
        _base =
        [
            (@base.LocationName, dimension),
            (@base.ScaleName, dimension),
            ("degrees_of_freedom", @base.DegreesOfFreedom == null ? 0 : 1),
        ];
        _layers = layers;
        _layerTensors = LayerKind.All.ToDictionary(kind => kind, kind => kind.Tensors(dimension));
    }

    /// <summary>The bases that a file can name. The degrees of freedom of a Student-t base stand in a tensor of their own.</summary>
    public static IReadOnlyList<BaseKind> Bases { get; } = [BaseKind.Gaussian, BaseKind.Uniform, BaseKind.StudentT(1)];

    /// <summary>The kind of the base.</summary>
    public BaseKind Base { get; }

    /// <inheritdoc/>
    public override string Description => $"a model with a {Base} base and these layers";

    /// <inheritdoc/>
    public override bool Converts => true;

    /// <inheritdoc/>
    public override int Slots => BaseSlots + (_layers.Count * LayerSlots);

    /// <summary>The slot of a layer's first parameter; the others follow.</summary>
    public static int Parameters(int layer) => BaseSlots + (layer * LayerSlots);

    /// <summary>The slot of a layer's s, which follows from its parameters: written always, optional in a file that is read.</summary>
    public static int Scale(int layer) => Parameters(layer + 1) - 1;

    /// <summary>Whether a slot is that of a layer's s.</summary>
    public static bool IsScale(int slot) => slot >= BaseSlots && (slot - BaseSlots + 1) % LayerSlots == 0;

    /// <summary>Whether a header of so many bytes can have the tensors of so many layers.</summary>
    public static bool Fits(int layers, long headerBytes) => (long)layers * LeastTensors * LeastEntry <= headerBytes;

    /// <inheritdoc/>
    public override int Find(ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("base."u8))
        {
            return Find(name[5..], _base, 0);
        }

        if (!name.StartsWith("layers."u8))
        {
            return -1;
        }

        name = name[7..];
        int dot = name.IndexOf((byte)'.');
        if (dot < 0 || !TryParse(name[..dot], out int layer) || layer >= _layers.Count)
        {
            return -1;
        }

        name = name[(dot + 1)..];
        return name.SequenceEqual("s"u8) ? Scale(layer) : Find(name, _layerTensors[_layers[layer]], Parameters(layer));
    }

    /// <inheritdoc/>
    public override string NameOf(int slot) => slot < BaseSlots
        ? $"base.{_base[slot].Name}"
        : $"layers.{Text((slot - BaseSlots) / LayerSlots)}.{Tensor(slot).Name}";

    /// <inheritdoc/>
    public override int LengthOf(int slot) => slot < BaseSlots ? _base[slot].Length : Tensor(slot).Length;

    /// <inheritdoc/>
    public override int BytesOf(int slot) => sizeof(float);

    /// <inheritdoc/>
    public override bool IsOptional(int slot) => IsScale(slot);

    /// <summary>How the metadata spells a direction.</summary>
    public static string NameOf(FlowDirection direction) => direction == FlowDirection.Generative ? "generative" : "normalizing";

    /// <summary>A whole number in digits.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Text"/> writes of a number of at least 0, and no other spelling.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="number">The number.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out int number) =>

        // The library's parser takes leading zeros, and trailing zero bytes, for part of a number.
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
        && (text[0] != (byte)'0' || text.Length == 1);

    private static int Find(ReadOnlySpan<byte> name, (string Name, int Length)[] tensors, int firstSlot)
    {
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Length > 0 && Ascii.Equals(name, tensors[i].Name))
            {
                return firstSlot + i;
            }
        }

        return -1;
    }

    private (string Name, int Length) Tensor(int slot)
    {
        (int layer, int part) = Math.DivRem(slot - BaseSlots, LayerSlots);
        (string Name, int Length)[] tensors = _layerTensors[_layers[layer]];
        return part == LayerSlots - 1 ? ("s", 1) : part < tensors.Length ? tensors[part] : ("", 0);
    }
}
