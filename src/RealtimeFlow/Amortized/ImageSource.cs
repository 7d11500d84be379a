namespace RealtimeFlow.Amortized;

/// <summary>A set of images of one size, as a model is trained on or evaluated with them.</summary>
public abstract class ImageSource
{
    /// <summary>How many images there are; at least 1.</summary>
    public abstract int Count { get; }

    /// <summary>How many pixels an image has.</summary>
    public abstract int Pixels { get; }

    /// <summary>
    /// Writes images as columns: pixel p of the i-th of them to <c>destination[p * stride + i]</c>. Elements between the columns stay as they
    /// are. Allocates nothing, and may be called from several threads at once.
    /// </summary>
    /// <param name="images">Which images, each from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="epoch">How often all images have been seen: decides what a set draws anew each time, and nothing else.</param>
    /// <param name="destination">Receives the pixels: reaches at least to the last of them.</param>
    /// <param name="stride">Elements from a pixel to the next, at least as many as there are images.</param>
    public abstract void Fill(ReadOnlySpan<int> images, long epoch, Span<float> destination, int stride);
}
