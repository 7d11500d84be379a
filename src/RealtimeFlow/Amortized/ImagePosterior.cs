using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Amortized;

/// <summary>
/// q_K(z|x) of one image as a distribution of its own: the Gaussian and the layers that the encoder gives that image, or its Gaussian and the
/// layers that all images share. So all that a flow can, a posterior can: sample, and say its exact density anywhere.
/// </summary>
/// <remarks>One thread at a time may call. Allocates nothing after construction.</remarks>
public sealed class ImagePosterior
{
    private readonly LatentGaussianModel _model;
    private readonly Network _encoder;
    private readonly LaneRows _image;
    private readonly float[] _raw;
    private readonly float[] _effective;
    private readonly int[] _place = new int[1];

    /// <summary>Makes the posterior of models of one shape: the prior before the first image.</summary>
    /// <param name="model">The shape.</param>
    /// <param name="workers">The threads to use.</param>
    public ImagePosterior(LatentGaussianModel model, IWorkers workers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(workers);
        _model = model;
        _encoder = new Network(model.EncoderShape, 1, workers);
        _image = new LaneRows(model.Pixels, LaneDispatch.Slots);
        (_raw, _effective) = (new float[model.Posterior.ParameterCount], new float[model.Posterior.ParameterCount]);
        Constrain();
        Flow = new FlowDistribution(model.Posterior, _effective);
    }

    /// <summary>The posterior: one object, updated in place.</summary>
    public FlowDistribution Flow { get; }

    /// <summary>Becomes the posterior of an image.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="images">The set, as it is in epoch 0.</param>
    /// <param name="image">Which of them.</param>
    /// <exception cref="ArgumentException">The block, or the images, are of another size.</exception>
    public void Update(ReadOnlySpan<float> parameters, ImageSource images, int image)
    {
        ArgumentNullException.ThrowIfNull(images);
        _place[0] = image;
        images.Fill(_place, epoch: 0, _image.Span, LaneDispatch.Slots);
        _encoder.Forward(parameters[_model.Encoder], _image.Span, 1);
        ReadOnlySpan<float> heads = _encoder.Output;
        for (int i = 0; i < _model.EncoderShape.Outputs; i++)
        {
            _raw[i] = heads[i * LaneDispatch.Slots];
        }

        parameters[_model.SharedLayers].CopyTo(_raw.AsSpan(_raw.Length - parameters[_model.SharedLayers].Length));
        Constrain();
        Flow.SetTrusted(_effective);
    }

    private void Constrain()
    {
        FlowShape shape = _model.Posterior;
        _raw.AsSpan(0, shape.LogScale.End.Value).CopyTo(_effective);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Range place = shape.Layer(layer);
            shape.Kinds[layer].Constrain(shape.Dimension, _model.Constraint, _raw.AsSpan(place), _effective.AsSpan(place));
        }
    }
}
