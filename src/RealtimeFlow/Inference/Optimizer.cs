namespace RealtimeFlow.Inference;

/// <summary>Turns gradients into steps, element by element, in float64; parameters stay float32.</summary>
public abstract class Optimizer
{
    private protected Optimizer(int parameters) => (First, Second) = (new double[parameters], new double[parameters]);

    /// <summary>The running mean of the gradient (Adam) or the velocity (RMSprop).</summary>
    private protected double[] First { get; }

    /// <summary>The running mean of the squared gradient.</summary>
    private protected double[] Second { get; }

    /// <summary>Moves the parameters against the gradient. Allocates nothing.</summary>
    /// <param name="parameters">The parameters; always the same ones, since the optimizer remembers how each moved.</param>
    /// <param name="gradient">The derivative by each of them.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    public abstract void Step(Span<float> parameters, ReadOnlySpan<double> gradient, double learningRate);

    /// <summary>Makes an optimizer for a number of parameters.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="parameters">How many numbers it shall move.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static Optimizer Create(OptimizerKind kind, int parameters) => kind switch
    {
        OptimizerKind.Adam => new Adam(parameters),
        OptimizerKind.RmsProp => new RmsProp(parameters),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>Adam: D. Kingma, J. Ba, <i>Adam: a method for stochastic optimization</i>, ICLR 2015, algorithm 1.</summary>
internal sealed class Adam(int parameters) : Optimizer(parameters)
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private double _power1 = 1, _power2 = 1;

    /// <inheritdoc/>
    public override void Step(Span<float> parameters, ReadOnlySpan<double> gradient, double learningRate)
    {
        _power1 *= Beta1;
        _power2 *= Beta2;
        double rate = learningRate / (1 - _power1);
        double correction2 = 1 / (1 - _power2);
        for (int i = 0; i < parameters.Length; i++)
        {
            First[i] = (Beta1 * First[i]) + ((1 - Beta1) * gradient[i]);
            Second[i] = (Beta2 * Second[i]) + ((1 - Beta2) * gradient[i] * gradient[i]);
            parameters[i] = (float)(parameters[i] - (rate * First[i] / (Math.Sqrt(Second[i] * correction2) + Epsilon)));
        }
    }
}

/// <summary>RMSprop with momentum, as Rezende &amp; Mohamed 2015 train: momentum 0.9, decay 0.9 of the squared gradient.</summary>
internal sealed class RmsProp(int parameters) : Optimizer(parameters)
{
    private const double Decay = 0.9, Momentum = 0.9, Epsilon = 1e-8;

    /// <inheritdoc/>
    public override void Step(Span<float> parameters, ReadOnlySpan<double> gradient, double learningRate)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            Second[i] = (Decay * Second[i]) + ((1 - Decay) * gradient[i] * gradient[i]);
            First[i] = (Momentum * First[i]) + (learningRate * gradient[i] / (Math.Sqrt(Second[i]) + Epsilon));
            parameters[i] = (float)(parameters[i] - First[i]);
        }
    }
}
