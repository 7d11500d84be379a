using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>One layer of a network over a batch: three matrix products, and a pass over the units after the first and before the others.</summary>
internal sealed unsafe class DenseLayer
{
    private readonly int _inputs;
    private readonly DenseShape _shape;
    private readonly LaneMemory _units;
    private readonly LaneMemory _outputs;
    private readonly MatrixProduct _product;
    private readonly ActivationPass _activation;

    /// <param name="inputs">How many numbers enter.</param>
    /// <param name="shape">What the layer is.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    /// <param name="product">Does the products, for all layers.</param>
    /// <param name="activation">Does the activation, for this one.</param>
    public DenseLayer(int inputs, DenseShape shape, int capacity, MatrixProduct product, ActivationPass activation)
    {
        (_inputs, _shape, _product, _activation) = (inputs, shape, product, activation);
        _units = Network.Numbers(shape.Units, capacity);
        _outputs = shape.Activation == Activation.Maxout ? Network.Numbers(shape.Outputs, capacity) : _units;
    }

    /// <summary>The outputs of the last batch, [outputs][stride].</summary>
    public float* Outputs => (float*)_outputs.Start;

    private float* Units => (float*)_units.Start;

    /// <summary>y = f(W x + b).</summary>
    public void Forward(float* weights, float* biases, float* values, int rows)
    {
        int stride = Network.Stride(rows);
        _product.Multiply(new Matrix(Units, _shape.Units, stride, stride), Weights(weights), new Matrix(values, _inputs, stride, stride), biases);
        _activation.Forward(Units, Outputs, stride);
    }

    /// <summary>From the cotangent of y those of W, b and, where there is a place for it, x.</summary>
    public void Backward(
        float* weights, float* values, float* cotangent, float* weightGradient, float* biasGradient, float* inputCotangent, int rows)
    {
        int stride = Network.Stride(rows);
        _activation.Backward(Units, Outputs, cotangent, biasGradient, rows, stride);
        float* ofUnits = _outputs == _units ? cotangent : Units;
        _product.Multiply(
            Weights(weightGradient), new Matrix(ofUnits, _shape.Units, rows, stride), new Matrix(values, _inputs, rows, stride).Transposed);
        if (inputCotangent != null)
        {
            _product.Multiply(
                new Matrix(inputCotangent, _inputs, stride, stride), Weights(weights).Transposed, new Matrix(ofUnits, _shape.Units, stride, stride));
        }
    }

    private Matrix Weights(float* start) => new(start, _shape.Units, _inputs, _inputs);
}
