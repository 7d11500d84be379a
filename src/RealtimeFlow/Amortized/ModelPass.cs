using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;

namespace RealtimeFlow.Amortized;

/// <summary>
/// A model at work on a batch of images, with some samples of z for each: forward to ln p(x|z), ln p(z) and ln q_K(z|x), and backward to
/// the gradient. Memory for one user at a time; allocates nothing after construction.
/// </summary>
/// <remarks>
/// Sample s of image i stands in place s · stride + i of a row of samples, so the decoder sees the places between the images of one sample and
/// of the next as rows too: their weights are 0.
/// </remarks>
internal sealed unsafe class ModelPass
{
    private readonly LatentGaussianModel _model;
    private readonly int _samples;
    private readonly Network _encoder;
    private readonly Network _decoder;
    private readonly PosteriorLayers? _layers;
    private readonly LaneRows _images;
    private readonly LaneRows _points;
    private readonly LaneRows _spread;
    private readonly LaneRows _cotangents;
    private readonly LaneRows _headCotangents;
    private readonly LaneRows _logPosterior;
    private readonly LaneRows _logPrior;
    private readonly LaneRows _logDet;
    private readonly LaneRows _scales;
    private readonly LaneRows _weights;
    private readonly LaneRows _logDetCotangents;
    private readonly double[] _logLikelihood;
    private readonly ShardPass<DrawKernel> _draw;
    private readonly ShardPass<DensityKernel> _density;
    private readonly PixelPass _pixels;
    private readonly ShardPass<WeightKernel> _weigh;
    private readonly ShardPass<PriorKernel> _prior;
    private readonly ShardPass<HeadKernel> _heads;
    private int _rows;

    /// <param name="model">The model.</param>
    /// <param name="capacity">The most images of a batch.</param>
    /// <param name="samples">Samples of each.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="width">The vector width.</param>
    public ModelPass(LatentGaussianModel model, int capacity, int samples, IWorkers workers, LaneWidth width)
    {
        (_model, _samples) = (model, samples);
        int stride = Network.Stride(capacity), wide = checked(samples * stride);
        _encoder = new Network(model.EncoderShape, capacity, workers, width);
        _decoder = new Network(model.DecoderShape, wide, workers, width);
        _layers = model.Posterior.LayerCount == 0 ? null : new PosteriorLayers(model, capacity, samples, workers, width);
        _images = new LaneRows(model.Pixels, stride);
        _points = new LaneRows(model.Latents, wide);
        _spread = new LaneRows(model.Latents, wide);
        _cotangents = new LaneRows(model.Latents, wide);
        _headCotangents = new LaneRows(model.EncoderShape.Outputs, stride);
        _logPosterior = new LaneRows(1, wide);
        _logPrior = new LaneRows(1, wide);
        _logDet = new LaneRows(1, wide);
        _scales = new LaneRows(1, wide);
        _weights = new LaneRows(1, wide);
        _logDetCotangents = new LaneRows(1, wide);
        _logLikelihood = new double[wide];
        _draw = new(workers, width);
        _density = new(workers, width);
        _pixels = new PixelPass(model, wide, workers, width);
        _weigh = new(workers, width);
        _prior = new(workers, width);
        _heads = new(workers, width);
    }

    /// <summary>The images of a batch of so many, [pixels][stride]: to be filled before <see cref="Encode"/>.</summary>
    public Span<float> Images(int rows) => _images.Span[..(_model.Pixels * Network.Stride(rows))];

    /// <summary>ln p(x|z) of a sample, image by image.</summary>
    public ReadOnlySpan<double> LogLikelihood(int sample) => _logLikelihood.AsSpan(sample * Stride, _rows);

    /// <summary>ln q_K(z|x) of a sample, image by image, without its −½ D ln 2π.</summary>
    public ReadOnlySpan<float> LogPosterior(int sample) => _logPosterior.Span.Slice(sample * Stride, _rows);

    /// <summary>ln p(z) of a sample, image by image, without its −½ D ln 2π.</summary>
    public ReadOnlySpan<float> LogPrior(int sample) => _logPrior.Span.Slice(sample * Stride, _rows);

    /// <summary>The share that a sample has in the gradient of its image, image by image, divided by their number; 1 each before it is set.</summary>
    public Span<float> Weights(int sample) => _weights.Span.Slice(sample * Stride, _rows);

    /// <summary>How many groups of sixteen images the batch has, the last maybe not full.</summary>
    public int Groups => Stride / LaneDispatch.Slots;

    private int Stride => Network.Stride(_rows);

    private int Wide => _samples * Stride;

    // The places beyond the last image of the last sample are no rows.
    private int DecodedRows => Wide - Stride + _rows;

