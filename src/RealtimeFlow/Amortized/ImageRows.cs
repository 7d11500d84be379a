using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Amortized;

/// <summary>The images of a set as a model sees them.</summary>
/// <remarks>
/// Pixel p of image n has word n · P′ + p of stream <see cref="StreamNumbers.Binarization"/> + epoch, where P′ is P rounded up to a multiple of 64;
/// it is 1 where 255 · word &lt; 2³² g, so a black one never and a white one always. A static draw is that of epoch 0.
/// </remarks>
public sealed class ImageRows : ImageSource
{
    private const int WordUnit = 64, WordsTogether = 16 * WordUnit, Together = 16;

    // 255 · word < 2³² g is word < 2³² g/255 = 0x01010101 g + g/255: for a grey from 1 on, word ≤ 0x01010101 g; for black, never.
    private const uint Repeated = 0x01010101;

    private readonly ImageSet _images;
    private readonly Binarization _binarization;
    private readonly ulong _seed;

    // What is filled in but for dynamic draws: a static one, 0 or 255, or the images themselves.
    private readonly ImageSet _source;

    // The place of the first image among those that were drawn together.
    private readonly int _first;

    /// <summary>Prepares images; a static binarisation is drawn here.</summary>
    /// <param name="images">The images.</param>
    /// <param name="binarization">What becomes of a pixel.</param>
    /// <param name="seed">Decides what is drawn.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such binarisation.</exception>
    public ImageRows(ImageSet images, Binarization binarization, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (!Enum.IsDefined(binarization))
        {
            throw new ArgumentOutOfRangeException(nameof(binarization));
        }

        (_images, _binarization, _seed) = (images, binarization, seed);
        _source = images;
        if (binarization == Binarization.Static)
        {
            byte[] drawn = new byte[images.Count * images.Pixels];
            Parallel.For(0, images.Count, image => Draw(images[image], image, seed, 0, drawn.AsSpan(image * images.Pixels, images.Pixels)));
            _source = new ImageSet(images.Height, images.Width, drawn);
        }
    }

    private ImageRows(ImageRows all, int first, int count)
    {
        (_binarization, _seed, _first) = (all._binarization, all._seed, all._first + first);
        (_images, _source) = (all._images.Slice(first, count), all._source.Slice(first, count));
    }

    /// <inheritdoc/>
    public override int Count => _images.Count;

    /// <inheritdoc/>
    public override int Pixels => _images.Pixels;

    /// <summary>The images as they are.</summary>
    public ImageSet Images => _images;

    /// <summary>SHA-256, in hexadecimal, of a static draw: a byte a pixel, 0 or 1, image after image; null of what is not drawn once.</summary>
    public string? Digest
    {
        get
        {
            if (_binarization != Binarization.Static)
            {
                return null;
            }

            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] bits = new byte[Pixels];
            for (int image = 0; image < Count; image++)
            {
                ReadOnlySpan<byte> pixels = _source[image];
                for (int i = 0; i < bits.Length; i++)
                {
                    bits[i] = (byte)(pixels[i] & 1);
                }

                hash.AppendData(bits);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no room for the images.</exception>
    public override void Fill(ReadOnlySpan<int> images, long epoch, Span<float> destination, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, images.Length);
        if (destination.Length < ((long)(Pixels - 1) * stride) + images.Length)
        {
            throw new ArgumentException($"Has no room for {images.Length} images of {Pixels} pixels at a stride of {stride}.", nameof(destination));
        }

        // Images side by side: the cache lines of their pixels are written once.
        for (int first = 0; first < images.Length; first += Together)
        {
            ReadOnlySpan<int> together = images.Slice(first, Math.Min(Together, images.Length - first));
            if (_binarization == Binarization.Dynamic)
            {
                Span<byte> drawn = LaneMemory.Take<byte>(Together * Pixels);
                for (int i = 0; i < together.Length; i++)
                {
                    Draw(_images[together[i]], _first + together[i], _seed, epoch, drawn.Slice(i * Pixels, Pixels));
                }

                Spread(drawn, Enumerated[..together.Length], destination[first..], stride);
            }
            else
            {
                Spread(_source.All, together, destination[first..], stride);
            }
        }
    }

    /// <summary>Some of the images, in their order, with the draws that they have among all. Copies nothing.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many.</exception>
    public ImageRows Slice(int first, int count) => new(this, first, count);

    private static ReadOnlySpan<int> Enumerated => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>Draws the pixels of an image: 0 or 255.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Draw(ReadOnlySpan<byte> grey, int image, ulong seed, long epoch, Span<byte> drawn)
    {
        RandomStream stream = new(seed, StreamNumbers.Binarization + (ulong)epoch);
        ulong place = (ulong)image * (ulong)Padded(grey.Length);
        Span<uint> words = stackalloc uint[WordsTogether];
        for (int first = 0; first < grey.Length; first += WordsTogether)
        {
            int end = Math.Min(grey.Length, first + WordsTogether), i = first;
            stream.FillBits(place + (ulong)first, words[..Padded(end - first)]);
            for (; i <= end - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                White(Vector128.Create(grey[i..]), words[(i - first)..]).CopyTo(drawn[i..]);
            }

            for (; i < end; i++)
            {
                drawn[i] = Math.Max(words[i - first], 1) <= grey[i] * Repeated ? byte.MaxValue : (byte)0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> White(Vector128<byte> grey, ReadOnlySpan<uint> words)
    {
        (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(grey);
        return Vector128.Narrow(White(lower, words), White(upper, words[Vector128<ushort>.Count..]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> White(Vector128<ushort> grey, ReadOnlySpan<uint> words)
    {
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(grey);
        return Vector128.Narrow(White(lower, words), White(upper, words[Vector128<uint>.Count..]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> White(Vector128<uint> grey, ReadOnlySpan<uint> words) =>
        Vector128.LessThanOrEqual(Vector128.Max(Vector128.Create(words), Vector128<uint>.One), grey * Repeated);

    /// <summary>Writes the pixels of images that stand one after the other as columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Spread(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> images, Span<float> columns, int stride)
    {
        Span<int> starts = stackalloc int[Together];
        starts = starts[..images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            starts[i] = images[i] * Pixels;
        }

        int p = 0;
        if (starts.Length == Together)
        {
            // Four pixels of each image are a word, and the words of all images a vector.
            Span<uint> words = stackalloc uint[Together];
            for (; p <= Pixels - sizeof(uint); p += sizeof(uint))
            {
                for (int i = 0; i < starts.Length; i++)
                {
                    words[i] = BinaryPrimitives.ReadUInt32LittleEndian(pixels[(starts[i] + p)..]);
                }

                Vector512<uint> four = Vector512.Create<uint>(words);
                for (int k = 0; k < sizeof(uint); k++, four >>= 8)
                {
                    Vector512<int> grey = (four & Vector512.Create(255u)).AsInt32();
                    (Vector512.ConvertToSingle(grey) / 255).CopyTo(columns[((p + k) * stride)..]);
                }
            }
        }

        for (; p < Pixels; p++)
        {
            for (int i = 0; i < starts.Length; i++)
            {
                columns[(p * stride) + i] = pixels[starts[i] + p] / 255f;
            }
        }
    }

    private static int Padded(int pixels) => (pixels + WordUnit - 1) / WordUnit * WordUnit;
}
