using System.Numerics.Tensors;

namespace RealtimeFlow.Inference;

/// <summary>A number that an optimizer keeps of each parameter.</summary>
/// <param name="Name">What it is.</param>
/// <param name="IsSigned">Whether it may be below 0.</param>
internal readonly record struct OptimizerState(string Name, bool IsSigned);

/// <summary>
/// Turns gradients into steps, element by element, in float64; parameters stay float32. Every operation is rounded correctly, so that the
/// bits are the same at every vector width.
/// </summary>
public abstract class Optimizer
{
    private readonly double[][] _state;
    private double[] _step;
    private double[] _wide;

    /// <summary>Makes the optimizer at its beginning.</summary>
    /// <param name="parameters">How many parameters.</param>
    /// <param name="states">What it keeps of each, 0 at the beginning.</param>
    private protected Optimizer(int parameters, params OptimizerState[] states)
    {
        States = states;
        _state = [.. states.Select(_ => new double[parameters])];
        _step = new double[parameters];
        _wide = new double[parameters];
    }

    /// <summary>What it keeps of each parameter.</summary>
    internal IReadOnlyList<OptimizerState> States { get; }

    /// <summary>Makes an optimizer for a number of parameters.</summary>
    /// <param name="options">Say which, its ε and its β₂.</param>
    /// <param name="parameters">How many numbers it shall move.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static Optimizer Create(TrainerOptions options, int parameters) => options.Optimizer switch
    {
        OptimizerKind.Adam => new Adam(parameters, options.Epsilon, options.SquareDecay),
        OptimizerKind.RmsProp => new RmsProp(parameters, options.Epsilon),
        OptimizerKind.Sgd => new Sgd(parameters),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    /// <summary>What it keeps, in the order of <see cref="States"/>: a number a parameter.</summary>
    internal Span<double> State(int index) => _state[index];

    /// <summary>Moves the parameters against the gradient. Allocates nothing.</summary>
    /// <param name="parameters">The parameters: always the same ones, since it remembers how each moved.</param>
    /// <param name="gradient">The derivative by each of them.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    public void Step(Span<float> parameters, ReadOnlySpan<double> gradient, double learningRate)
    {
        FindStep(gradient, learningRate, _step);
        TensorPrimitives.ConvertTruncating<float, double>(parameters, _wide);
        TensorPrimitives.Subtract(_wide, _step, _wide);
        TensorPrimitives.ConvertTruncating<double, float>(_wide, parameters);
    }

    /// <summary>Makes room for new parameters, of which it knows nothing yet.</summary>
    /// <param name="place">The first of them.</param>
    /// <param name="count">How many.</param>
    internal void Insert(int place, int count)
    {
        foreach (ref double[] numbers in _state.AsSpan())
        {
            numbers = RunningMean.Widened(numbers, place, count);
        }

        _step = new double[_step.Length + count];
        _wide = new double[_step.Length];
    }

    /// <summary>Leaves parameters out that are no more.</summary>
    /// <param name="place">The first of them.</param>
    /// <param name="count">How many.</param>
    internal void Remove(int place, int count)
    {
        foreach (ref double[] numbers in _state.AsSpan())
        {
            numbers = RunningMean.Narrowed(numbers, place, count);
        }

        _step = new double[_step.Length - count];
        _wide = new double[_step.Length];
    }

    /// <summary>Is at its beginning again.</summary>
    internal void Forget()
    {
        foreach (double[] numbers in _state)
        {
            numbers.AsSpan().Clear();
        }
    }

    /// <summary>Takes a gradient in, and says what to subtract from the parameters.</summary>
    private protected abstract void FindStep(ReadOnlySpan<double> gradient, double learningRate, Span<double> step);
}
