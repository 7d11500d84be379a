using System.Numerics.Tensors;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Inference;

/// <summary>Numbers that an optimizer keeps.</summary>
/// <param name="Name">What they are.</param>
/// <param name="IsSigned">Whether they may be below 0.</param>
/// <param name="Rank">1: one of each parameter; 2: the rows of a square <see cref="RowMatrix"/> of them; 0: one.</param>
internal readonly record struct OptimizerState(string Name, bool IsSigned, int Rank = 1)
{
    /// <summary>How many numbers there are.</summary>
    public int Length(int parameters) => Rank switch { 0 => 1, 1 => parameters, _ => checked(RowMatrix.StrideOf(parameters) * RowMatrix.StrideOf(parameters)) };
}

/// <summary>
/// Turns gradients into steps, in float64; parameters stay float32. Every operation is rounded correctly and every sum has one order, so
/// that the bits are the same at every vector width.
/// </summary>
public abstract class Optimizer
{
    private readonly double[][] _state;
    private double[] _step;
    private double[] _wide;

    /// <summary>Makes the optimizer at its beginning.</summary>
    /// <param name="parameters">How many parameters.</param>
    /// <param name="states">What it keeps, 0 at the beginning; matrices are its own to make.</param>
    private protected Optimizer(int parameters, params OptimizerState[] states)
    {
        States = states;
        _state = [.. states.Select(state => state.Rank > 1 ? [] : new double[state.Length(parameters)])];
        _step = new double[parameters];
        _wide = new double[parameters];
    }

    /// <summary>What it keeps.</summary>
    internal IReadOnlyList<OptimizerState> States { get; }

    /// <summary>Makes an optimizer for a number of parameters.</summary>
    /// <param name="options">Say which, its ε and its β₂.</param>
    /// <param name="parameters">How many numbers it shall move.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    /// <exception cref="ArgumentException">They are too many for SOAP.</exception>
    public static Optimizer Create(TrainerOptions options, int parameters) => options.Optimizer switch
    {
        OptimizerKind.Adam => new Adam(parameters, options.Epsilon, options.SquareDecay),
        OptimizerKind.RmsProp => new RmsProp(parameters, options.Epsilon),
        OptimizerKind.Soap when Defect(options.Optimizer, parameters) is string defect => throw new ArgumentException(defect, nameof(parameters)),
        OptimizerKind.Soap => new Soap(parameters, options.Epsilon, options.SquareDecay),
        OptimizerKind.Sgd => new Sgd(parameters),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    /// <summary>Null for a number of parameters that an optimizer can have, else what is wrong with it, as a sentence.</summary>
    /// <param name="kind">The optimizer.</param>
    /// <param name="parameters">How many numbers it shall move.</param>
    public static string? Defect(OptimizerKind kind, int parameters) => kind != OptimizerKind.Soap || parameters <= Soap.MostParameters
        ? null
        : $"SOAP keeps a number of each pair of parameters: {parameters} are more than the {Soap.MostParameters} that it can have. Another optimizer can.";

    /// <summary>What it keeps, in the order of <see cref="States"/>.</summary>
    internal virtual Span<double> State(int index) => _state[index];

    /// <summary>Keeps what another one kept.</summary>
    /// <param name="states">In the order of <see cref="States"/>, each of its length.</param>
    internal void Restore(double[][] states)
    {
        for (int i = 0; i < states.Length; i++)
        {
            states[i].CopyTo(State(i));
        }
    }

    /// <summary>Null where it can go on from what it keeps, else what is wrong with that, as a sentence.</summary>
    internal virtual string? StateDefect() => null;

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
    internal virtual void Insert(int place, int count)
    {
        Change(numbers => RunningMean.Widened(numbers, place, count));
        _step = new double[_step.Length + count];
        _wide = new double[_step.Length];
    }

    /// <summary>Leaves parameters out that are no more.</summary>
    /// <param name="place">The first of them.</param>
    /// <param name="count">How many.</param>
    internal virtual void Remove(int place, int count)
    {
        Change(numbers => RunningMean.Narrowed(numbers, place, count));
        _step = new double[_step.Length - count];
        _wide = new double[_step.Length];
    }

    /// <summary>Is at its beginning again.</summary>
    internal virtual void Forget()
    {
        foreach (double[] numbers in _state)
        {
            numbers.AsSpan().Clear();
        }
    }

    private void Change(Func<double[], double[]> ofEachParameter)
    {
        for (int i = 0; i < _state.Length; i++)
        {
            _state[i] = States[i].Rank == 1 ? ofEachParameter(_state[i]) : _state[i];
        }
    }

    /// <summary>Takes a gradient in, and says what to subtract from the parameters.</summary>
    private protected abstract void FindStep(ReadOnlySpan<double> gradient, double learningRate, Span<double> step);
}
