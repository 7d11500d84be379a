using System.Buffers.Binary;
using System.Text.Json;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>
/// Models as safetensors files: eight bytes of header length, a JSON header, raw little-endian tensors, so that any reader of that
/// format opens them. Layer I has the effective parameters <c>layers.I.w</c>, <c>.u</c>, <c>.b</c> (planar) or <c>.center</c>,
/// <c>.alpha</c>, <c>.beta</c> (radial), and <c>layers.I.s</c> as a check. The base has <c>base.mean</c> and <c>base.log_scale</c>
/// (gaussian), <c>base.center</c> and <c>base.log_half_width</c> (uniform), or <c>base.location</c>, <c>base.log_scale</c> and
/// <c>base.degrees_of_freedom</c> (student-t).
/// </summary>
public static class ModelFile
{
    /// <summary>Reads a model.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">It is not a sound model; the message names the file, the tensor and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static FlowDistribution Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(stream);
        }
        catch (FileFormatException exception)
        {
            throw new FileFormatException($"{path}: {exception.Message}", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(
                Directory.Exists(path) ? $"Cannot read '{path}': it is a folder." : $"Cannot read '{path}': permission denied.", exception);
        }
    }

    /// <summary>Reads a model from a stream that can seek, from its beginning to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="FileFormatException">It is not a sound model; the message names the tensor and the reason.</exception>
    public static FlowDistribution Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new ModelReader(stream).Read();
    }

    /// <summary>Writes a model in float32: a crash at any moment leaves the old file or the new one.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">It has more than <see cref="FlowShape.MaximumLayers"/> layers.</exception>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, FlowDistribution model) => AtomicFile.Write(path, stream => Write(stream, model));

    /// <summary>Writes a model to a stream.</summary>
    /// <inheritdoc cref="Write(string, FlowDistribution)"/>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="model">The model.</param>
    public static void Write(Stream stream, FlowDistribution model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        FlowShape shape = model.Shape;
        if (shape.LayerCount > FlowShape.MaximumLayers)
        {
            throw new ArgumentException(
                $"Has {shape.LayerCount} layers; a file can have at most {FlowShape.MaximumLayers}.", nameof(model));
        }

        ModelLayout layout = new(shape.Dimension, shape.Base, shape.Layers);
        stream.Write(Header(model, layout));
        byte[] buffer = [];
        int first = 0, layer = 0;
        for (int slot = 0; slot < layout.Slots; slot++)
        {
            int length = layout.LengthOf(slot), size = length * sizeof(float);
            buffer = buffer.Length < size ? new byte[size] : buffer;
            if (slot == ModelLayout.DegreesOfFreedom)
            {
                BinaryPrimitives.WriteSingleLittleEndian(buffer, shape.Base.DegreesOfFreedom ?? 0);
            }
            else if (ModelLayout.IsScale(slot))
            {
                BinaryPrimitives.WriteSingleLittleEndian(buffer, (float)model.Scale(layer++));
            }
            else
            {
                for (int i = 0; i < length; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(i * sizeof(float)), model.Parameters[first++]);
                }
            }

            stream.Write(buffer, 0, size);
        }
    }

    private static byte[] Header(FlowDistribution model, ModelLayout layout)
    {
        using MemoryStream header = new();
        header.Write(stackalloc byte[sizeof(ulong)]);
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            json.WriteStartObject(TensorHeader.MetadataKey);
            json.WriteString(ModelLayout.FormatKey, ModelLayout.Format);
            json.WriteString(ModelLayout.VersionKey, ModelLayout.Version);
            json.WriteString(ModelLayout.DimensionKey, ModelLayout.Text(model.Shape.Dimension));
            json.WriteString(ModelLayout.DirectionKey, ModelLayout.NameOf(model.Direction));
            json.WriteString(ModelLayout.BaseKey, model.Shape.Base.Name);
            json.WriteString(ModelLayout.LayersKey, string.Join(',', model.Shape.Layers));
            json.WriteEndObject();
            long begin = 0;
            for (int slot = 0; slot < layout.Slots; slot++)
            {
                int length = layout.LengthOf(slot);
                if (length == 0)
                {
                    continue;
                }

                long end = begin + (length * (long)sizeof(float));
                json.WriteStartObject(layout.NameOf(slot));
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(begin);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                begin = end;
            }

            json.WriteEndObject();
        }

        // Spaces pad the header so that the tensors are aligned.
        while (header.Length % sizeof(ulong) != 0)
        {
            header.WriteByte((byte)' ');
        }

        byte[] bytes = header.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)bytes.Length - sizeof(ulong));
        return bytes;
    }
}
