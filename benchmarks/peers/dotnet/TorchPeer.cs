using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

/// <summary>TorchSharp as its users write it: points as [N, 2], one expression an operation.</summary>
internal sealed class TorchPeer : IPeer
{
    private readonly Tensor _points;
    private readonly (Tensor W, Tensor U, float B)[] _layers;
    private readonly Tensor _numbers;
    private Tensor? _images;
    private Tensor? _logDet;

    public TorchPeer(float[] parameters, float[] rows)
    {
        // By hand first, for the loader's own words where it fails.
        NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
        set_num_threads(1);
        _points = tensor(rows).reshape(2, -1).T.contiguous();
        _numbers = empty(1 << 20);
        _layers =
        [
            .. parameters.Chunk(5).Select(p => (tensor(new[] { p[0], p[1] }), tensor(new[] { p[2], p[3] }), p[4])),
        ];
    }

    public string Version => $"TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}";

    public (string Name, string Form)[] Forms => [("users", "[N, 2], z.matmul(w), tanh"), ("normal", "float32, in place")];

    public void Run(string name)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        if (name == "normal")
        {
            _numbers.normal_();
            return;
        }

        Tensor z = _points, logDet = zeros(_points.shape[0]);
        foreach ((Tensor w, Tensor u, float b) in _layers)
        {
            Tensor t = tanh(z.matmul(w) + b);
            Tensor psi = (1 - t.pow(2)).unsqueeze(1) * w;
            // With the absolute value, as most public implementations have it; here every determinant is positive.
            logDet += log(abs(1 + psi.matmul(u)));
            z += t.unsqueeze(1) * u;
        }

        _images?.Dispose();
        _logDet?.Dispose();
        (_images, _logDet) = (z.MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    public float[] Result(string name) => [.. _images!.T.contiguous().data<float>(), .. _logDet!.data<float>()];
}
