using System.Numerics.Tensors;
using RealtimeFlow.Density;

namespace RealtimeFlow.Inference;

/// <summary>The exponential average of a flow's raw parameters over the steps, without bias towards where they began.</summary>
internal sealed class ParameterAverage(double decay, RawFlow start)
{
    private readonly RawFlow _flow = start;
    private readonly double[] _sum = new double[start.Raw.Length];
    private readonly double[] _wide = new double[start.Raw.Length];
    private bool _isStale;

    /// <summary>What the sum is to be divided by; 0 before the first step.</summary>
    public double Weight { get; private set; }

    /// <summary>The average, times the weight.</summary>
    public ReadOnlySpan<double> Sum => _sum;

    /// <summary>The averaged parameters as a distribution: one object, brought up to date where it is asked for.</summary>
    public FlowDistribution Distribution
    {
        get
        {
            if (_isStale)
            {
                for (int i = 0; i < _sum.Length; i++)
                {
                    _flow.Raw[i] = (float)(_sum[i] / Weight);
                }

                _flow.Update();
                _isStale = false;
            }

            return _flow.Distribution;
        }
    }

    /// <summary>Takes the parameters after a step in.</summary>
    public void Add(ReadOnlySpan<float> raw)
    {
        Weight = (decay * Weight) + (1 - decay);
        TensorPrimitives.ConvertTruncating<float, double>(raw, _wide);
        RunningMean.Add(_sum, decay, _wide, _wide);

        _isStale = true;
    }

    /// <summary>The sum of a deeper flow, whose new parameters count as if they had always been what they are.</summary>
    /// <param name="place">The first of them.</param>
    /// <param name="layer">What they are.</param>
    public double[] Widened(int place, ReadOnlySpan<float> layer)
    {
        double[] sum = RunningMean.Widened(_sum, place, layer.Length);
        for (int i = 0; i < layer.Length; i++)
        {
            sum[place + i] = Weight * layer[i];
        }

        return sum;
    }

    /// <summary>Goes on where another average was.</summary>
    public void Restore(ReadOnlySpan<double> sum, double weight)
    {
        sum.CopyTo(_sum);
        Weight = weight;
        _isStale = weight > 0;
    }
}
