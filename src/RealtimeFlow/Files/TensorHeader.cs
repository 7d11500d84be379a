using System.Globalization;
using System.Text.Json;

namespace RealtimeFlow.Files;

/// <summary>One tensor as a safetensors header announces it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its dtype.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal readonly record struct TensorEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    /// <summary>The shape as the file spells it.</summary>
    public string ShapeText =>
        $"[{string.Join(", ", Shape.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]";
}

/// <summary>
/// The JSON header of a safetensors file, as hostile input: every structure that the format allows is read, everything else is
/// refused, and what is kept is no larger than the header's own text warrants.
/// </summary>
internal sealed class TensorHeader
{
    /// <summary>The entry that is no tensor.</summary>
    public const string MetadataKey = "__metadata__";

    // More axes than any tensor of a model has.
    private const int MostCounts = 8;

    private readonly Dictionary<string, string> _metadata = [];
    private readonly Dictionary<string, TensorEntry> _tensors = [];

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    /// <summary>Reads a header.</summary>
    /// <param name="json">The header's bytes, padding included.</param>
    /// <exception cref="FileFormatException">It is not the header of a safetensors file.</exception>
    public static TensorHeader Parse(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw new FileFormatException("header: does not begin with '{'");
        }

        TensorHeader header = new();
        Utf8JsonReader reader = new(json);
        try
        {
            header.Read(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is the reader's word for text that is not UTF-8 or an escape that is no character.
            throw new FileFormatException($"header: is not the JSON of a safetensors file, near byte {8 + reader.TokenStartIndex}", exception);
        }

        return header;
    }

    /// <summary>An entry of the metadata.</summary>
    /// <exception cref="FileFormatException">It is missing.</exception>
    public string Metadata(string key) => _metadata.TryGetValue(key, out string? value)
        ? value
        : throw new FileFormatException($"{MetadataKey}: has no '{key}'");

    /// <summary>A name from the file, safe to show on one line.</summary>
    public static string Show(string name)
    {
        const int most = 60;
        string cut = name.Length <= most ? name : string.Concat(name.AsSpan(0, most), "…");
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '?' : c));
    }

    private void Read(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        bool metadata = false;
        while (NextProperty(ref reader) is string name)
        {
            if (name == MetadataKey)
            {
                Require(!metadata, $"{MetadataKey}: is there twice");
                metadata = true;
                ReadMetadata(ref reader);
            }
            else
            {
                Require(!_tensors.ContainsKey(name), $"{Show(name)}: is there twice");
                _tensors.Add(name, ReadTensor(ref reader, name));
            }
        }

        // Spaces may pad the header; anything else after the object makes this throw.
        Require(!reader.Read(), "header: goes on after its object");
        Require(metadata, $"{MetadataKey}: is missing, so this is not a model of realtimeflow");
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader) is string key)
        {
            Expect(ref reader, JsonTokenType.String);
            Require(_metadata.TryAdd(key, reader.GetString()!), $"{MetadataKey}: has '{Show(key)}' twice");
        }
    }

    private static TensorEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader) is string key)
        {
            switch (key)
            {
                case "dtype" when type == null:
                    Expect(ref reader, JsonTokenType.String);
                    type = reader.GetString();
                    break;
                case "shape" when shape == null:
                    shape = ReadCounts(ref reader, name, key);
                    break;
                case "data_offsets" when offsets == null:
                    offsets = ReadCounts(ref reader, name, key);
                    break;
                default:
                    throw new FileFormatException($"{Show(name)}: has a second or unknown entry '{Show(key)}'");
            }
        }

        Require(
            type != null && shape != null && offsets is { Count: 2 },
            $"{Show(name)}: needs dtype, shape and two data_offsets");
        return new TensorEntry(name, type!, [.. shape!], offsets![0], offsets[1]);
    }

    private static List<long> ReadCounts(ref Utf8JsonReader reader, string name, string key)
    {
        List<long> counts = [];
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number
                || !reader.TryGetInt64(out long count)
                || count < 0
                || counts.Count == MostCounts)
            {
                throw new FileFormatException($"{Show(name)}: {key} is not a list of at most {MostCounts} whole numbers of at least 0");
            }

            counts.Add(count);
        }

        return counts;
    }

    private static string? NextProperty(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new JsonException();
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new FileFormatException(message);
        }
    }
}
