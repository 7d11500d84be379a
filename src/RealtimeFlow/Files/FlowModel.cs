using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>In which of its two readings a stored chain is the model: Rezende &amp; Mohamed 2015, eq. 5–7, or its converse.</summary>
public enum FlowDirection
{
    /// <summary>The chain maps the base to the data: sampling is direct, the density at a point needs the inverse.</summary>
    Generative,

    /// <summary>The chain maps the data to the base: the density at a point is direct, sampling needs the inverse.</summary>
    Normalizing,
}

/// <summary>What a model file holds: a shape, its effective parameters, and the direction in which the chain is read.</summary>
public sealed class FlowModel
{
    private readonly FlowDistribution _flow;

    /// <summary>Makes a model.</summary>
    /// <param name="flow">The base and the chain, layers in file order; read anew at each use, not copied.</param>
    /// <param name="direction">How the chain is meant.</param>
    public FlowModel(FlowDistribution flow, FlowDirection direction = FlowDirection.Generative)
    {
        ArgumentNullException.ThrowIfNull(flow);
        _flow = flow;
        Direction = direction;
    }

    /// <summary>How the chain is meant.</summary>
    public FlowDirection Direction { get; }

    /// <summary>What the flow is made of.</summary>
    public FlowShape Shape => _flow.Shape;

    /// <summary>The block of effective parameters.</summary>
    public ReadOnlySpan<float> Parameters => _flow.Parameters;

    /// <summary>s of a layer; see <see cref="FlowDistribution.Scale"/>.</summary>
    /// <param name="layer">0 ≤ layer &lt; K.</param>
    public double Scale(int layer) => _flow.Scale(layer);

    /// <summary>The model as a distribution that samples directly.</summary>
    /// <exception cref="NotSupportedException">The direction is <see cref="FlowDirection.Normalizing"/>, whose density is another one.</exception>
    public FlowDistribution ToDistribution() => Direction == FlowDirection.Generative
        ? _flow
        : throw new NotSupportedException("The chain of this model maps data to the base (direction normalizing); only generative models sample.");
}
