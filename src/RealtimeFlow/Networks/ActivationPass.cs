using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>The activation of a layer over a batch, and back.</summary>
/// <param name="outputs">How many outputs the layer has.</param>
/// <param name="workers">The threads to use.</param>
internal abstract unsafe class ActivationPass(int outputs, IWorkers workers) : IShardedWork
{
    // Numbers of a shard: a few microseconds of work.
    private const int Shard = 1 << 14;

    private ActivationArguments _arguments;

    private int FeaturesOfShard => Math.Max(1, Shard / _arguments.Stride);

    /// <summary>The pass of a layer.</summary>
    public static ActivationPass Of(DenseShape shape, IWorkers workers, LaneWidth width) => shape.Activation switch
    {
        Activation.Linear => new ElementwisePass<Identity>(shape.Outputs, workers, width),
        Activation.Tanh => new ElementwisePass<HyperbolicTangent>(shape.Outputs, workers, width),
        Activation.Relu => new ElementwisePass<Rectifier>(shape.Outputs, workers, width),
        Activation.Softplus => new ElementwisePass<SoftRectifier>(shape.Outputs, workers, width),
        _ => new MaxoutPass(shape, workers, width),
    };

    /// <summary>Outputs from units.</summary>
    /// <param name="units">[units][stride].</param>
    /// <param name="outputs">[outputs][stride]; the units themselves but for maxout.</param>
    /// <param name="stride">The places of a feature.</param>
    public void Forward(float* units, float* outputs, int stride) => Run(new(units, outputs, null, null, stride, stride));

    /// <summary>
    /// The cotangent of the units from that of the outputs, and the gradient by the biases: its sum over the rows. Beyond the rows it is 0.
    /// </summary>
    /// <param name="units">As <see cref="Forward(float*, float*, int)"/> left them; maxout writes the cotangent in their place.</param>
    /// <param name="outputs">As <see cref="Forward(float*, float*, int)"/> left them.</param>
    /// <param name="cotangent">Of the outputs; overwritten, with that of the units but for maxout.</param>
    /// <param name="biasGradient">Receives a number a unit.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="stride">The places of a feature.</param>
    public void Backward(float* units, float* outputs, float* cotangent, float* biasGradient, int rows, int stride) =>
        Run(new(units, outputs, cotangent, biasGradient, rows, stride));

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        int first = shard * FeaturesOfShard, last = Math.Min(first + FeaturesOfShard, outputs);
        if (_arguments.Cotangent == null)
        {
            Forward(_arguments, first, last);
        }
        else
        {
            Backward(_arguments, first, last);
        }
    }

    /// <summary>Outputs first ≤ j &lt; last from their units.</summary>
    protected abstract void Forward(in ActivationArguments arguments, int first, int last);

    /// <summary>The cotangents of the units of outputs first ≤ j &lt; last.</summary>
    protected abstract void Backward(in ActivationArguments arguments, int first, int last);

    private void Run(in ActivationArguments arguments)
    {
        _arguments = arguments;
        workers.Run(this, (outputs + FeaturesOfShard - 1) / FeaturesOfShard);
    }
}

/// <summary>What a pass works on.</summary>
internal readonly unsafe struct ActivationArguments(float* units, float* outputs, float* cotangent, float* biasGradient, int rows, int stride)
{
    /// <summary>[units][stride].</summary>
    public float* Units => units;

    /// <summary>[outputs][stride].</summary>
    public float* Outputs => outputs;

    /// <summary>Of the outputs; null forward.</summary>
    public float* Cotangent => cotangent;

    /// <summary>A number a unit; null forward.</summary>
    public float* BiasGradient => biasGradient;

    /// <summary>How many rows.</summary>
    public int Rows => rows;

    /// <summary>The places of a feature.</summary>
    public int Stride => stride;
}
