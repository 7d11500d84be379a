using System.Numerics.Tensors;

namespace RealtimeFlow.Inference;

/// <summary>Running moments of the steps' gradients: how much of a gradient is signal. A parameter that joined later counts as one of gradient 0 before.</summary>
internal sealed class GradientNoise(int parameters)
{
    private const double Decay = 0.99;

    private double[] _mean = new double[parameters];
    private double[] _square = new double[parameters];
    private double[] _scratch = new double[parameters];

    /// <summary>What the means are to be divided by.</summary>
    public double Weight { get; private set; }

    /// <summary>The running mean of the gradient, times the weight.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>The running mean of the squared gradient, times the weight.</summary>
    public ReadOnlySpan<double> Square => _square;

    /// <summary>‖E g‖/√(tr Var g). NaN before the second gradient: of one there is no variance, only its rounding.</summary>
    public double SignalToNoise
    {
        get
        {
            double signal = 0, power = 0;
            for (int i = 0; i < _mean.Length; i++)
            {
                signal += _mean[i] / Weight * (_mean[i] / Weight);
                power += _square[i] / Weight;
            }

            return Weight <= 1 - Decay ? double.NaN : Math.Sqrt(signal / (power - signal));
        }
    }

    /// <summary>Takes one step's gradient in.</summary>
    public void Add(ReadOnlySpan<double> gradient)
    {
        Weight = (Decay * Weight) + (1 - Decay);
        RunningMean.Add(_mean, Decay, gradient, _scratch);
        TensorPrimitives.Multiply(gradient, gradient, _scratch);
        RunningMean.Add(_square, Decay, _scratch, _scratch);
    }

    /// <summary>Goes on where others were.</summary>
    public void Restore(ReadOnlySpan<double> mean, ReadOnlySpan<double> square, double weight)
    {
        mean.CopyTo(_mean);
        square.CopyTo(_square);
        Weight = weight;
    }

    /// <inheritdoc cref="Optimizer.Insert"/>
    public void Insert(int place, int count)
    {
        _mean = RunningMean.Widened(_mean, place, count);
        _square = RunningMean.Widened(_square, place, count);
        _scratch = new double[_mean.Length];
    }

    /// <inheritdoc cref="Optimizer.Remove"/>
    public void Remove(int place, int count)
    {
        _mean = RunningMean.Narrowed(_mean, place, count);
        _square = RunningMean.Narrowed(_square, place, count);
        _scratch = new double[_mean.Length];
    }
}
