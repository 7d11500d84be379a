using RealtimeFlow.Flows;

namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// A layer in float64, written down from Rezende &amp; Mohamed 2015 in the plain form of the paper: slow, without any of the
/// engine's rearrangements, and sharing no code with it.
/// </summary>
internal abstract class ReferenceLayer(int dimension)
{
    public int Dimension { get; } = dimension;

    /// <summary>Makes a layer from effective parameters, laid out as the engine lays them out.</summary>
    public static ReferenceLayer Of(LayerKind kind, int dimension, ReadOnlySpan<double> numbers) =>
        kind == LayerKind.Planar
            ? new ReferencePlanar(numbers[..dimension].ToArray(), numbers.Slice(dimension, dimension).ToArray(), numbers[2 * dimension])
            : new ReferenceRadial(numbers[..dimension].ToArray(), numbers[dimension], numbers[dimension + 1]);

    /// <summary>Writes f(z) and returns ln det ∂f/∂z.</summary>
    public abstract double Forward(ReadOnlySpan<double> z, Span<double> y);

    /// <summary>Writes f⁻¹(y).</summary>
    public abstract void Inverse(ReadOnlySpan<double> y, Span<double> z);

    /// <summary>∂f/∂z and ∇ ln det at z. Where a radial layer has neither, at its centre, the part that depends on the direction is 0.</summary>
    public abstract (LayerJacobian Jacobian, double[] LogDetGradient) Differentiate(ReadOnlySpan<double> z);

    /// <summary>The layer with û or β times τ.</summary>
    public abstract ReferenceLayer Partial(double tau);

    /// <summary>How far, in units of the last place, one float32 evaluation at z may leave f(z): δ of the error analysis.</summary>
    public abstract double RoundingOfMap(ReadOnlySpan<double> z);

    /// <summary>The same for ln det: λ of the error analysis.</summary>
    public abstract double RoundingOfLogDet(ReadOnlySpan<double> z);

    /// <summary>
    /// What λ leaves out, since a density has room for it elsewhere: how much the determinant magnifies the rounding of the tanh that it
    /// is made from; of a radial layer, a division more.
    /// </summary>
    public virtual double RoundingOfDeterminant(ReadOnlySpan<double> z) => 0;

    /// <summary>What ∇ ln det is made of: its rounding is relative to that.</summary>
    public virtual double SizeOfLogDetGradient(ReadOnlySpan<double> z) => Vectors.Norm(Differentiate(z).LogDetGradient);

    /// <summary>How far z is from the next point where the second derivative of f jumps.</summary>
    public virtual double DistanceToKink(ReadOnlySpan<double> z) => double.PositiveInfinity;

    /// <summary>The root of an increasing function: bisection, then Newton's steps to the last digits.</summary>
    protected static double Root(Func<double, double> f, Func<double, double> slope, double low, double high)
    {
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = f(middle) < 0 ? (middle, high) : (low, middle);
        }

        double x = (low + high) / 2;
        for (int i = 0; i < 3; i++)
        {
            x -= f(x) / slope(x);
        }

        return x;
    }
}

/// <summary>f(z) = z + u tanh(w·z + b), det = 1 + (u·w)(1 − tanh²) (eq. 10–12).</summary>
internal sealed class ReferencePlanar(double[] w, double[] u, double b) : ReferenceLayer(w.Length)
{
    private double K => Vectors.Dot(w, u);

    public override double Forward(ReadOnlySpan<double> z, Span<double> y)
    {
        double t = Math.Tanh(Vectors.Dot(w, z) + b);
        for (int i = 0; i < w.Length; i++)
        {
            y[i] = z[i] + (u[i] * t);
        }

        return Math.Log(1 + (K * (1 - (t * t))));
    }

    public override void Inverse(ReadOnlySpan<double> y, Span<double> z)
    {
        double k = K, c = Vectors.Dot(w, y) + b;
        double a = Root(x => x + (k * Math.Tanh(x)) - c, x => 1 + (k / Math.Pow(Math.Cosh(x), 2)), c - Math.Abs(k), c + Math.Abs(k));
        for (int i = 0; i < w.Length; i++)
        {
            z[i] = y[i] - (u[i] * Math.Tanh(a));
        }
    }

    public override (LayerJacobian Jacobian, double[] LogDetGradient) Differentiate(ReadOnlySpan<double> z)
    {
        double a = Vectors.Dot(w, z) + b, g = 1 / Math.Pow(Math.Cosh(a), 2);
        return (new(1, Vectors.Scaled(u, g), w), Vectors.Scaled(w, -2 * K * Math.Tanh(a) * g / (1 + (K * g))));
    }

    public override ReferenceLayer Partial(double tau) => new ReferencePlanar(w, Vectors.Scaled(u, tau), b);

