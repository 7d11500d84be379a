using System.Globalization;
using System.Text;
using RealtimeFlow.Density;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Tests.Files;

/// <summary>Whatever a file holds, refusing it allocates no more than its length and 1 MiB; a sound one takes that and its model.</summary>
public sealed class ModelMemoryTests
{
    private const int Slack = 1 << 20;

    private static readonly Dictionary<string, (Func<byte[]> File, string Reason)> Hostile = new()
    {
        ["200,000 tiny tensors"] = (() => WithEntries(Numbered(200_000, i => $$"""
            "t{{i}}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}
            """)), "t0: is no tensor"),
        ["200,000 entries that are no tensors"] = (() => WithEntries(Numbered(200_000, i => $"\"{i}\":0")), "0: is no tensor"),
        ["a name of a million characters"] = (() => WithEntries($"\"{new string('n', 1_000_000)}\":0"), "header: a text of more than 786432 bytes"),
        ["a name of 700,000 characters"] = (() => WithEntries($"\"{new string('n', 700_000)}\":0"), "nnn…: is no tensor"),
        ["a name of 100,000 escapes"] = (() => WithEntries($"\"{Repeated("\\u00e9", 100_000)}\":0"), ": is no tensor"),
        ["a dtype of 700,000 characters"] = (() => WithEntries($$"""
            "base.mean":{"dtype":"{{new string('F', 700_000)}}"}
            """), "base.mean: has dtype 'FFF"),
        ["a shape of 500,000 axes"] = (() => WithEntries($$"""
            "base.mean":{"shape":[1{{Repeated(",1", 500_000)}}]}
            """), "base.mean: shape is not a list"),
        ["a number of a million digits"] = (() => WithEntries($$"""
            "base.mean":{"shape":[{{new string('1', 1_000_000)}}]}
            """), "another piece of more than 4096"),
        ["a misspelt literal after wide spaces"] = (() => Before($"\"x\":[1,{new string(' ', 380_000)}t{new string('X', 380_000)}"), "another piece of more than 4096"),
        ["a misspelt literal after a long text"] = (() => Before($"\"x\":[\"{new string('y', 380_000)}\",t{new string('X', 380_000)}"), "header: is not the JSON"),
        ["200,000 levels"] = (() => Before($"\"x\":{new string('[', 200_000)}"), "header: is not the JSON"),
        ["a million entries of metadata"] = (() => WithMetadata("planar", Repeated(",\"k\":\"v\"", 1_000_000)), "base.mean: is missing"),
        ["a layers list of 7 MB"] = (() => WithMetadata("planar" + Repeated(",planar", 1_000_000)), "header: a text of more than 786432 bytes"),
        ["a layers list of 700 kB"] = (() => WithMetadata("planar" + Repeated(",planar", 99_999)), "layers names 100000 layers, more than there can be tensors for"),
        ["a layers list of 700 kB, and as many entries"] = (
            () => WithMetadata("planar" + Repeated(",planar", 99_999), "", Numbered(600_000, i => $"\"{i}\":0000000000000000000000")),
            "0: is no tensor"),
        ["a layers list of commas"] = (() => WithMetadata(Repeated(",", 700_000)), "layers names 700001 layers: expected at most 100000"),
        ["10 MB of padding and one byte"] = (() => WithEntries($"\"x\":0}}{new string(' ', 10_000_000)}x{{"), "x: is no tensor"),
        ["20,000 layers, the last without beta"] = (
            () => Edited(Written(20_000, 1), header => header.Replace("layers.19999.beta", "layers.29999.beta", StringComparison.Ordinal)),
            "layers.29999.beta: is no tensor"),
        ["20,000 layers, the last overlapping"] = (
            () => Edited(Written(20_000, 1), header => header.Replace("[320004,320008]", "[320000,320004]", StringComparison.Ordinal)),
            "begins at byte 320000 of the data, before the tensor ahead of it ends at 320004: overlapping"),
        ["20,000 layers, the last s damaged"] = (() => Damaged(Written(20_000, 1)), "layers.19999.s: is "),
        ["a million dimensions, s damaged"] = (() => Damaged(Written(1, 1_000_000)), "layers.0.s: is "),
        ["a million dimensions in both dtypes, s damaged"] = (() => Mixed(1_000_000), "layers.0.s: is 9"),
    };

