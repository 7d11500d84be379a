namespace RealtimeFlow.Amortized;

/// <summary>ln Σ exp xᵢ of numbers that come one after the other, without overflow: the sum is relative to the largest so far.</summary>
internal struct LogSumExp()
{
    private double _largest = double.NegativeInfinity;
    private double _sum;

    /// <summary>ln Σ exp xᵢ; −∞ of nothing.</summary>
    public readonly double Value => _largest + Math.Log(_sum);

    /// <summary>Adds a number.</summary>
    public void Add(double x)
    {
        if (x > _largest)
        {
            (_largest, _sum) = (x, (_sum * Math.Exp(_largest - x)) + 1);
        }
        else
        {
            _sum += Math.Exp(x - _largest);
        }
    }
}
