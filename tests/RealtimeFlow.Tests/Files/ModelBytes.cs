using System.Text;
using RealtimeFlow.Base;

namespace RealtimeFlow.Tests.Files;

/// <summary>Writes model files as a stranger to the library would: header and tensors put together by hand.</summary>
internal sealed class ModelBytes
{
    private readonly List<string> _entries = [];
    private readonly List<byte> _data = [];

    public string Metadata { get; set; } = """
        "format":"realtimeflow","version":"1","dimension":"2","direction":"generative","base":"gaussian","layers":"planar,radial"
        """;

    /// <summary>One base of each kind.</summary>
    public static IReadOnlyList<BaseKind> Bases { get; } = [BaseKind.Gaussian, BaseKind.Uniform, BaseKind.StudentT(2.5f)];

    /// <summary>A sound model of a planar and a radial layer in the plane, without the optional s.</summary>
    public static ModelBytes Sound()
    {
        ModelBytes model = new();
        foreach (string name in SoundNames)
        {
            model.Add(name, SoundNumbers(name));
        }

        return model;
    }

    public static IReadOnlyList<string> SoundNames { get; } =
    [
        "layers.1.beta", "layers.1.center", "layers.1.alpha", "layers.0.b", "layers.0.u", "layers.0.w", "base.log_scale", "base.mean",
    ];

    public static double[] SoundNumbers(string name) => name switch
    {
        "base.mean" => [0.5, -0.25],
        "base.log_scale" => [0.125, -1],
        "layers.0.w" => [1, -2],
        "layers.0.u" => [0.75, 0.5],
        "layers.0.b" => [-0.5],
        "layers.1.center" => [3, 4],
        "layers.1.alpha" => [1.5],
        "layers.1.beta" => [-0.5],
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public ModelBytes Add(string name, params double[] numbers) => AddAs(name, "F32", numbers.Length, numbers);

    public ModelBytes AddDouble(string name, params double[] numbers) => AddAs(name, "F64", numbers.Length, numbers);

    public ModelBytes AddAs(string name, string type, object shape, params double[] numbers)
    {
        int begin = _data.Count;
        foreach (double number in numbers)
        {
            _data.AddRange(type == "F64" ? BitConverter.GetBytes(number) : BitConverter.GetBytes((float)number));
        }

        return AddEntry($$"""
            "{{name}}":{"dtype":"{{type}}","shape":[{{shape}}],"data_offsets":[{{begin}},{{_data.Count}}]}
            """);
    }

    public ModelBytes AddEntry(string json)
    {
        _entries.Add(json);
        return this;
    }

    public byte[] Build(Func<string, string>? edit = null)
    {
        string json = $$"""{"__metadata__":{{{Metadata}}},{{string.Join(',', _entries)}}}""";
        byte[] header = Encoding.UTF8.GetBytes(edit == null ? json : edit(json));
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. _data];
    }
}
