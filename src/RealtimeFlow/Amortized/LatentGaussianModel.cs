using RealtimeFlow.Flows;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;

namespace RealtimeFlow.Amortized;

/// <summary>
/// A deep latent Gaussian model of images and its inference network, without their numbers (Rezende &amp; Mohamed 2015, section 4):
/// z ~ N(0, I), a decoder network z → p(x|z); and an encoder network that gives each image its posterior q_K(z|x), a Gaussian N(μ(x), σ(x)²)
/// with independent coordinates that goes through a flow whose layers are the image's own too. Without layers it is the variational
/// auto-encoder of Kingma &amp; Welling.
/// </summary>
/// <remarks>
/// All numbers lie in one block: the encoder's, the decoder's, and where the layers are shared by all images, their raw ones. The encoder's
/// outputs are arranged as <see cref="FlowShape"/> says: μ (D), ln σ (D), raw layer after layer.
/// </remarks>
public sealed class LatentGaussianModel
{
    // The heads begin near their biases: a posterior near the prior, and layers that are nearly the same for all images.
    private const float HeadScale = 0.1f;

    /// <summary>Makes a model.</summary>
    /// <param name="pixels">How many pixels an image has; at least 1.</param>
    /// <param name="posterior">D, the number of latent variables, and the layers that follow the Gaussian; maybe none.</param>
    /// <param name="hidden">The hidden layers of either network, in order; null for the paper's two of 400 units, maxout over windows of 4.</param>
    /// <param name="likelihood">What a pixel is.</param>
    /// <param name="constraint">How raw parameters become those of an invertible layer.</param>
    /// <param name="sharesLayers">Whether all images have the same layers, behind Gaussians of their own.</param>
    /// <exception cref="ArgumentException">The base is not Gaussian, or layers are to be shared and there are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no pixel, or no such likelihood or constraint.</exception>
    public LatentGaussianModel(
        int pixels,
        FlowShape posterior,
        IReadOnlyList<DenseShape>? hidden = null,
        PixelLikelihood likelihood = PixelLikelihood.Bernoulli,
        FlowConstraint constraint = FlowConstraint.Identity,
        bool sharesLayers = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels, 1);
        ArgumentNullException.ThrowIfNull(posterior);
        if (posterior.Base != Base.BaseKind.Gaussian)
        {
            throw new ArgumentException($"The base of the posterior is {posterior.Base}: expected a Gaussian.", nameof(posterior));
        }

        if (sharesLayers && posterior.LayerCount == 0)
        {
            throw new ArgumentException("There are no layers to share.", nameof(sharesLayers));
        }

        if (!Enum.IsDefined(likelihood) || !Enum.IsDefined(constraint))
        {
            throw new ArgumentOutOfRangeException(nameof(likelihood), "No such likelihood or constraint.");
        }

        Pixels = pixels;
        Posterior = posterior;
        Hidden = hidden ?? [new(400, Activation.Maxout, 4), new(400, Activation.Maxout, 4)];
        Likelihood = likelihood;
        Constraint = constraint;
        SharesLayers = sharesLayers;
        int heads = sharesLayers ? 2 * Latents : posterior.ParameterCount;
        int outputs = likelihood == PixelLikelihood.Gaussian ? 2 * pixels : pixels;
        EncoderShape = new NetworkShape(pixels, [.. Hidden, new DenseShape(heads, Activation.Linear)]);
        DecoderShape = new NetworkShape(Latents, [.. Hidden, new DenseShape(outputs, Activation.Linear)]);
    }

    /// <summary>How many pixels an image has.</summary>
    public int Pixels { get; }

    /// <summary>D, and the layers behind the Gaussian.</summary>
    public FlowShape Posterior { get; }

    /// <summary>D: how many latent variables there are.</summary>
    public int Latents => Posterior.Dimension;

    /// <summary>The hidden layers of either network.</summary>
    public IReadOnlyList<DenseShape> Hidden { get; }

    /// <summary>What a pixel is.</summary>
    public PixelLikelihood Likelihood { get; }

    /// <summary>How raw parameters become those of an invertible layer.</summary>
    public FlowConstraint Constraint { get; }

    /// <summary>Whether all images have the same layers.</summary>
    public bool SharesLayers { get; }

    /// <summary>x → μ, ln σ and, unless they are shared, the raw parameters of the layers.</summary>
    public NetworkShape EncoderShape { get; }

    /// <summary>z → the parameters of the pixels' distributions.</summary>
    public NetworkShape DecoderShape { get; }

    /// <summary>How many numbers the block has.</summary>
    public int ParameterCount => SharedLayers.End.Value;

    /// <summary>The place of the encoder's numbers in the block.</summary>
    public Range Encoder => ..EncoderShape.ParameterCount;

    /// <summary>The place of the decoder's numbers in the block.</summary>
    public Range Decoder => EncoderShape.ParameterCount..(EncoderShape.ParameterCount + DecoderShape.ParameterCount);

    /// <summary>The place of the shared layers' raw numbers in the block: empty unless <see cref="SharesLayers"/>.</summary>
    public Range SharedLayers => Decoder.End.Value..(Decoder.End.Value + (SharesLayers ? LayerNumbers : 0));

    /// <summary>The raw numbers of all layers.</summary>
    internal int LayerNumbers => Posterior.ParameterCount - (2 * Latents);

    /// <summary>
    /// Draws numbers to start training from: networks by the field's rules, with heads that begin small; layers near the identity map.
    /// </summary>
    /// <param name="seed">Decides them.</param>
    public float[] Initialize(ulong seed)
    {
        float[] parameters = new float[ParameterCount];
        Span<float> encoder = parameters.AsSpan(Encoder), decoder = parameters.AsSpan(Decoder);

        // The decoder first, so that it begins alike whatever the posterior is.
        DecoderShape.Initialize(decoder, seed);
        EncoderShape.Initialize(encoder, seed, (ulong)decoder.Length);
        int heads = EncoderShape.Layers.Count - 1;
        foreach (ref float weight in encoder[EncoderShape.Weights(heads)])
        {
            weight *= HeadScale;
        }

        Span<float> layers = SharesLayers ? parameters.AsSpan(SharedLayers) : encoder[EncoderShape.Biases(heads)][(2 * Latents)..];
        InitializeLayers(layers, seed, (ulong)(decoder.Length + encoder.Length));
        return parameters;
    }

    /// <summary>Normal numbers of variance 1/D, so that wᵀz varies as one coordinate does, made into layers near the identity.</summary>
    private void InitializeLayers(Span<float> raw, ulong seed, ulong first)
    {
        new RandomStream(seed, StreamNumbers.Initialization).FillNormal(first, raw);
        float scale = 1 / MathF.Sqrt(Latents);
        foreach (ref float number in raw)
        {
            number *= scale;
        }

        for (int layer = 0, start = 0; layer < Posterior.LayerCount; layer++)
        {
            LayerKind kind = Posterior.Layers[layer];
            int count = kind.ParameterCount(Latents);
            kind.Initialize(Latents, raw.Slice(start, count));
            start += count;
        }
    }
}
