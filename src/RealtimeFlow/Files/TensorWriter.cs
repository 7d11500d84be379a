using System.Buffers.Binary;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RealtimeFlow.Files;

/// <summary>Writes a safetensors file: the header, then the numbers of one slot after another.</summary>
/// <param name="stream">Receives the bytes.</param>
internal sealed class TensorWriter(Stream stream)
{
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the header.</summary>
    /// <param name="layout">The tensors, in the order in which their numbers will follow.</param>
    /// <param name="metadata">Keys and texts.</param>
    public void WriteHeader(TensorLayout layout, IEnumerable<(string Key, string Text)> metadata)
    {
        using MemoryStream header = new();
        header.Write(stackalloc byte[sizeof(ulong)]);
        using (Utf8JsonWriter json = new(header, HeaderOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject(TensorHeader.MetadataKey);
            foreach ((string key, string text) in metadata)
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
            long begin = 0;
            for (int slot = 0; slot < layout.Slots; slot++)
            {
                int length = layout.LengthOf(slot);
                if (length == 0)
                {
                    continue;
                }

                long end = begin + (length * (long)layout.BytesOf(slot));
                json.WriteStartObject(layout.NameOf(slot));
                json.WriteString("dtype", TensorLayout.TypeName(layout.BytesOf(slot)));
                json.WriteStartArray("shape");
                if (layout.ColumnsOf(slot) is int columns and > 0)
                {
                    json.WriteNumberValue(length / columns);
                    json.WriteNumberValue(columns);
                }
                else
                {
                    json.WriteNumberValue(length);
                }

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
        stream.Write(bytes);
    }

    /// <summary>Writes numbers, float32 or float64.</summary>
    public void Write<T>(ReadOnlySpan<T> numbers)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (T number in numbers)
        {
            int size = sizeof(double);
            if (typeof(T) == typeof(float))
            {
                size = sizeof(float);
                BinaryPrimitives.WriteSingleLittleEndian(bytes, float.CreateTruncating(number));
            }
            else
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, double.CreateTruncating(number));
            }

            stream.Write(bytes[..size]);
        }
    }
}
