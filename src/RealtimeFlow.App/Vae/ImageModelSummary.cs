using System.Globalization;
using RealtimeFlow.Amortized;

namespace RealtimeFlow.App.Vae;

/// <summary>What the file of a model of images holds.</summary>
internal sealed record ImageModelSummary(
    bool Sound,
    int Height,
    int Width,
    string Binarization,
    string Likelihood,
    int Latents,
    string Layers,
    int LayerCount,
    bool SharedLayers,
    string Constraint,
    string Hidden,
    int Parameters,
    int EncoderParameters,
    int DecoderParameters)
{
    /// <summary>What a model holds that was read, and so is sound.</summary>
    public static ImageModelSummary Of(ImageModel model)
    {
        LatentGaussianModel shape = model.Shape;
        return new(
            Sound: true,
            model.Images.Height,
            model.Images.Width,
            NameOf(model.Images.Binarization),
            NameOf(shape.Likelihood),
            shape.Latents,
            shape.Posterior.LayerCount == 0 ? "" : shape.Posterior.ToString(),
            shape.Posterior.LayerCount,
            shape.SharesLayers,
            NameOf(shape.Constraint),
            string.Join(',', shape.Hidden),
            shape.ParameterCount,
            shape.EncoderShape.ParameterCount,
            shape.DecoderShape.ParameterCount);
    }

    /// <summary>The same for people.</summary>
    public string Text() => string.Create(CultureInfo.InvariantCulture, $"""
        sound       yes: every number is finite
        images      {Height} x {Width}, binarization {Binarization}, likelihood {Likelihood}
        latents     {Latents}
        posterior   {(LayerCount == 0 ? "Gaussian" : $"Gaussian, then {Layers} {(SharedLayers ? "shared by all images" : "of each image's own")}, constraint {Constraint}")}
        hidden      {(Hidden.Length == 0 ? "none" : $"{Hidden}, in either network")}
        parameters  {Parameters}: {EncoderParameters} of the encoder, {DecoderParameters} of the decoder{(SharedLayers ? $", {Parameters - EncoderParameters - DecoderParameters} of the layers" : "")}
        """);

    private static string NameOf<T>(T value)
        where T : struct, Enum => $"{value}".ToLowerInvariant();
}
