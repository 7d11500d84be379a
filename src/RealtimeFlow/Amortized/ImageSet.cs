using System.Security.Cryptography;

namespace RealtimeFlow.Amortized;

/// <summary>Grey images of one size, a byte a pixel. <see cref="Files.ImageReader"/> reads them.</summary>
public sealed class ImageSet
{
    private readonly ReadOnlyMemory<byte> _pixels;

    /// <summary>Takes images, which it does not copy.</summary>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="pixels">Image after image, row after row, the upper first; 0 is black, 255 white. One image at least.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException">There is no image, or no whole number of them.</exception>
    public ImageSet(int height, int width, ReadOnlyMemory<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (Height, Width) = (height, width);
        Pixels = checked(height * width);
        if (pixels.IsEmpty || pixels.Length % Pixels != 0)
        {
            throw new ArgumentException($"Holds {pixels.Length} bytes: expected images of {height} × {width}, at least one.", nameof(pixels));
        }

        Count = pixels.Length / Pixels;
        _pixels = pixels;
    }

    /// <summary>How many images there are.</summary>
    public int Count { get; }

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Pixels of an image.</summary>
    public int Pixels { get; }

    /// <summary>The mean of all pixels, 0 to 1.</summary>
    public double Mean
    {
        get
        {
            long sum = 0;
            foreach (byte pixel in All)
            {
                sum += pixel;
            }

            return sum / (255.0 * _pixels.Length);
        }
    }

    /// <summary>SHA-256, in hexadecimal, of all pixels, image after image.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(All));

    /// <summary>The pixels of all images, image after image.</summary>
    internal ReadOnlySpan<byte> All => _pixels.Span;

    /// <summary>The pixels of an image, row after row, the upper first.</summary>
    /// <param name="image">Which, from 0.</param>
    public ReadOnlySpan<byte> this[int image] => All.Slice(image * Pixels, Pixels);

    /// <summary>Some of the images, in their order. Copies nothing.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many.</exception>
    public ImageSet Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        return new ImageSet(Height, Width, _pixels.Slice(first * Pixels, count * Pixels));
    }
}
