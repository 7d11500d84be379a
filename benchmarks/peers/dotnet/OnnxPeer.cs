using Microsoft.ML.OnnxRuntime;

/// <summary>ONNX Runtime on its CPU provider: points as [N, 2] in one call, or a row for each coordinate in blocks that stay in the cache.</summary>
internal sealed class OnnxPeer : IPeer
{
    private const int Block = 8192;

    private readonly RunOptions _options = new();
    private readonly InferenceSession _ofPoints;
    private readonly InferenceSession _ofRows;
    private readonly int _count;
    private readonly float[] _rows;
    private readonly float[] _points;
    private readonly float[] _images;
    private readonly float[] _result;

    public OnnxPeer(float[] parameters, float[] rows)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _ofPoints = new InferenceSession(OnnxModel.OfPoints(parameters), options);
        _ofRows = new InferenceSession(OnnxModel.OfRows(parameters), options);
        _count = rows.Length / 2;
        _rows = rows;
        _points = [.. Enumerable.Range(0, _count).SelectMany(i => new[] { rows[i], rows[_count + i] })];
        _images = new float[rows.Length];
        _result = new float[3 * _count];
    }

    public string Version => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, .NET";

    public (string Name, string Form)[] Forms => [("users", "[N, 2], MatMul, Tanh"), ("best", "a row a coordinate, blocked")];

    public void Run(string name)
    {
        if (name == "users")
        {
            using OrtValue points = Tensor(_points, 0, _count, 2), images = Tensor(_images, 0, _count, 2), logDet = Tensor(_result, 2 * _count, _count, 1);
            _ofPoints.Run(_options, ["z"], [points], _ofPoints.OutputNames, [images, logDet]);
            return;
        }

        for (int start = 0; start < _count; start += Block)
        {
            int size = Math.Min(Block, _count - start);
            using OrtValue x = Tensor(_rows, start, size), y = Tensor(_rows, _count + start, size);
            using OrtValue toX = Tensor(_result, start, size), toY = Tensor(_result, _count + start, size);
            using OrtValue logDet = Tensor(_result, (2 * _count) + start, size);
            _ofRows.Run(_options, ["x", "y"], [x, y], _ofRows.OutputNames, [toX, toY, logDet]);
        }
    }

    public float[] Result(string name)
    {
        for (int i = 0; name == "users" && i < _count; i++)
        {
            (_result[i], _result[_count + i]) = (_images[2 * i], _images[(2 * i) + 1]);
        }

        return _result;
    }

    private static OrtValue Tensor(float[] numbers, int start, int size, params long[] columns) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, numbers.AsMemory(start, columns is [2] ? 2 * size : size), [size, .. columns]);
}
