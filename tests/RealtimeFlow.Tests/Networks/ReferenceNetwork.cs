using RealtimeFlow.Networks;

namespace RealtimeFlow.Tests.Networks;

/// <summary>A network written from its formulas, one row at a time, in float64 with the bounds of float32.</summary>
internal sealed class ReferenceNetwork(NetworkShape shape, double[] parameters)
{
    private readonly Rounded[][] _units = new Rounded[shape.Layers.Count][];
    private readonly Rounded[][] _values = new Rounded[shape.Layers.Count + 1][];

    /// <summary>The outputs of a row.</summary>
    public Rounded[] Forward(double[] inputs)
    {
        _values[0] = [.. inputs.Select(x => (Rounded)x)];
        for (int layer = 0; layer < shape.Layers.Count; layer++)
        {
            DenseShape dense = shape.Layers[layer];
            _units[layer] = [.. Enumerable.Range(0, dense.Units).Select(unit => Sum(layer, unit))];
            _values[layer + 1] = [.. Enumerable.Range(0, dense.Outputs).Select(j => Value(dense, _units[layer], j))];
        }

        return _values[^1];
    }

    /// <summary>Adds a row's gradient by the parameters, after its <see cref="Forward"/>.</summary>
    /// <returns>The cotangents of the inputs.</returns>
    public Rounded[] Backward(double[] outputCotangent, Rounded[] gradient)
    {
        Rounded[] cotangent = [.. outputCotangent.Select(c => (Rounded)c)];
        for (int layer = shape.Layers.Count - 1; layer >= 0; layer--)
        {
            DenseShape dense = shape.Layers[layer];
            var next = new Rounded[shape.InputsOf(layer)];
            for (int unit = 0; unit < dense.Units; unit++)
            {
                Rounded ofUnit = Slope(dense, layer, unit) * cotangent[unit / dense.Window];
                gradient[shape.Biases(layer).Start.Value + unit] += ofUnit;
                for (int k = 0; k < next.Length; k++)
                {
                    int weight = Weight(layer, unit, k);
                    gradient[weight] += ofUnit * _values[layer][k];
                    next[k] += ofUnit * parameters[weight];
                }
            }

            cotangent = next;
        }

        return cotangent;
    }

    private static Rounded Value(DenseShape dense, Rounded[] units, int j)
    {
        Rounded x = units[j * dense.Window];
        return dense.Activation switch
        {
            Activation.Linear => x,
            Activation.Tanh => Rounded.Function(Math.Tanh(x.Value), x, 3),
            Activation.Relu => Rounded.Function(Math.Max(x.Value, 0), x, 0),
            Activation.Softplus => Rounded.Function(Math.Log(1 + Math.Exp(x.Value)), x, 2),
            _ => units[(j * dense.Window)..((j + 1) * dense.Window)].MaxBy(unit => unit.Value),
        };
    }

    private Rounded Slope(DenseShape dense, int layer, int unit)
    {
        double x = _units[layer][unit].Value;
        Rounded y = _values[layer + 1][unit / dense.Window];
        return dense.Activation switch
        {
            Activation.Linear => 1,
            Activation.Tanh => 1 + (y * y * -1),
            Activation.Relu => x > 0 ? 1 : 0,
            Activation.Softplus => Rounded.Function(1 / (1 + Math.Exp(-x)), y, 5),
            _ => x == y.Value ? 1 : 0,
        };
    }

    private Rounded Sum(int layer, int unit)
    {
        Rounded sum = parameters[shape.Biases(layer).Start.Value + unit];
        for (int k = 0; k < shape.InputsOf(layer); k++)
        {
            sum += _values[layer][k] * parameters[Weight(layer, unit, k)];
        }

        return sum;
    }

    private int Weight(int layer, int unit, int k) => shape.Weights(layer).Start.Value + (unit * shape.InputsOf(layer)) + k;
}
