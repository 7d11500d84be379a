using RealtimeFlow.Amortized;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Networks;

namespace RealtimeFlow.App.Vae;

/// <summary>All that a command line says of a model and of how it is trained.</summary>
internal sealed record VaePlan
{
    /// <summary>What <see cref="Flow"/> is without layers.</summary>
    public const string NoFlow = "none";

    /// <summary>The layers behind the Gaussian.</summary>
    public string Flow { get; init; } = "planar:20";

    /// <summary>D.</summary>
    public int Latents { get; init; } = 40;

    /// <summary>Units of a hidden layer.</summary>
    public int Hidden { get; init; } = 400;

    /// <summary>Hidden layers of either network.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>What hidden layers do to the sums of their units.</summary>
    public Activation Activation { get; init; } = Activation.Maxout;

    /// <summary>Of how many units maxout takes the largest.</summary>
    public int Window { get; init; } = 4;

    /// <summary>What a pixel is.</summary>
    public PixelLikelihood Likelihood { get; init; }

    /// <summary>What becomes of grey pixels where a pixel is black or white.</summary>
    public Binarization Binarization { get; init; }

    /// <summary>How parameters become invertible layers.</summary>
    public FlowConstraint Constraint { get; init; } = FlowConstraint.Identity;

    /// <summary>Whether all images have the same layers.</summary>
    public bool SharedFlow { get; init; }

    /// <summary>How it is trained.</summary>
    public AmortizedOptions Training { get; init; } = new() { Schedule = RateSchedule.Cosine, HoldShare = 0.5, FinalRateShare = 0.01 };

    /// <summary>What the model sees of pixels.</summary>
    public Binarization Seen => Likelihood == PixelLikelihood.Gaussian ? Binarization.None : Binarization;

    /// <summary>The model for images of so many pixels.</summary>
    public LatentGaussianModel Model(int pixels)
    {
        FlowShape posterior = Flow == NoFlow ? new FlowShape(Latents) : FlowShape.Parse(Flow, Latents);
        DenseShape hidden = new(Hidden, Activation, Activation == Activation.Maxout ? Window : 1);
        return new LatentGaussianModel(pixels, posterior, [.. Enumerable.Repeat(hidden, Layers)], Likelihood, Constraint, SharedFlow);
    }
}
