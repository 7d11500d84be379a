using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>
/// Reads one model, taking nothing on trust. What it allocates before the model itself is no more than the file's length and 1 MiB,
/// whatever the file: the header passes through a buffer twice. Its metadata tell which tensors there have to be; then each of its
/// entries finds its slot among them, in arrays whose lengths the header's own length justifies.
/// </summary>
internal sealed class ModelReader(Stream stream)
{
    // The published format's own limit.
    private const long MostHeaderBytes = 100_000_000;

    private long _headerLength;
    private ModelMetadata _metadata = null!;
    private ModelLayout _layout = null!;

    // By slot: where the tensor begins in the data, and the bytes of each of its numbers; 0 if the file does not have it.
    private long[] _begins = [];
    private byte[] _widths = [];

    private long DataStart => TensorHeader.Start + _headerLength;

    public FlowDistribution Read()
    {
        try
        {
            ReadLength();
            ReadHeader();
            CheckPlaces();
            return ReadFlow();
        }
        catch (EndOfStreamException exception)
        {
            throw new FileFormatException("the file became shorter while it was read", exception);
        }
    }

    private void ReadLength()
    {
        if (!stream.CanSeek)
        {
            throw new FileFormatException("is no plain file: a model is read from a file, not from a pipe");
        }

        if (stream.Length < TensorHeader.Start)
        {
            throw Refuse("header", $"the file has {stream.Length} bytes, too few for the header's length: truncated");
        }

        Span<byte> bytes = stackalloc byte[TensorHeader.Start];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        long rest = stream.Length - TensorHeader.Start;
        if (length > (ulong)Math.Min(rest, MostHeaderBytes))
        {
            throw Refuse("header", length > (ulong)rest
                ? $"announces {length} bytes, but the file has only {rest} more: truncated, or no safetensors file"
                : $"announces {length} bytes, more than the {MostHeaderBytes} that the format allows");
        }

        _headerLength = (long)length;
        if ((rest - _headerLength) / sizeof(float) >= Array.MaxLength)
        {
            throw Refuse("header", $"announces {rest - _headerLength} bytes of tensors, more than this program can hold");
        }
    }

    private void ReadHeader()
    {
        byte[] buffer = new byte[Math.Min(_headerLength, TensorHeader.MostText)];
        Span<byte> scratch = stackalloc byte[1024];
        TensorHeader header = new(stream, _headerLength, buffer, scratch);
        try
        {
            _metadata = ModelMetadata.Read(ref header, _headerLength);
            header = new TensorHeader(stream, _headerLength, buffer, scratch);
            ReadTensors(ref header);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is the reader's word for an escape that is no character.
            throw new FileFormatException($"header: is not the JSON of a safetensors file, near byte {header.Place}", exception);
        }
    }

    /// <summary>Every entry has a slot, and every slot has an entry or belongs to an s.</summary>
    private void ReadTensors(ref TensorHeader header)
    {
        _layout = new ModelLayout(_metadata.Dimension, _metadata.Base, _metadata.Layers);
        _begins = new long[_layout.Slots];
        _widths = new byte[_layout.Slots];
        long dataLength = stream.Length - DataStart;
        bool metadata = false;
        while (header.NextName())
        {
            if (header.TextIs(TensorHeader.MetadataKey))
            {
                if (metadata)
                {
                    throw Refuse(TensorHeader.MetadataKey, "is there twice");
                }

                metadata = true;
                header.SkipValue();
                continue;
            }

            int slot = _layout.Find(header.Text);
            if (slot < 0 || _widths[slot] > 0)
            {
                throw Refuse(TensorHeader.Show(header.Text), slot < 0
                    ? $"is no tensor of a model with a {_metadata.Base} base and these layers" : "is there twice");
            }

            TensorEntry entry = header.ReadTensor(_layout, slot);
            if (entry.End > dataLength)
            {
                throw Refuse(
                    _layout.NameOf(slot), $"ends at byte {entry.End} of the data, but the file has only {dataLength}: truncated");
            }

            _begins[slot] = entry.Begin;
            _widths[slot] = (byte)entry.Bytes;
        }

        header.ExpectEnd();
        for (int slot = 0; slot < _widths.Length; slot++)
        {
            if (_widths[slot] == 0 && _layout.LengthOf(slot) > 0 && !ModelLayout.IsScale(slot))
            {
                throw Refuse(_layout.NameOf(slot), "is missing");
            }
        }
    }

    /// <summary>Together the tensors cover the data once, without a gap.</summary>
    private void CheckPlaces()
    {
        int count = _widths.Length - _widths.AsSpan().Count((byte)0);
        long[] begins = new long[count];
        int[] slots = new int[count];
        for (int slot = 0, i = 0; slot < _widths.Length; slot++)
        {
            if (_widths[slot] > 0)
            {
                begins[i] = _begins[slot];
                slots[i++] = slot;
            }
        }

        Array.Sort(begins, slots);
        long end = 0;
        for (int i = 0; i < count; i++)
        {
            if (begins[i] != end)
            {
                throw Refuse(_layout.NameOf(slots[i]), begins[i] < end
                    ? $"begins at byte {begins[i]} of the data, before the tensor ahead of it ends at {end}: overlapping"
                    : $"begins at byte {begins[i]} of the data, but the tensor ahead of it ends at {end}: a gap");
            }

            end += (long)_layout.LengthOf(slots[i]) * _widths[slots[i]];
        }

        if (end != stream.Length - DataStart)
        {
            throw Refuse(
                "header", $"its tensors end at byte {end} of the data, but the file has {stream.Length - DataStart}: oversized");
        }
    }

