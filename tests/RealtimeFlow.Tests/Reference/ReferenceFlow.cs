using RealtimeFlow.Flows;

namespace RealtimeFlow.Tests.Reference;

/// <summary>A diagonal Gaussian and a chain of layers in float64.</summary>
internal sealed class ReferenceFlow
{
    private readonly double[] _mean;
    private readonly double[] _logScale;

    /// <summary>Makes a flow from a block of effective parameters, laid out as the engine lays it out.</summary>
    public ReferenceFlow(FlowShape shape, ReadOnlySpan<double> effective)
    {
        Dimension = shape.Dimension;
        _mean = effective[shape.Location].ToArray();
        _logScale = effective[shape.LogScale].ToArray();
        Layers = new ReferenceLayer[shape.LayerCount];
        for (int i = 0; i < Layers.Length; i++)
        {
            Layers[i] = ReferenceLayer.Of(shape.Layers[i], Dimension, effective[shape.Layer(i)]);
        }
    }

    public int Dimension { get; }

    public ReferenceLayer[] Layers { get; }

    /// <summary>z_0 = μ + σ ε.</summary>
    public double[] Place(ReadOnlySpan<double> epsilon)
    {
        double[] z = new double[Dimension];
        for (int i = 0; i < Dimension; i++)
        {
            z[i] = _mean[i] + (Math.Exp(_logScale[i]) * epsilon[i]);
        }

        return z;
    }

    /// <summary>ln q_0.</summary>
    public double LogBase(ReadOnlySpan<double> z)
    {
        double sum = 0;
        for (int i = 0; i < Dimension; i++)
        {
            double sigma = Math.Exp(_logScale[i]);
            sum += (-0.5 * Math.Pow((z[i] - _mean[i]) / sigma, 2)) - Math.Log(sigma) - (0.5 * Math.Log(2 * Math.PI));
        }

        return sum;
    }

    /// <summary>What float32 may leave ln q_0 off by, in units of the last place: of its terms, and of z − μ before the division by σ.</summary>
    public double RoundingOfLogBase(ReadOnlySpan<double> z)
    {
        double sum = 0.5 * Dimension * Math.Log(2 * Math.PI);
        for (int i = 0; i < Dimension; i++)
        {
            double sigma = Math.Exp(_logScale[i]), e = Math.Abs(z[i] - _mean[i]) / sigma;
            sum += Math.Abs(_logScale[i]) + (e * e) + (e * (Math.Abs(z[i]) + Math.Abs(_mean[i])) / sigma);
        }

        return sum;
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

    /// <summary>ln q_K(y) = ln q_0(z_0) − Σ ln det (eq. 7).</summary>
    public double LogDensity(double[] y)
    {
        double[] z = Inverse(y);
        double logBase = LogBase(z);
        return logBase - Forward(z);
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
            double[] z = Place(epsilon);
            sum += LogBase(z);
            sum -= Forward(z);
            sum += beta * energy(z);
        }

        return sum / noise.Length;
    }
}
