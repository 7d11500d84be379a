using System.Buffers.Binary;
using System.Text.Json;

namespace RealtimeFlow.Tests.Files;

/// <summary>Reads any safetensors file of F32 tensors, as the format was published, knowing nothing of models.</summary>
internal static class PlainSafetensors
{
    public static (Dictionary<string, string> Metadata, Dictionary<string, float[]> Tensors) Read(byte[] file)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal((byte)'{', file[8]);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        Dictionary<string, string> metadata = [];
        Dictionary<string, float[]> tensors = [];
        int end = 0;
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                metadata = entry.Value.EnumerateObject().ToDictionary(word => word.Name, word => word.Value.GetString()!);
                continue;
            }

            Assert.Equal("F32", entry.Value.GetProperty("dtype").GetString());
            int[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            int count = entry.Value.GetProperty("shape").EnumerateArray().Aggregate(1, (product, axis) => product * axis.GetInt32());
            Assert.Equal([end, end + (4 * count)], offsets);
            tensors.Add(entry.Name, [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(8 + length + offsets[0] + (4 * i))))]);
            end = offsets[1];
        }

        Assert.Equal(file.Length, 8 + length + end);
        return (metadata, tensors);
    }
}
