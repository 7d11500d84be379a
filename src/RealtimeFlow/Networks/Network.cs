using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>
/// A feed-forward network of dense layers, forward and backward, over a batch of rows: scratch memory for one user at a time, which owns no
/// parameters. Nothing is allocated after construction.
/// </summary>
/// <remarks>
/// <para>
/// Numbers of a batch stand by features: feature j of row r at <c>j · stride + r</c>, the stride being <see cref="Stride"/> of the rows. What
/// stands in the places beyond the rows is of no account and is not kept from becoming anything.
/// </para>
/// <para>
/// The bits depend neither on the threads nor on the vector width. A weighted sum is one chain of fused multiply-adds in ascending order of
/// what it runs over, begun by the bias; so is the gradient by a weight, over the rows. The gradient by a bias is summed over the rows in
/// sixteen slots.
/// </para>
/// </remarks>
public sealed unsafe class Network
{
    private readonly DenseLayer[] _layers;
    private readonly LaneMemory[] _cotangents;
    private readonly int _capacity;
    private int _rows;
    private bool _forward;

    /// <summary>Makes scratch memory.</summary>
    /// <param name="shape">What the network is made of.</param>
    /// <param name="capacity">The most rows of a batch; at least 1.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">No row.</exception>
    /// <exception cref="OverflowException">More memory than an array can hold.</exception>
    public Network(NetworkShape shape, int capacity, IWorkers workers)
        : this(shape, capacity, workers, LaneDispatch.Width)
    {
    }

    /// <inheritdoc cref="Network(NetworkShape, int, IWorkers)"/>
    internal Network(NetworkShape shape, int capacity, IWorkers workers, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Shape = shape;
        _capacity = capacity;
        IReadOnlyList<DenseShape> layers = shape.Layers;
        int largest = 0;
        for (int i = 0; i < layers.Count; i++)
        {
            largest = Math.Max(largest, PackedRows.Length(capacity, shape.InputsOf(i)));
        }

        MatrixProduct product = new(largest, workers, width);
        _layers = new DenseLayer[layers.Count];
        _cotangents = new LaneMemory[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            _layers[i] = new DenseLayer(shape.InputsOf(i), layers[i], capacity, product, ActivationPass.Of(layers[i], workers, width));
            _cotangents[i] = i == 0 ? new LaneMemory(0) : Numbers(shape.InputsOf(i), capacity);
        }
    }

    /// <summary>What the network is made of.</summary>
    public NetworkShape Shape { get; }

    /// <summary>The outputs of the last <see cref="Forward"/>, [outputs][stride]; written anew by the next, and the caller's to change.</summary>
    public Span<float> Output => new(_layers[^1].Outputs, Shape.Outputs * Stride(_rows));

    /// <summary>The places of a feature for so many rows: rounded up to a multiple of <see cref="LaneDispatch.Slots"/>.</summary>
    /// <param name="rows">How many rows.</param>
    public static int Stride(int rows) => LaneDispatch.Padded(rows);

    /// <summary>Computes <see cref="Output"/>, and keeps what <see cref="Backward"/> needs. Allocates nothing.</summary>
    /// <param name="parameters">The block, as <see cref="NetworkShape"/> lays it out.</param>
    /// <param name="inputs">[inputs][stride].</param>
    /// <param name="rows">How many rows: from 1 to the capacity.</param>
    /// <exception cref="ArgumentException">A span of another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No row, or more than the capacity.</exception>
    public void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> inputs, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, _capacity);
        Expect(parameters.Length, Shape.ParameterCount, nameof(parameters));
        Expect(inputs.Length, Shape.Inputs * Stride(rows), nameof(inputs));
        _rows = rows;
        _forward = true;
        fixed (float* block = parameters, first = inputs)
        {
            float* values = first;
            for (int i = 0; i < _layers.Length; i++)
            {
                _layers[i].Forward(block + Start(Shape.Weights(i)), block + Start(Shape.Biases(i)), values, rows);
                values = _layers[i].Outputs;
            }
        }
    }

    /// <summary>
    /// The cotangents of parameters and inputs from that of the outputs. Uses up what <see cref="Forward"/> kept: once for each. Allocates
    /// nothing.
    /// </summary>
    /// <param name="parameters">Those of the last <see cref="Forward"/>.</param>
    /// <param name="inputs">Those of the last <see cref="Forward"/>.</param>
    /// <param name="outputCotangent">
    /// ∂F/∂output, [outputs][stride]; overwritten. <see cref="Output"/> itself where the last layer is linear, for which it is not needed.
    /// </param>
    /// <param name="gradient">Receives ∂F/∂parameter, summed over the rows.</param>
    /// <param name="inputCotangent">Receives ∂F/∂input, [inputs][stride]; empty where it is not wanted.</param>
    /// <exception cref="ArgumentException">A span of another length.</exception>
    /// <exception cref="InvalidOperationException">No <see cref="Forward"/> since the last call.</exception>
    public void Backward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> inputs, Span<float> outputCotangent, Span<float> gradient, Span<float> inputCotangent)
    {
        if (!_forward)
        {
            throw new InvalidOperationException("Each backward pass needs a forward pass before it.");
        }

        int stride = Stride(_rows);
        Expect(parameters.Length, Shape.ParameterCount, nameof(parameters));
        Expect(inputs.Length, Shape.Inputs * stride, nameof(inputs));
        Expect(outputCotangent.Length, Shape.Outputs * stride, nameof(outputCotangent));
        Expect(gradient.Length, Shape.ParameterCount, nameof(gradient));
        if (!inputCotangent.IsEmpty)
        {
            Expect(inputCotangent.Length, Shape.Inputs * stride, nameof(inputCotangent));
        }

        _forward = false;
        fixed (float* block = parameters, first = inputs, last = outputCotangent, sums = gradient, wanted = inputCotangent)
        {
            float* cotangent = last;
            for (int i = _layers.Length - 1; i >= 0; i--)
            {
                float* values = i == 0 ? first : _layers[i - 1].Outputs;
                float* next = i == 0 ? wanted : (float*)_cotangents[i].Start;
                int weights = Start(Shape.Weights(i));
                _layers[i].Backward(block + weights, values, cotangent, sums + weights, sums + Start(Shape.Biases(i)), next, _rows);
                cotangent = next;
            }
        }
    }

    /// <summary>Memory for features of a batch: numbers, since what is beyond its rows is computed with.</summary>
    internal static LaneMemory Numbers(int features, int capacity)
    {
        LaneMemory memory = new(checked(features * Stride(capacity) * sizeof(float)));
        new Span<byte>(memory.Start, memory.Length).Clear();
        return memory;
    }

    private static int Start(Range range) => range.Start.Value;

    private static void Expect(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"{expected} numbers are needed, not {length}.", name);
        }
    }
}
