using RealtimeFlow.Amortized;

namespace RealtimeFlow.Tests.Amortized;

/// <summary>Images of few pixels: copies of three patterns, noisy or as they are, or grey ones.</summary>
internal sealed class MadeUpImages : ImageSource
{
    private readonly float[][] _images;

    public MadeUpImages(int count, int pixels, bool grey = false, bool noisy = true, int seed = 1)
    {
        System.Random random = new(seed);
        Pixels = pixels;
        _images = [.. Enumerable.Range(0, count).Select(image =>
        {
            int pattern = image % 3;
            return Enumerable.Range(0, pixels).Select(p =>
            {
                double probability = (p + pattern) % 3 == 0 ? (noisy ? 0.9 : 1) : noisy ? 0.15 : 0;
                return grey ? (float)(probability + (0.1 * random.NextDouble())) : random.NextDouble() < probability ? 1f : 0f;
            }).ToArray();
        })];
    }

    public override int Count => _images.Length;

    public override int Pixels { get; }

    public double[] this[int image] => [.. _images[image].Select(x => (double)x)];

    public override void Fill(ReadOnlySpan<int> images, long epoch, Span<float> destination, int stride)
    {
        for (int i = 0; i < images.Length; i++)
        {
            for (int p = 0; p < Pixels; p++)
            {
                destination[(p * stride) + i] = _images[images[i]][p];
            }
        }
    }
}
