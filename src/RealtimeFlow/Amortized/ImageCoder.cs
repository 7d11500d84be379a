using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;

namespace RealtimeFlow.Amortized;

/// <summary>Codes images as latent variables, and decodes latent variables to images.</summary>
/// <remarks>Allocates nothing after construction. The bits depend neither on the number of threads nor on the vector width.</remarks>
public sealed class ImageCoder
{
    /// <summary>The most images of a call.</summary>
    public const int Capacity = 128;

    private readonly LatentGaussianModel _model;
    private readonly ModelPass _pass;
    private readonly Network _decoder;
    private readonly LaneRows _points;
    private readonly int[] _images = new int[Capacity];

    /// <summary>Makes a coder for models of one shape.</summary>
    /// <param name="model">The shape.</param>
    /// <param name="workers">The threads to use.</param>
    public ImageCoder(LatentGaussianModel model, IWorkers workers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(workers);
        _model = model;
        _pass = new ModelPass(model, Capacity, samples: 1, workers, LaneDispatch.Width);
        _decoder = new Network(model.DecoderShape, Capacity, workers);
        _points = new LaneRows(model.Latents, Capacity);
    }

    /// <summary>The Gaussians of images that follow each other, and of each a sample of its posterior. The noise of image n follows from (seed, n).</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="images">The set, as it is in epoch 0.</param>
    /// <param name="first">The first image: a multiple of 16.</param>
    /// <param name="count">How many, from 1 to <see cref="Capacity"/>.</param>
    /// <param name="seed">Decides the noise.</param>
    /// <param name="means">Receives μ, [count][D].</param>
    /// <param name="deviations">Receives σ, [count][D].</param>
    /// <param name="points">Receives z_K, [count][D].</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many images, or the first is no multiple of 16.</exception>
    public void Encode(
        ReadOnlySpan<float> parameters, ImageSource images, int first, int count, ulong seed, Span<float> means, Span<float> deviations, Span<float> points)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNotEqual(first % LaneDispatch.Slots, 0, nameof(first));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Math.Min(Capacity, images.Count - first));
        for (int i = 0; i < count; i++)
        {
            _images[i] = first + i;
        }

        int stride = Network.Stride(count), latents = _model.Latents;
        images.Fill(_images.AsSpan(0, count), epoch: 0, _pass.Images(count), stride);
        _pass.Encode(parameters, count);
        _pass.Sample(parameters, new RandomStream(seed, StreamNumbers.Samples), (ulong)(first / LaneDispatch.Slots), 0, beta: null);
        for (int row = 0; row < count; row++)
        {
            for (int i = 0, to = row * latents; i < latents; i++, to++)
            {
                means[to] = _pass.Heads[(i * stride) + row];
                deviations[to] = MathF.Exp(_pass.Heads[((latents + i) * stride) + row]);
                points[to] = _pass.Points[(i * stride) + row];
            }
        }
    }

    /// <summary>The mean of each pixel, given the latent variables: of a Bernoulli one the probability that it is white.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="points">z, [count][D]: from 1 to <see cref="Capacity"/> of them.</param>
    /// <param name="pixels">Receives the means, [count][P].</param>
    /// <exception cref="ArgumentException">One of the spans has another length.</exception>
    public void Decode(ReadOnlySpan<float> parameters, ReadOnlySpan<float> points, Span<float> pixels)
    {
        (int latents, int size) = (_model.Latents, _model.Pixels);
        int count = points.Length / latents, stride = Network.Stride(count);
        if (count is 0 or > Capacity || points.Length != count * latents || pixels.Length != count * size)
        {
            throw new ArgumentException(
                $"{points.Length} numbers for {pixels.Length} pixels: expected {latents} and {size} for each of at most {Capacity} images.", nameof(points));
        }

        Span<float> rows = _points.Span[..(latents * stride)];
        for (int i = 0; i < points.Length; i++)
        {
            rows[(i % latents * stride) + (i / latents)] = points[i];
        }

        _decoder.Forward(parameters[_model.Decoder], rows, count);
        ReadOnlySpan<float> outputs = _decoder.Output;
        for (int i = 0; i < pixels.Length; i++)
        {
            float output = outputs[(i % size * stride) + (i / size)];
            pixels[i] = _model.Likelihood == PixelLikelihood.Bernoulli ? 1 / (1 + MathF.Exp(-output)) : output;
        }
    }
}