    private FlowDistribution ReadFlow()
    {
        BaseKind kind = _metadata.Base.DegreesOfFreedom == null ? _metadata.Base : ReadStudentT();
        FlowShape shape = new(_metadata.Dimension, kind, _metadata.Layers);

        // The block is first where the numbers of one layer after another lie as the file has them, in float64.
        int layerNumbers = shape.Layers.Select(layer => layer.ParameterCount(shape.Dimension)).DefaultIfEmpty().Max();
        float[] memory = new float[Math.Max(shape.ParameterCount, 2 * layerNumbers)];
        CheckScales(shape, MemoryMarshal.Cast<float, double>(memory.AsSpan()));

        Span<float> parameters = memory.AsSpan(0, shape.ParameterCount);
        ReadNumbers(ModelLayout.Location, parameters[shape.Location]);
        ReadNumbers(ModelLayout.LogScale, parameters[shape.LogScale]);
        CheckLogScale(parameters[shape.LogScale]);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<float> numbers = parameters[shape.Layer(layer)];
            ReadLayer(layer, numbers);
            if (shape.Layers[layer].Defect(shape.Dimension, numbers) is string defect)
            {
                throw Refuse(_layout.NameOf(ModelLayout.Scale(layer)), $"the {shape.Layers[layer]} layer {defect}");
            }
        }

        return new FlowDistribution(shape, parameters, _metadata.Direction);
    }

    private void CheckLogScale(ReadOnlySpan<float> logScale)
    {
        for (int i = 0; i < logScale.Length; i++)
        {
            if (!BaseDistribution.IsLogScale(logScale[i]))
            {
                throw Refuse(_layout.NameOf(ModelLayout.LogScale), string.Create(
                    CultureInfo.InvariantCulture, $"number {i} is {logScale[i]:g6}, whose exponential is no normal float32"));
            }
        }
    }

    private BaseKind ReadStudentT()
    {
        Span<float> degrees = stackalloc float[1];
        ReadNumbers(ModelLayout.DegreesOfFreedom, degrees);
        try
        {
            return BaseKind.StudentT(degrees[0]);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new FileFormatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_layout.NameOf(ModelLayout.DegreesOfFreedom)}: is {degrees[0]:g9}: expected from 1 to 1e6"),
                exception);
        }
    }

    /// <summary>Each s that is stored is that of the numbers as they are stored, before they are rounded to float32.</summary>
    private void CheckScales(FlowShape shape, Span<double> memory)
    {
        Span<double> stored = stackalloc double[1];
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            int slot = ModelLayout.Scale(layer);
            if (_widths[slot] == 0)
            {
                continue;
            }

            Span<double> numbers = memory[..shape.Layers[layer].ParameterCount(shape.Dimension)];
            ReadLayer(layer, numbers);
            ReadNumbers(slot, stored);

            // 2⁻²² of the magnitudes that s is the sum of are four roundings of it to float32.
            double s = shape.Layers[layer].Scale(shape.Dimension, numbers, out double magnitude);
            if (Math.Abs(stored[0] - s) > Math.ScaleB(magnitude, -22))
            {
                throw Refuse(_layout.NameOf(slot), string.Create(
                    CultureInfo.InvariantCulture, $"is {stored[0]:g9}, but the layer's parameters give {s:g9}: one of them is damaged"));
            }
        }
    }

    private void ReadLayer<T>(int layer, Span<T> numbers)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        for (int slot = ModelLayout.Parameters(layer); !numbers.IsEmpty; slot++)
        {
            int length = _layout.LengthOf(slot);
            ReadNumbers(slot, numbers[..length]);
            numbers = numbers[length..];
        }
    }

    private void ReadNumbers<T>(int slot, Span<T> numbers)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int width = _widths[slot];
        stream.Position = DataStart + _begins[slot];
        Span<byte> bytes = stackalloc byte[512 * sizeof(double)];
        for (int done = 0; done < numbers.Length;)
        {
            int count = Math.Min(numbers.Length - done, bytes.Length / width);
            stream.ReadExactly(bytes[..(count * width)]);
            for (int i = 0; i < count; i++, done++)
            {
                ReadOnlySpan<byte> number = bytes[(i * width)..];
                double value = width == sizeof(float)
                    ? BinaryPrimitives.ReadSingleLittleEndian(number)
                    : BinaryPrimitives.ReadDoubleLittleEndian(number);
                if (!float.IsFinite((float)value))
                {
                    throw Refuse(_layout.NameOf(slot), $"number {done} is not finite, or beyond float32");
                }

                numbers[done] = T.CreateTruncating(value);
            }
        }
    }

    private static FileFormatException Refuse(string part, string reason) => TensorHeader.Refuse(part, reason);
}
