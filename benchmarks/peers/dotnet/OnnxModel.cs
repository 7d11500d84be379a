using System.Text;

/// <summary>Planar chains as ONNX models, in the few messages of the format that they take (onnx.proto, operator set 17).</summary>
internal sealed class OnnxModel
{
    private const int Float = 1;

    private readonly List<byte[]> _graph = [];

    private OnnxModel() => Number("one", 1);

    /// <summary>z [N, 2] to z_K [N, 2] and log_det [N, 1], as users of a framework write and export it.</summary>
    public static byte[] OfPoints(float[] parameters)
    {
        OnnxModel model = new();
        string z = model.Input("z", 2), logDet = "";
        foreach ((float[] p, string id) in parameters.Chunk(5).Select((p, i) => (p, $"_{i}")))
        {
            string w = model.Constant("w" + id, [2, 1], p[0], p[1]), u = model.Constant("u" + id, [1, 2], p[2], p[3]);
            string t = model.Node("Tanh", model.Node("Add", model.Node("MatMul", z, w), model.Number("b" + id, p[4])));
            string log = model.Node("Log", model.Node("Abs", model.Determinant(t, p, id)));
            logDet = logDet.Length == 0 ? log : model.Node("Add", logDet, log);
            z = model.Node("Add", z, model.Node("Mul", t, u));
        }

        return model.Bytes((z, [2]), (logDet, [1]));
    }

    /// <summary>The same with a row for each coordinate, and one logarithm a particle: x, y to x_K, y_K, log_det, all [N].</summary>
    public static byte[] OfRows(float[] parameters)
    {
        OnnxModel model = new();
        string x = model.Input("x"), y = model.Input("y"), product = "one";
        foreach ((float[] p, string id) in parameters.Chunk(5).Select((p, i) => (p, $"_{i}")))
        {
            string wz = model.Node("Add", model.Scaled(x, "w0" + id, p[0]), model.Scaled(y, "w1" + id, p[1]));
            string t = model.Node("Tanh", model.Node("Add", wz, model.Number("b" + id, p[4])));
            product = model.Node("Mul", product, model.Determinant(t, p, id));
            x = model.Node("Add", x, model.Scaled(t, "u0" + id, p[2]));
            y = model.Node("Add", y, model.Scaled(t, "u1" + id, p[3]));
        }

        return model.Bytes((x, []), (y, []), (model.Node("Log", product), []));
    }

    private string Determinant(string t, float[] p, string id) =>
        Node("Add", "one", Scaled(Node("Sub", "one", Node("Mul", t, t)), "k" + id, (p[0] * p[2]) + (p[1] * p[3])));

    private string Scaled(string value, string name, float factor) => Node("Mul", value, Number(name, factor));

    private string Node(string type, params string[] inputs)
    {
        string output = $"n{_graph.Count}";
        _graph.Add(Field(1, [.. inputs.SelectMany(input => Field(1, input)), .. Field(2, output), .. Field(4, type)]));
        return output;
    }

    private string Number(string name, float number) => Constant(name, [1], number);

    private string Constant(string name, long[] shape, params float[] numbers)
    {
        byte[] raw = [.. numbers.SelectMany(BitConverter.GetBytes)];
        _graph.Add(Field(5, [.. shape.SelectMany(length => Field(1, length)), .. Field(2, Float), .. Field(8, name), .. Field(9, raw)]));
        return name;
    }

    private string Input(string name, params long[] columns)
    {
        _graph.Add(Field(11, Value(name, columns)));
        return name;
    }

    private byte[] Bytes(params (string Name, long[] Columns)[] outputs)
    {
        byte[] graph =
        [
            .. _graph.SelectMany(part => part), .. Field(2, "planar"), .. outputs.SelectMany(output => Field(12, Value(output.Name, output.Columns))),
        ];
        return [.. Field(1, 8), .. Field(7, graph), .. Field(8, [.. Field(1, ""), .. Field(2, 17)])];
    }

    // A tensor [N, columns] of float32, or [N].
    private static byte[] Value(string name, long[] columns)
    {
        byte[] shape = [.. Field(1, Field(2, "N")), .. columns.SelectMany(length => Field(1, Field(1, length)))];
        return [.. Field(1, name), .. Field(2, Field(1, [.. Field(1, Float), .. Field(2, shape)]))];
    }

    private static byte[] Field(int number, long value) => [.. Varint(number << 3), .. Varint(value)];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] message) => [.. Varint((number << 3) | 2), .. Varint(message.Length), .. message];

    private static IEnumerable<byte> Varint(long value)
    {
        for (; value > 127; value >>= 7)
        {
            yield return (byte)((value & 127) | 128);
        }

        yield return (byte)value;
    }
}
