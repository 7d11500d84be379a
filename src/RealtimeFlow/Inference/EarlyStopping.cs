using RealtimeFlow.Density;

namespace RealtimeFlow.Inference;

/// <summary>Keeps the parameters of the least loss on data that no step has seen, and says when it has not fallen for long.</summary>
/// <param name="patience">How many looks without a new least loss end the training, at least 1.</param>
public sealed class EarlyStopping(int patience)
{
    private float[] _best = [];

    /// <summary>Goes on as another left off.</summary>
    /// <param name="patience">As before, or another.</param>
    /// <param name="leastLoss">Its <see cref="LeastLoss"/>.</param>
    /// <param name="looksSince">Its <see cref="LooksSince"/>.</param>
    /// <param name="best">Its <see cref="Best"/>.</param>
    public EarlyStopping(int patience, double leastLoss, int looksSince, ReadOnlySpan<float> best)
        : this(patience) => (LeastLoss, LooksSince, _best) = (leastLoss, looksSince, best.ToArray());

    /// <summary>The least loss so far; ∞ before the first look.</summary>
    public double LeastLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>The looks since the least loss.</summary>
    public int LooksSince { get; private set; }

    /// <summary>The parameters of the least loss; empty where none was found.</summary>
    public ReadOnlySpan<float> Best => double.IsFinite(LeastLoss) ? _best : [];

    /// <summary>Whether the patience is over.</summary>
    public bool IsOver => LooksSince >= patience;

    /// <summary>Looks at a flow while it trains. Allocates at the first look alone.</summary>
    /// <param name="flow">The flow: always the same.</param>
    /// <param name="loss">Its loss on the held-out data.</param>
    public void Look(FlowDistribution flow, double loss)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (_best.Length == 0)
        {
            _best = new float[flow.Shape.ParameterCount];
        }

        LooksSince++;
        if (loss < LeastLoss)
        {
            LeastLoss = loss;
            LooksSince = 0;
            flow.Parameters.CopyTo(_best);
        }
    }

    /// <summary>Gives a flow the parameters of the least loss; where no look found a finite one, it keeps its own.</summary>
    /// <param name="flow">The flow that was looked at, or one of its shape.</param>
    public void Restore(FlowDistribution flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (!Best.IsEmpty)
        {
            flow.SetParameters(Best);
        }
    }
}
