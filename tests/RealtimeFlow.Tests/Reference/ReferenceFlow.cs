using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Tests.Reference;

/// <summary>A base and a chain of layers in float64, in either reading.</summary>
internal sealed class ReferenceFlow
{
    private readonly FlowDirection _direction;

    /// <summary>Makes a flow from a block of effective parameters, laid out as the engine lays it out.</summary>
    public ReferenceFlow(FlowShape shape, ReadOnlySpan<double> effective, FlowDirection direction = FlowDirection.Generative)
    {
        _direction = direction;
        Dimension = shape.Dimension;
        Base = ReferenceBase.Of(shape, effective);
        Layers = new ReferenceLayer[shape.LayerCount];
        for (int i = 0; i < Layers.Length; i++)
        {
            Layers[i] = ReferenceLayer.Of(shape.Layers[i], Dimension, effective[shape.Layer(i)]);
        }
    }

    /// <summary>Makes a flow of the same base and other layers.</summary>
    private ReferenceFlow(ReferenceFlow flow, ReferenceLayer[] layers)
    {
        (_direction, Dimension, Base, Layers) = (flow._direction, flow.Dimension, flow.Base, layers);
    }

    public int Dimension { get; }

    public ReferenceBase Base { get; }

    public ReferenceLayer[] Layers { get; }

    /// <summary>The flow of k layers counted from the base, the last of them with û or β times τ.</summary>
    public ReferenceFlow Prefix(int k, double tau)
    {
        bool generative = _direction == FlowDirection.Generative;
        ReferenceLayer[] layers = generative ? Layers[..k] : Layers[^k..];
        if (k > 0)
        {
            layers[generative ? ^1 : 0] = layers[generative ? ^1 : 0].Partial(tau);
        }

        return new ReferenceFlow(this, layers);
    }

    /// <summary>Replaces z by f_K ∘ … ∘ f_1 (z) and returns Σ ln det.</summary>
    public double Forward(double[] z)
    {
        double sum = 0;
        double[] y = new double[Dimension];
        foreach (ReferenceLayer layer in Layers)
        {
            sum += layer.Forward(z, y);
            y.CopyTo(z, 0);
        }

        return sum;
    }

    /// <summary>How near z comes to a radial centre on its way, where second derivatives jump and directions lose their digits.</summary>
    public double DistanceToKink(double[] z)
    {
        double[] at = [.. z], y = new double[Dimension];
        double distance = double.PositiveInfinity;
        foreach (ReferenceLayer layer in Layers)
        {
            distance = Math.Min(distance, layer.DistanceToKink(at));
            layer.Forward(at, y);
            y.CopyTo(at, 0);
        }

        return distance;
    }

    /// <summary>Whether differences over <see cref="Derivative.Step"/> see a smooth map at z.</summary>
    public bool IsSmoothAt(double[] z) => DistanceToKink(z) >= 10 * Derivative.Step;

    /// <summary>The inverse chain.</summary>
    public double[] Inverse(double[] y)
    {
        double[] from = [.. y], to = new double[Dimension];
        for (int i = Layers.Length - 1; i >= 0; i--)
        {
            Layers[i].Inverse(from, to);
            (from, to) = (to, from);
        }

        return from;
    }

    /// <summary>ln q(y): ln q_0(z_0) − Σ ln det at y = f(z_0) (eq. 7), or in the normalizing reading ln q_0(f(y)) + Σ ln det.</summary>
    public double LogDensity(double[] y)
    {
        if (_direction == FlowDirection.Normalizing)
        {
            double[] image = [.. y];
            double logDet = Forward(image);
            return Base.LogDensity(image) + logDet;
        }

        double[] z = Inverse(y);
        double logBase = Base.LogDensity(z);
        return logBase - Forward(z);
    }

    /// <summary>∇ ln q(y), by the chain rule.</summary>
    public double[] Score(double[] y)
    {
        double[] z = _direction == FlowDirection.Generative ? Inverse(y) : [.. y];
        double[] origin = [.. z];
        (LayerJacobian Jacobian, double[] LogDetGradient)[] slopes = [.. Layers.Select(layer =>
        {
            double[] image = new double[Dimension];
            layer.Forward(z, image);
            var slope = layer.Differentiate(z);
            z = image;
            return slope;
        })];
        return _direction == FlowDirection.Generative
            ? slopes.Aggregate(
                Base.Score(origin), (score, k) => k.Jacobian.InverseTransposedTimes(Vectors.Subtract(score, k.LogDetGradient)))
            : slopes.Reverse().Aggregate(
                Base.Score(z), (score, k) => Vectors.Add(k.Jacobian.TransposedTimes(score), k.LogDetGradient));
    }

    /// <summary>F = mean of ln q_0(z_0) − Σ ln det + β U(z_K) over given noise (eq. 15).</summary>
    /// <param name="noise">Standard normal vectors.</param>
    /// <param name="beta">The inverse temperature.</param>
    /// <param name="energy">U = −ln p̃.</param>
    public double FreeEnergy(double[][] noise, double beta, Func<double[], double> energy)
    {
        double sum = 0;
        foreach (double[] epsilon in noise)
        {
            double[] z = Base.Place(epsilon);
            sum += Base.LogDensity(z);
            sum -= Forward(z);
            sum += beta * energy(z);
        }

        return sum / noise.Length;
    }
}
