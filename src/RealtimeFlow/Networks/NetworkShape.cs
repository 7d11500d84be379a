using RealtimeFlow.Random;

namespace RealtimeFlow.Networks;

/// <summary>
/// What a feed-forward network is made of, without its numbers, and where these lie in the one contiguous block that optimiser, files and
/// kernels share: layer after layer the weights, a row a unit, and then the biases.
/// </summary>
public sealed class NetworkShape
{
    private readonly DenseShape[] _layers;
    private readonly int[] _offsets;

    /// <summary>Makes a shape.</summary>
    /// <param name="inputs">How many numbers enter; at least 1.</param>
    /// <param name="layers">The layers in order; at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">No input.</exception>
    /// <exception cref="ArgumentException">No layer.</exception>
    /// <exception cref="OverflowException">More parameters than an array can hold.</exception>
    public NetworkShape(int inputs, params ReadOnlySpan<DenseShape> layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        if (layers.IsEmpty)
        {
            throw new ArgumentException("A network needs a layer.", nameof(layers));
        }

        Inputs = inputs;
        _layers = layers.ToArray();
        _offsets = new int[_layers.Length + 1];
        for (int i = 0; i < _layers.Length; i++)
        {
            _offsets[i + 1] = checked(_offsets[i] + (_layers[i].Units * (InputsOf(i) + 1)));
        }
    }

    /// <summary>How many numbers enter.</summary>
    public int Inputs { get; }

    /// <summary>How many numbers leave.</summary>
    public int Outputs => _layers[^1].Outputs;

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<DenseShape> Layers => _layers;

    /// <summary>The numbers in the block.</summary>
    public int ParameterCount => _offsets[^1];

    /// <summary>How many numbers enter a layer.</summary>
    /// <param name="layer">0 ≤ layer &lt; the number of layers.</param>
    public int InputsOf(int layer) => layer == 0 ? Inputs : _layers[layer - 1].Outputs;

    /// <summary>The place of a layer's weights in the block: [units][inputs].</summary>
    /// <param name="layer">0 ≤ layer &lt; the number of layers.</param>
    public Range Weights(int layer) => _offsets[layer]..(_offsets[layer + 1] - _layers[layer].Units);

    /// <summary>The place of a layer's biases in the block: [units].</summary>
    /// <param name="layer">0 ≤ layer &lt; the number of layers.</param>
    public Range Biases(int layer) => (_offsets[layer + 1] - _layers[layer].Units).._offsets[layer + 1];

    /// <summary>
    /// Parameters to start from: biases of 0, weights that are normal about 0 with the variance that keeps signals alike from layer to layer.
    /// </summary>
    /// <remarks>
    /// Glorot &amp; Bengio 2010 for linear layers, tanh and maxout, 2 / (inputs + outputs), which is between what the values need and what
    /// the cotangents need: a cotangent of maxout goes on to one unit of its window. He et al. 2015 for ReLU and softplus, 2 / inputs,
    /// since about half of what enters is lost.
    /// </remarks>
    /// <param name="parameters">Receives them: <see cref="ParameterCount"/> numbers.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="first">Where in the seed's random numbers to begin: the numbers of another network, if both have one seed.</param>
    /// <exception cref="ArgumentException">Not as many numbers as there are parameters.</exception>
    public void Initialize(Span<float> parameters, ulong seed, ulong first = 0)
    {
        if (parameters.Length != ParameterCount)
        {
            throw new ArgumentException($"The network has {ParameterCount} parameters, not {parameters.Length}.", nameof(parameters));
        }

        new RandomStream(seed, StreamNumbers.Initialization).FillNormal(first, parameters);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            float deviation = MathF.Sqrt(Variance(layer));
            foreach (ref float weight in parameters[Weights(layer)])
            {
                weight *= deviation;
            }

            parameters[Biases(layer)].Clear();
        }
    }

    private float Variance(int layer) => _layers[layer].Activation is Activation.Relu or Activation.Softplus
        ? 2f / InputsOf(layer)
        : 2f / (InputsOf(layer) + _layers[layer].Outputs);
}
