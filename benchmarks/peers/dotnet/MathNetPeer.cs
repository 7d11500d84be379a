using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;

/// <summary>MathNet.Numerics: normal numbers, which it has in float64 only.</summary>
internal sealed class MathNetPeer : IPeer
{
    private readonly double[] _numbers = new double[1 << 20];
    private readonly Normal _normal = new(0, 1, new Xoshiro256StarStar(1, threadSafe: false));

    public string Version => $"MathNet.Numerics {typeof(Normal).Assembly.GetName().Version!.ToString(3)}, Xoshiro256**";

    public (string Name, string Form)[] Forms => [("normal", "float64")];

    public void Run(string name) => _normal.Samples(_numbers);

    public float[] Result(string name) => [];
}
