using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>One layer of a network over a batch: three matrix products and two passes over what is between them.</summary>
internal sealed unsafe class DenseLayer
{
    private readonly int _inputs;
    private readonly DenseShape _shape;
    private readonly float* _units;
    private readonly MatrixProduct _product;
    private readonly ActivationPass? _activation;
    private readonly ActivationPass _derivative;

    /// <param name="inputs">How many numbers enter.</param>
    /// <param name="shape">What the layer is.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    /// <param name="memory"><see cref="Numbers"/> of them, for the layer alone.</param>
    /// <param name="product">Does the products, for whoever asks.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="width">The vector width.</param>
    public DenseLayer(int inputs, DenseShape shape, int capacity, float* memory, MatrixProduct product, IWorkers workers, LaneWidth width)
    {
        (_inputs, _shape, _product) = (inputs, shape, product);
        int stride = Network.Stride(capacity);
        _units = memory;
        Outputs = shape.Activation == Activation.Maxout ? _units + (shape.Units * stride) : _units;
        Cotangent = memory + Numbers(shape, capacity) - (shape.Outputs * stride);
        _pass = ActivationPass.Of(shape, workers, width);
    }

}
