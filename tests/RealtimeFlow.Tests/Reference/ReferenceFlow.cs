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

        return With(layers);
    }

    /// <summary>A flow of the same base and other layers.</summary>
    public ReferenceFlow With(ReferenceLayer[] layers) => new(this, layers);

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
        double[][] path = PathFrom(z);
        return Layers.Select((layer, k) => layer.DistanceToKink(path[k])).DefaultIfEmpty(double.PositiveInfinity).Min();
    }

    /// <summary>Whether differences over <see cref="Derivative.Step"/> see a smooth map at z.</summary>
    public bool IsSmoothAt(double[] z) => DistanceToKink(z) >= 10 * Derivative.Step;

    /// <summary>z_0, …, z_K from z_0 on.</summary>
    public double[][] PathFrom(double[] z0)
    {
        double[][] path = [[.. z0], .. Layers.Select(_ => new double[Dimension])];
        for (int k = 0; k < Layers.Length; k++)
        {
            Layers[k].Forward(path[k], path[k + 1]);
        }

        return path;
    }

    /// <summary>z_0, …, z_K backwards from z_K: where the chain expands, rounding z_0 alone would lead elsewhere on the way forward.</summary>
    public double[][] PathTo(double[] y)
    {
        double[][] path = [.. Layers.Select(_ => new double[Dimension]), [.. y]];
        for (int k = Layers.Length - 1; k >= 0; k--)
        {
            Layers[k].Inverse(path[k + 1], path[k]);
        }

        return path;
    }

    /// <summary>The path of a point of the data: to its origin, or in the normalizing reading to its image.</summary>
    public double[][] PathOf(double[] y) => _direction == FlowDirection.Generative ? PathTo(y) : PathFrom(y);

    /// <summary>Σ ln det along a path.</summary>
    public double LogDet(double[][] path)
    {
        double[] image = new double[Dimension];
        return Layers.Select((layer, k) => layer.Forward(path[k], image)).Sum();
    }

    /// <summary>The inverse chain.</summary>
    public double[] Inverse(double[] y) => PathTo(y)[0];

    /// <summary>ln q(y): ln q_0(z_0) − Σ ln det at y = f(z_0) (eq. 7), or in the normalizing reading ln q_0(f(y)) + Σ ln det.</summary>
    public double LogDensity(double[] y)
    {
        double[][] path = PathOf(y);
        return _direction == FlowDirection.Generative
            ? Base.LogDensity(path[0]) - LogDet(path)
            : Base.LogDensity(path[^1]) + LogDet(path);
    }

    /// <summary>∇ ln q(y), by the chain rule.</summary>
    public double[] Score(double[] y)
    {
        double[][] path = PathOf(y);
        (LayerJacobian Jacobian, double[] LogDetGradient)[] slopes = [.. Layers.Select((layer, k) => layer.Differentiate(path[k]))];
        return _direction == FlowDirection.Generative
            ? slopes.Aggregate(
                Base.Score(path[0]), (score, k) => k.Jacobian.InverseTransposedTimes(Vectors.Subtract(score, k.LogDetGradient)))
            : slopes.Reverse().Aggregate(
                Base.Score(path[^1]), (score, k) => Vectors.Add(k.Jacobian.TransposedTimes(score), k.LogDetGradient));
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
