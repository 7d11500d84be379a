namespace RealtimeFlow.Amortized;

/// <summary>ln Σ exp xᵢ and ln Σ exp 2xᵢ of numbers that come one after the other, without overflow: the sums are relative to the largest so far.</summary>
internal struct LogSumExp()
{
    private double _largest = double.NegativeInfinity;
    private double _sum;
    private double _squares;

    /// <summary>ln Σ exp xᵢ; −∞ of nothing.</summary>
    public readonly double Value => _largest + Math.Log(_sum);

    /// <summary>Σ exp 2xᵢ / (Σ exp xᵢ)²: one over the effective number of terms.</summary>
    public readonly double Concentration => _squares / (_sum * _sum);

    /// <summary>Adds a number.</summary>
    public void Add(double x)
    {
        if (x > _largest)
        {
            double shrink = Math.Exp(_largest - x);
            (_largest, _sum, _squares) = (x, (_sum * shrink) + 1, (_squares * shrink * shrink) + 1);
        }
        else
        {
            double term = Math.Exp(x - _largest);
            _sum += term;
            _squares += term * term;
        }
    }
}
