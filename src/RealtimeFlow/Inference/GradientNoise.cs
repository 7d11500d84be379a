namespace RealtimeFlow.Inference;

/// <summary>Running moments of the steps' gradients: how much of a gradient is signal.</summary>
internal sealed class GradientNoise(int parameters)
{
    private const double Decay = 0.99;

    private readonly double[] _mean = new double[parameters];
    private readonly double[] _square = new double[parameters];

    private double _weight;

    /// <summary>‖E g‖/√(tr Var g). NaN before the second gradient.</summary>
    public double SignalToNoise { get; private set; } = double.NaN;

    /// <summary>Takes one step's gradient in.</summary>
    public void Add(ReadOnlySpan<double> gradient)
    {
        bool isFirst = _weight == 0;
        _weight = (Decay * _weight) + (1 - Decay);
        double signal = 0, power = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            _mean[i] = (Decay * _mean[i]) + ((1 - Decay) * gradient[i]);
            _square[i] = (Decay * _square[i]) + ((1 - Decay) * gradient[i] * gradient[i]);
            signal += _mean[i] / _weight * (_mean[i] / _weight);
            power += _square[i] / _weight;
        }

        // Of one gradient there is no variance, only its rounding.
        SignalToNoise = isFirst ? double.NaN : Math.Sqrt(signal / (power - signal));
    }
}
