using System.Buffers.Binary;
using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>
/// Reads one model, taking nothing on trust: a length in the file decides about an allocation only after the file was found long
/// enough to hold what is announced.
/// </summary>
internal sealed class ModelReader(Stream stream)
{
    // The published format's own limit.
    private const long MostHeaderBytes = 100_000_000;

    private long _dataStart;
    private TensorHeader _header = null!;

    public FlowDistribution Read()
    {
        try
        {
            ReadHeader();
            CheckPlaces();
            int dimension = CheckMetadata(out FlowDirection direction);
            LayerKind[] layers = ReadLayers();
            List<ModelTensor> tensors = CheckTensors(dimension, layers);
            return ReadFlow(new FlowShape(dimension, layers), tensors, direction);
        }
        catch (EndOfStreamException exception)
        {
            throw new FileFormatException("the file became shorter while it was read", exception);
        }
    }

    private void ReadHeader()
    {
        if (!stream.CanSeek)
        {
            throw new FileFormatException("is no plain file: a model is read from a file, not from a pipe");
        }

        if (stream.Length < sizeof(ulong))
        {
            throw Refuse("header", $"the file has {stream.Length} bytes, too few for the header's length: truncated");
        }

        Span<byte> lengthBytes = stackalloc byte[sizeof(ulong)];
        stream.Position = 0;
        stream.ReadExactly(lengthBytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        long rest = stream.Length - sizeof(ulong);
        if (length > (ulong)Math.Min(rest, MostHeaderBytes))
        {
            throw Refuse("header", length > (ulong)rest
                ? $"announces {length} bytes, but the file has only {rest} more: truncated, or no safetensors file"
                : $"announces {length} bytes, more than the {MostHeaderBytes} that the format allows");
        }

        byte[] json = new byte[(int)length];
        stream.ReadExactly(json);
        _header = TensorHeader.Parse(json);
        _dataStart = stream.Position;
    }

    /// <summary>Every tensor has as many bytes as its shape and dtype need, and together they cover the data once, without a gap.</summary>
    private void CheckPlaces()
    {
        long length = stream.Length - _dataStart;
        if (length / sizeof(float) > Array.MaxLength)
        {
            throw Refuse("header", $"announces {length} bytes of tensors, more than this program can hold");
        }

        TensorEntry[] entries = [.. _header.Tensors.Values];
        Array.Sort(entries, (a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long end = 0;
        foreach (TensorEntry entry in entries)
        {
            if (entry.Begin != end)
            {
                throw Refuse(entry.Name, entry.Begin < end
                    ? $"begins at byte {entry.Begin} of the data, before the tensor ahead of it ends at {end}: overlapping"
                    : $"begins at byte {entry.Begin} of the data, but the tensor ahead of it ends at {end}: a gap");
            }

            if (entry.End > length)
            {
                throw Refuse(entry.Name, $"ends at byte {entry.End} of the data, but the file has only {length}: truncated");
            }

            if (Bytes(entry) is not long bytes || entry.End - entry.Begin != bytes)
            {
                throw Refuse(
                    entry.Name, $"has {entry.End - entry.Begin} bytes, which is not what shape {entry.ShapeText} of {entry.Type} takes");
            }

            end = entry.End;
        }

        if (end != length)
        {
            throw Refuse("header", $"its tensors end at byte {end} of the data, but the file has {length}: oversized");
        }
    }

    /// <summary>The bytes that the shape needs; null beyond the file's length.</summary>
    private long? Bytes(in TensorEntry entry)
    {
        long bytes = Width(entry);
        foreach (long axis in entry.Shape)
        {
            // Both factors were bounded by the file's length before they are multiplied.
            if (axis > stream.Length || (axis > 0 && bytes > stream.Length / axis))
            {
                return null;
            }

            bytes *= axis;
        }

        return bytes;
    }

    private static int Width(in TensorEntry entry) => entry.Type switch
    {
        "F32" => sizeof(float),
        "F64" => sizeof(double),
        _ => throw Refuse(entry.Name, $"has dtype '{TensorHeader.Show(entry.Type)}': expected F32 or F64"),
    };

    private int CheckMetadata(out FlowDirection direction)
    {
        RequireWord(ModelLayout.FormatKey, ModelLayout.Format);
        RequireWord(ModelLayout.VersionKey, ModelLayout.Version);
        RequireWord(ModelLayout.BaseKey, ModelLayout.Base);
        string directionName = _header.Metadata(ModelLayout.DirectionKey);
        direction = Array.Find(Enum.GetValues<FlowDirection>(), d => ModelLayout.NameOf(d) == directionName);
        RequireWord(ModelLayout.DirectionKey, ModelLayout.NameOf(direction));

        string text = _header.Metadata(ModelLayout.DimensionKey);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int dimension) && dimension > 0
            ? dimension
            : throw Refuse(TensorHeader.MetadataKey, $"dimension is '{TensorHeader.Show(text)}': expected a whole number from 1 on");
    }

    private void RequireWord(string key, string expected)
    {
        string found = _header.Metadata(key);
        if (found != expected)
        {
            throw Refuse(TensorHeader.MetadataKey, $"{key} is '{TensorHeader.Show(found)}': expected {expected}");
        }
    }

    private LayerKind[] ReadLayers()
    {
        string list = _header.Metadata(ModelLayout.LayersKey);
        if (list.AsSpan().Count(',') >= _header.Tensors.Count)
        {
            throw Refuse(TensorHeader.MetadataKey, "layers names more layers than there are tensors");
        }

        return list.Length == 0 ? [] : [.. list.Split(',').Select(Kind)];

        static LayerKind Kind(string name) => LayerKind.All.FirstOrDefault(kind => kind.Name == name)
            ?? throw Refuse(
                TensorHeader.MetadataKey, $"layers has '{TensorHeader.Show(name)}': expected {string.Join(" or ", LayerKind.All)}");
    }

    /// <summary>The tensors that are there: all that a model of these layers needs, and no other.</summary>
    private List<ModelTensor> CheckTensors(int dimension, LayerKind[] layers)
    {
        List<ModelTensor> tensors = [];
        foreach (ModelTensor tensor in ModelLayout.Tensors(dimension, layers))
        {
            if (_header.Tensors.TryGetValue(tensor.Name, out TensorEntry entry))
            {
                tensors.Add(entry.Shape is [long length] && length == tensor.Length
                    ? tensor
                    : throw Refuse(tensor.Name, $"has shape {entry.ShapeText}: expected [{tensor.Length}]"));
            }
            else if (!tensor.IsScale)
            {
                throw Refuse(tensor.Name, "is missing");
            }
        }

        if (tensors.Count != _header.Tensors.Count)
        {
            string unknown = _header.Tensors.Keys.Except(tensors.Select(tensor => tensor.Name)).First();
            throw Refuse(unknown, "is no tensor of a model with these layers");
        }

        return tensors;
    }

    private FlowDistribution ReadFlow(FlowShape shape, List<ModelTensor> tensors, FlowDirection direction)
    {
        double[] stored = new double[shape.ParameterCount];
        Dictionary<string, double> scales = [];
        Span<double> scale = stackalloc double[1];
        foreach (ModelTensor tensor in tensors)
        {
            if (tensor.IsScale)
            {
                ReadNumbers(tensor.Name, scale);
                scales.Add(tensor.Name, scale[0]);
            }
            else
            {
                ReadNumbers(tensor.Name, stored.AsSpan(tensor.First, tensor.Length));
            }
        }

        float[] rounded = Array.ConvertAll(stored, number => (float)number);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            LayerKind kind = shape.Layers[layer];
            string name = ModelLayout.LayerTensor(layer, "s");
            if (kind.Defect(shape.Dimension, rounded.AsSpan(shape.Layer(layer))) is string defect)
            {
                throw Refuse(name, $"the {kind} layer {defect}");
            }

            if (scales.TryGetValue(name, out double found))
            {
                // 2⁻²² of the magnitudes that s is the sum of are four roundings of it to float32.
                double s = kind.Scale(shape.Dimension, stored.AsSpan(shape.Layer(layer)), out double magnitude);
                if (Math.Abs(found - s) > Math.ScaleB(magnitude, -22))
                {
                    throw Refuse(name, string.Create(
                        CultureInfo.InvariantCulture, $"is {found:g9}, but the layer's parameters give {s:g9}: one of them is damaged"));
                }
            }
        }

        return new FlowDistribution(shape, rounded, direction);
    }

    private void ReadNumbers(string name, Span<double> numbers)
    {
        TensorEntry entry = _header.Tensors[name];
        int width = Width(entry);
        stream.Position = _dataStart + entry.Begin;
        Span<byte> bytes = stackalloc byte[512 * sizeof(double)];
        for (int done = 0; done < numbers.Length;)
        {
            int count = Math.Min(numbers.Length - done, bytes.Length / width);
            stream.ReadExactly(bytes[..(count * width)]);
            for (int i = 0; i < count; i++, done++)
            {
                ReadOnlySpan<byte> number = bytes[(i * width)..];
                numbers[done] = width == sizeof(float)
                    ? BinaryPrimitives.ReadSingleLittleEndian(number)
                    : BinaryPrimitives.ReadDoubleLittleEndian(number);
                if (!float.IsFinite((float)numbers[done]))
                {
                    throw Refuse(name, $"number {done} is not finite, or beyond float32");
                }
            }
        }
    }

    private static FileFormatException Refuse(string tensor, string reason) => new($"{TensorHeader.Show(tensor)}: {reason}");
}
