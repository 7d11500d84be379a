using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Tests.Networks;

/// <summary>A pass forward and back on random numbers, and all that came of it.</summary>
internal sealed class NetworkRun
{
    private readonly int _stride;

    public NetworkRun(NetworkShape shape, int rows, LaneWidth width, IWorkers workers, int? capacity = null, float beyond = 0)
    {
        (Shape, Rows, _stride) = (shape, rows, Network.Stride(rows));
        System.Random random = new(rows);
        Parameters = [.. Enumerable.Range(0, shape.ParameterCount).Select(_ => (float)((random.NextDouble() - 0.5) * 1.5))];
        Inputs = Draw(random, shape.Inputs, beyond);
        Cotangent = Draw(random, shape.Outputs, beyond);
        Gradient = new float[shape.ParameterCount];
        InputCotangent = new float[Inputs.Length];
        Network network = new(shape, capacity ?? rows, workers, width);
        network.Forward(Parameters, Inputs, rows);
        Outputs = network.Output.ToArray();
        network.Backward(Parameters, Inputs, [.. Cotangent], Gradient, InputCotangent);
    }

    public NetworkShape Shape { get; }

    public int Rows { get; }

    public float[] Parameters { get; }

    public float[] Inputs { get; }

    public float[] Outputs { get; }

    public float[] Cotangent { get; }

    public float[] Gradient { get; }

    public float[] InputCotangent { get; }

    /// <summary>The outputs of rows, without what is beyond them.</summary>
    public float[] OutputRows => InRows(Outputs);

    /// <summary>The inputs' cotangents of rows, without what is beyond them.</summary>
    public float[] InputCotangentRows => InRows(InputCotangent);

    /// <summary>The features of a row.</summary>
    public double[] Row(float[] values, int row) => [.. Enumerable.Range(0, values.Length / _stride).Select(j => (double)values[(j * _stride) + row])];

    private float[] InRows(float[] values) => [.. values.Where((_, i) => i % _stride < Rows)];

    private float[] Draw(System.Random random, int features, float beyond)
    {
        float[] values = new float[features * _stride];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i % _stride < Rows ? (float)(random.NextDouble() - random.NextDouble()) : beyond;
        }

        return values;
    }
}
