using System.Buffers.Binary;
using System.Text.Json;

namespace RealtimeFlow.Tests.Files;

/// <summary>Reads any safetensors file of F32 and F64 tensors, as the format was published, knowing nothing of models.</summary>
internal static class PlainSafetensors
{
    /// <summary>A file of F32 tensors alone.</summary>
    public static (Dictionary<string, string> Metadata, Dictionary<string, float[]> Tensors) Read(byte[] file)
    {
        (Dictionary<string, string> metadata, Dictionary<string, double[]> tensors) = Read(file, "F32");
        return (metadata, tensors.ToDictionary(tensor => tensor.Key, tensor => Array.ConvertAll(tensor.Value, number => (float)number)));
    }

    /// <summary>A file of tensors of both types.</summary>
    public static (Dictionary<string, string> Metadata, Dictionary<string, double[]> Tensors) ReadDoubles(byte[] file) => Read(file, "F32", "F64");

    private static (Dictionary<string, string> Metadata, Dictionary<string, double[]> Tensors) Read(byte[] file, params string[] types)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal((byte)'{', file[8]);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        Dictionary<string, string> metadata = [];
        Dictionary<string, double[]> tensors = [];
        int end = 0;
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                metadata = entry.Value.EnumerateObject().ToDictionary(word => word.Name, word => word.Value.GetString()!);
                continue;
            }

            string type = entry.Value.GetProperty("dtype").GetString()!;
            Assert.Contains(type, types);
            int size = type == "F32" ? 4 : 8;
            int[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            int count = entry.Value.GetProperty("shape").EnumerateArray().Aggregate(1, (product, axis) => product * axis.GetInt32());
            Assert.Equal([end, end + (size * count)], offsets);
            ReadOnlyMemory<byte> bytes = file.AsMemory(8 + length + offsets[0]);
            tensors.Add(entry.Name, [.. Enumerable.Range(0, count).Select(i => size == 4
                ? BinaryPrimitives.ReadSingleLittleEndian(bytes.Span[(4 * i)..])
                : BinaryPrimitives.ReadDoubleLittleEndian(bytes.Span[(8 * i)..]))]);
            end = offsets[1];
        }

        Assert.Equal(file.Length, 8 + length + end);
        return (metadata, tensors);
    }
}