    public static TheoryData<string> HostileNames => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void Refusing_a_file_takes_no_more_than_its_length_and_1_MiB(string name)
    {
        (Func<byte[]> build, string reason) = Hostile[name];
        byte[] file = build();
        (object outcome, long allocated) = Read(file);

        Assert.Contains(reason, Assert.IsType<FileFormatException>(outcome).Message, StringComparison.Ordinal);
        Assert.True(allocated <= file.Length + Slack, $"{allocated} bytes for a file of {file.Length}");
    }

    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(100_000, 2)]
    [InlineData(1000, 1000)]
    [InlineData(1, 1_000_000)]
    [InlineData(0, 1_000_000)]
    public void Reading_a_model_takes_no_more_than_the_length_of_its_file_and_1_MiB_and_the_model(int layers, int dimension)
    {
        byte[] file = Written(layers, dimension);
        (object outcome, long allocated) = Read(file);
        FlowDistribution model = Assert.IsType<FlowDistribution>(outcome);
        long before = GC.GetAllocatedBytesForCurrentThread();
        FlowDistribution again = new(model.Shape, model.Parameters, model.Direction);
        long own = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{layers} layers in {dimension} dimensions: file {file.Length:n0}, reading {allocated:n0}, of which the model {own:n0} bytes");

        Assert.Equal(layers, again.Shape.LayerCount);
        Assert.True(allocated - own <= file.Length + Slack, $"{allocated} bytes, the model's {own} included, for a file of {file.Length}");
    }

    [Fact]
    public void More_layers_than_can_be_read_are_not_written()
    {
        FlowShape shape = new(1, [.. Enumerable.Repeat(LayerKind.Radial, FlowShape.MaximumLayers + 1)]);
        float[] parameters = [0, 0, .. Enumerable.Repeat<float[]>([0, 1, 1], shape.LayerCount).SelectMany(layer => layer)];
        FlowDistribution model = new(shape, parameters);

        Assert.Contains("at most 100000", Assert.Throws<ArgumentException>(() => ModelFile.Write(Stream.Null, model)).Message, StringComparison.Ordinal);
    }

    internal static (object Outcome, long Allocated) Read(byte[] file)
    {
        // Once before, so that what the runtime makes for its own use is not counted.
        Outcome(new MemoryStream(ModelBytes.Sound().Build()));
        Outcome(new MemoryStream([0]));
        MemoryStream stream = new(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        object outcome = Outcome(stream);
        return (outcome, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static object Outcome(Stream stream)
    {
        try
        {
            return ModelFile.Read(stream);
        }
        catch (FileFormatException refusal)
        {
            return refusal;
        }
    }

    private static byte[] WithEntries(string entries) => WithMetadata("planar", "", entries);

    private static byte[] WithMetadata(string layers, string more = "", string? entries = null) => Safetensors($$$"""
        {"__metadata__":{"format":"realtimeflow","version":"1","dimension":"1","direction":"generative","base":"gaussian","layers":"{{{layers}}}"{{{more}}}}{{{(entries == null ? "" : ",")}}}{{{entries}}}}
        """);

    private static byte[] Before(string text) => Safetensors("{" + text);

    private static byte[] Safetensors(string header, params ReadOnlySpan<byte> data) =>
        [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. data];

    private static string Repeated(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Numbered(int count, Func<string, string> entry) =>
        string.Join(',', Enumerable.Range(0, count).Select(i => entry(i.ToString(CultureInfo.InvariantCulture))));

    private static byte[] Written(int layers, int dimension)
    {
        // Radial layers have fewer numbers than planar ones, and as many tensors.
        FlowShape shape = new(dimension, [.. Enumerable.Repeat(LayerKind.Radial, layers)]);
        float[] parameters = new float[shape.ParameterCount];
        for (int layer = 0; layer < layers; layer++)
        {
            parameters.AsSpan(shape.Layer(layer))[^2..].Fill(1);
        }

        MemoryStream stream = new();
        ModelFile.Write(stream, new FlowDistribution(shape, parameters));
        return stream.ToArray();
    }

    // The last number of the file is the last layer's s.
    private static byte[] Damaged(byte[] file)
    {
        file[^1] ^= 1;
        return file;
    }

    private static byte[] Edited(byte[] file, Func<string, string> edit)
    {
        int length = BitConverter.ToInt32(file);
        return Safetensors(edit(Encoding.UTF8.GetString(file, 8, length)), file.AsSpan(8 + length));
    }

    // A planar layer whose w is F32 and whose u is F64: as F32 the parameters take nearly all that the file's length allows.
    private static byte[] Mixed(int dimension)
    {
        long d = dimension;
        string header = string.Create(CultureInfo.InvariantCulture, $$$"""
            {"__metadata__":{"format":"realtimeflow","version":"1","dimension":"{{{d}}}","direction":"generative","base":"gaussian","layers":"planar"},
            "base.mean":{"dtype":"F32","shape":[{{{d}}}],"data_offsets":[0,{{{4 * d}}}]},
            "base.log_scale":{"dtype":"F32","shape":[{{{d}}}],"data_offsets":[{{{4 * d}}},{{{8 * d}}}]},
            "layers.0.w":{"dtype":"F32","shape":[{{{d}}}],"data_offsets":[{{{8 * d}}},{{{12 * d}}}]},
            "layers.0.u":{"dtype":"F64","shape":[{{{d}}}],"data_offsets":[{{{12 * d}}},{{{20 * d}}}]},
            "layers.0.b":{"dtype":"F32","shape":[1],"data_offsets":[{{{20 * d}}},{{{(20 * d) + 4}}}]},
            "layers.0.s":{"dtype":"F32","shape":[1],"data_offsets":[{{{(20 * d) + 4}}},{{{(20 * d) + 8}}}]}}
            """);
        byte[] data = new byte[(20 * d) + 8];
        BitConverter.GetBytes(9f).CopyTo(data, data.Length - 4);
        return Safetensors(header, data);
    }
}