    // The raw parameters of the images' own layers: nothing where there are none.
    private ReadOnlySpan<float> LayerHeads => _encoder.Output[(2 * _model.Latents * Stride)..];

    /// <summary>What the encoder said of the images, [2D and more][stride]: μ, ln σ and what follows.</summary>
    public ReadOnlySpan<float> Heads => _encoder.Output;

    /// <summary>[D][samples · stride]: z_K.</summary>
    public Span<float> Points => _points.Span[..(_model.Latents * Wide)];

    private LatentRows Latents => new()
    {
        Heads = Pointer(_encoder.Output),
        Points = _points.Start,
        Spread = _spread.Start,
        LogPosterior = _logPosterior.Start,
        LogPrior = _logPrior.Start,
        Latents = _model.Latents,
        Samples = _samples,
        Stride = Stride,
    };

    /// <summary>Finds the posteriors of the images.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="rows">How many images.</param>
    public void Encode(ReadOnlySpan<float> parameters, int rows)
    {
        _rows = rows;
        _encoder.Forward(parameters[_model.Encoder], Images(rows), rows);
        _layers?.Constrain(LayerHeads, parameters[_model.SharedLayers], rows);
    }

    /// <summary>Draws the samples, and finds what they are worth.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="stream">Where ε comes from.</param>
    /// <param name="firstGroup">The group of its points that the first sixteen images take with their first sample.</param>
    /// <param name="sampleGroups">Groups from a sample to the next.</param>
    /// <param name="beta">What the gradient of ln p(x, z) is to be multiplied by; null where no gradient is wanted.</param>
    public void Sample(ReadOnlySpan<float> parameters, in RandomStream stream, ulong firstGroup, ulong sampleGroups, double? beta)
    {
        LatentRows latents = Latents;
        _draw.Run(new DrawKernel { Rows = latents, Stream = stream, FirstGroup = firstGroup, SampleGroups = sampleGroups }, _samples * Groups);
        _layers?.Forward(LayerHeads, Points, _logDet.Span[..Wide]);
        _density.Run(new DensityKernel { Rows = latents, LogDet = _logDet.Start }, _samples * Groups);
        _decoder.Forward(parameters[_model.Decoder], Points, DecodedRows);
        for (int sample = 0; sample < _samples; sample++)
        {
            Weights(sample).Fill(1f / _rows);
            _weights.Span[((sample * Stride) + _rows)..((sample + 1) * Stride)].Clear();
        }

        Scale(beta ?? 0);
        _pixels.Run(_images.Start, Pointer(_decoder.Output), _scales.Start, Stride, beta != null, _logLikelihood.AsSpan(0, Wide));
    }

    /// <summary>The gradient of the loss by all parameters, after <see cref="Sample"/> and, with more samples than one, <see cref="Reweigh"/>.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="gradient">Receives it.</param>
    public void Backward(ReadOnlySpan<float> parameters, Span<float> gradient)
    {
        Span<float> cotangents = _cotangents.Span[..Points.Length];
        LatentRows latents = Latents;
        _decoder.Backward(parameters[_model.Decoder], Points, _decoder.Output, gradient[_model.Decoder], cotangents);
        _prior.Run(new PriorKernel { Rows = latents, Cotangents = _cotangents.Start, Scales = _scales.Start }, _samples * Groups);
        Span<float> heads = _headCotangents.Span[..(_model.EncoderShape.Outputs * Stride)];
        _layers?.Backward(
            LayerHeads, Points, cotangents, _logDetCotangents.Span[..Wide], heads[(2 * _model.Latents * Stride)..], gradient[_model.SharedLayers]);
        _heads.Run(
            new HeadKernel { Rows = latents, Cotangents = _cotangents.Start, Weights = _weights.Start, HeadCotangents = _headCotangents.Start }, Groups);
        _encoder.Backward(parameters[_model.Encoder], Images(_rows), heads, gradient[_model.Encoder], []);
    }

    /// <summary>Gives the samples the weights that were written to <see cref="Weights"/> in the place of equal ones.</summary>
    /// <param name="beta">As for <see cref="Sample"/>.</param>
    public void Reweigh(double beta)
    {
        // The cotangents have had the scale β/rows so far.
        Scale(beta);
        int outputs = _model.DecoderShape.Outputs;
        _weigh.Run(
            new WeightKernel { Cotangents = Pointer(_decoder.Output), Weights = _weights.Start, Factor = _rows, Wide = Wide, Outputs = outputs },
            WeightKernel.Shards(outputs));
    }

    private static float* Pointer(Span<float> pinned) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));

    private void Scale(double beta)
    {
        for (int i = 0; i < Wide; i++)
        {
            _scales.Start[i] = (float)beta * _weights.Start[i];
            _logDetCotangents.Start[i] = -_weights.Start[i];
        }
    }
}