    public override double RoundingOfMap(ReadOnlySpan<double> z)
    {
        double[] y = new double[Dimension];
        Forward(z, y);
        double t = Math.Tanh(Vectors.Dot(w, z) + b), norm = Vectors.Norm(u);
        return Vectors.Norm(y) + (Math.Abs(t) * norm) + (norm * (1 - (t * t)) * Terms(z));
    }

    public override double RoundingOfLogDet(ReadOnlySpan<double> z)
    {
        double t = Math.Tanh(Vectors.Dot(w, z) + b), g = 1 - (t * t), det = 1 + (K * g);
        return 1 + (Math.Abs(2 * K * t * g / det) * Terms(z));
    }

    public override double RoundingOfDeterminant(ReadOnlySpan<double> z)
    {
        // det = 1 + k (1 − t²), tanh to 3 ulp, which is 6 ε: one and a half times the margin of 4. Beyond s = 16 that shall not grow further.
        double t = Math.Tanh(Vectors.Dot(w, z) + b);
        return 1.5 * 2 * Math.Min(Math.Abs(K), 15) * t * t / (1 + (K * (1 - (t * t))));
    }

    /// <summary>g = 1 − t² rounds as the 1 does.</summary>
    public override double SizeOfLogDetGradient(ReadOnlySpan<double> z)
    {
        double t = Math.Tanh(Vectors.Dot(w, z) + b);
        return Math.Abs(2 * K * t / (1 + (K * (1 - (t * t))))) * Vectors.Norm(w);
    }

    /// <summary>The sum of the magnitudes that make up the pre-activation.</summary>
    private double Terms(ReadOnlySpan<double> z)
    {
        double sum = Math.Abs(b);
        for (int i = 0; i < w.Length; i++)
        {
            sum += Math.Abs(w[i] * z[i]);
        }

        return sum;
    }
}

/// <summary>f(z) = z + β h(r)(z − z₀), h = 1/(α + r), det = (1 + βh)^(D−1) (1 + βh + βh′r) (eq. 14, with the β its print lacks).</summary>
internal sealed class ReferenceRadial(double[] center, double alpha, double beta) : ReferenceLayer(center.Length)
{
    public override double Forward(ReadOnlySpan<double> z, Span<double> y)
    {
        double r = Vectors.Distance(z, center);
        for (int i = 0; i < center.Length; i++)
        {
            y[i] = z[i] + (beta / (alpha + r) * (z[i] - center[i]));
        }

        return LogDet(r);
    }

    public override void Inverse(ReadOnlySpan<double> y, Span<double> z)
    {
        double rho = Vectors.Distance(y, center);
        double r = rho == 0 ? 0 : Root(
            x => x + (beta * x / (alpha + x)) - rho, x => 1 + (beta * alpha / Math.Pow(alpha + x, 2)), 0, rho + Math.Abs(beta));
        for (int i = 0; i < center.Length; i++)
        {
            z[i] = rho == 0 ? center[i] : center[i] + (r / rho * (y[i] - center[i]));
        }
    }

    public override (LayerJacobian Jacobian, double[] LogDetGradient) Differentiate(ReadOnlySpan<double> z)
    {
        double[] v = Vectors.Subtract(z.ToArray(), center);
        double r = Vectors.Norm(v), phi = 1 + (beta / (alpha + r)), slope = -beta / Math.Pow(alpha + r, 2);
        double[] direction = r == 0 ? v : Vectors.Scaled(v, 1 / r);
        return (new(phi, Vectors.Scaled(direction, slope * r), direction), Vectors.Scaled(direction, LogDetSlope(r)));
    }

    public override ReferenceLayer Partial(double tau) => new ReferenceRadial(center, alpha, tau * beta);

    public override double RoundingOfMap(ReadOnlySpan<double> z)
    {
        double[] y = new double[Dimension];
        Forward(z, y);
        double phi = 1 + (beta / (alpha + Vectors.Distance(z, center)));
        return Vectors.Norm(y) + (phi * (Vectors.Norm(z) + Vectors.Norm(center)));
    }

    public override double RoundingOfLogDet(ReadOnlySpan<double> z)
    {
        double slope = LogDetSlope(Vectors.Distance(z, center));
        return Dimension + (Math.Abs(slope) * (Vectors.Norm(z) + Vectors.Norm(center)));
    }

    public override double RoundingOfDeterminant(ReadOnlySpan<double> z) => 1;

    public override double DistanceToKink(ReadOnlySpan<double> z) => Vectors.Distance(z, center);

    private double LogDet(double r)
    {
        double h = 1 / (alpha + r);
        return ((Dimension - 1) * Math.Log(1 + (beta * h))) + Math.Log(1 + (beta * h) - (beta * h * h * r));
    }

    private double LogDetSlope(double r)
    {
        double h = 1 / (alpha + r);
        return ((Dimension - 1) * -beta * h * h / (1 + (beta * h))) - (2 * alpha * beta * h * h * h / (1 + (alpha * beta * h * h)));
    }
}
