using System.Buffers.Binary;
using System.Text.Json;
using RealtimeFlow.Density;

namespace RealtimeFlow.Files;

/// <summary>
/// Models as safetensors files: eight bytes of header length, a JSON header, raw little-endian tensors, so that any reader of that
/// format opens them. Layer I has the effective parameters <c>layers.I.w</c>, <c>.u</c>, <c>.b</c> (planar) or <c>.center</c>,
/// <c>.alpha</c>, <c>.beta</c> (radial), and <c>layers.I.s</c> as a check; the base has <c>base.mean</c> and <c>base.log_scale</c>.
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
        List<ModelTensor> tensors = [.. ModelLayout.Tensors(model.Shape.Dimension, model.Shape.Layers)];
        stream.Write(Header(model, tensors));

        byte[] buffer = [];
        int layer = 0;
        foreach (ModelTensor tensor in tensors)
        {
            int size = tensor.Length * sizeof(float);
            buffer = buffer.Length < size ? new byte[size] : buffer;
            for (int i = 0; i < tensor.Length; i++)
            {
                float value = tensor.IsScale ? (float)model.Scale(layer++) : model.Parameters[tensor.First + i];
                BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(i * sizeof(float)), value);
            }

            stream.Write(buffer, 0, size);
        }
    }

    private static byte[] Header(FlowDistribution model, List<ModelTensor> tensors)
    {
        using MemoryStream header = new();
        header.Write(stackalloc byte[sizeof(ulong)]);
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            json.WriteStartObject(TensorHeader.MetadataKey);
            json.WriteString(ModelLayout.FormatKey, ModelLayout.Format);
            json.WriteString(ModelLayout.VersionKey, ModelLayout.Version);
            json.WriteString(ModelLayout.DimensionKey, ModelLayout.Invariant(model.Shape.Dimension));
            json.WriteString(ModelLayout.DirectionKey, ModelLayout.NameOf(model.Direction));
            json.WriteString(ModelLayout.BaseKey, ModelLayout.Base);
            json.WriteString(ModelLayout.LayersKey, string.Join(',', model.Shape.Layers));
            json.WriteEndObject();
            long begin = 0;
            foreach (ModelTensor tensor in tensors)
            {
                long end = begin + (tensor.Length * (long)sizeof(float));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                json.WriteNumberValue(tensor.Length);
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
