using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Engine;

/// <summary>
/// A flow that is gone a part of its way: q_t for a depth t between 0 and K, which is <see cref="FlowDistribution.Prefix"/> of ⌈t⌉ layers,
/// the last of them with τ = t − ⌊t⌋. q_0 becomes q_K continuously, and each is an exact density: replacing û by τû or β by τβ leaves a
/// layer invertible.
/// </summary>
/// <remarks>One thread at a time may call. Allocates nothing, but where the shape changes.</remarks>
public sealed class PartialFlow
{
    /// <summary>Makes the base of a flow: depth 0.</summary>
    /// <param name="flow">The flow.</param>
    public PartialFlow(FlowDistribution flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        Flow = flow.Copy();
        Update(flow, 0);
    }

    /// <summary>
    /// q_t as a distribution: one object, updated in place as long as the shape is the same. It has the whole shape, and parameters in which
    /// the layers that points do not meet are the identity.
    /// </summary>
    public FlowDistribution Flow { get; private set; }

    /// <summary>t.</summary>
    public double Depth { get; private set; }

    /// <summary>Becomes q_t of a flow as it is now.</summary>
    /// <param name="flow">The flow, whole.</param>
    /// <param name="depth">t, from 0 to K; more than K is K.</param>
    /// <exception cref="ArgumentOutOfRangeException">t is below 0 or NaN.</exception>
    public void Update(FlowDistribution flow, double depth)
    {
        ArgumentNullException.ThrowIfNull(flow);
        Update(flow.Shape, flow.Direction, flow.Parameters, depth);
    }

    /// <summary>Becomes q_t of what training has reached.</summary>
    /// <param name="snapshot">What it has reached.</param>
    /// <param name="depth">t, from 0 to K; more than K is K: <see cref="double.PositiveInfinity"/> is always the whole flow.</param>
    /// <exception cref="ArgumentOutOfRangeException">t is below 0 or NaN.</exception>
    public void Update(TrainingSnapshot snapshot, double depth = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Update(snapshot.Shape, snapshot.Direction, snapshot.Parameters, depth);
    }

    private void Update(FlowShape shape, FlowDirection direction, ReadOnlySpan<float> parameters, double depth)
    {
        if (!(depth >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(depth), depth, "Expected 0 or more.");
        }

        if (Flow.Shape != shape || Flow.Direction != direction)
        {
            Flow = new FlowDistribution(shape, parameters, direction) { Width = Flow.Width };
        }

        Depth = Math.Min(depth, shape.LayerCount);
        int layers = (int)Math.Ceiling(Depth);
        Flow.SetPrefix(parameters, layers, layers == Depth ? 1 : (float)(Depth - Math.Floor(Depth)));
    }
}
