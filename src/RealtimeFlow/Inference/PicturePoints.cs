using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>Points of the target <c>image</c>.</summary>
internal sealed class PicturePoints() : MadeUpData("image", "points of a picture, as dense as it is bright", dimension: 2)
{
    private static ImageDensity Density => (ImageDensity)TargetLibrary.Find("image")!;

    private protected override void Fill(Span<float> rows, ulong seed) => Density.Draw(rows, new RandomStream(seed, StreamNumbers.Data));

    private protected override double ComputeEntropy() => PlaneQuadrature.Entropy(Density);
}
