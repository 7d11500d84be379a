using RealtimeFlow.Files;
using RealtimeFlow.Targets;
using SkiaSharp;

namespace RealtimeFlow.App.Live;

/// <summary>Pictures of people's own as densities: PNG, JPEG, GIF, WebP and what else Skia reads.</summary>
internal static class PictureFile
{
    // Before it is scaled down: 100 megapixels of four bytes.
    private const long MostPixels = 100_000_000;

    /// <summary>Reads a picture; what is bright is dense, what is transparent empty.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostSide">The pixels of its longer side at most: a larger one is scaled down.</param>
    /// <exception cref="FileFormatException">It is no picture, or a black one.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImageDensity Read(string path, int mostSide)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using SKCodec codec = SKCodec.Create(file) ?? throw new FileFormatException($"{path}: expected a picture (PNG, JPEG, GIF, WebP or BMP)");
            SKImageInfo info = codec.Info;
            if ((long)info.Width * info.Height > MostPixels)
            {
                throw new FileFormatException($"{path}: has {info.Width} x {info.Height} pixels: expected {MostPixels} at most");
            }

            using SKBitmap whole = SKBitmap.Decode(codec, info.WithColorType(SKColorType.Rgba8888).WithAlphaType(SKAlphaType.Unpremul))
                ?? throw new FileFormatException($"{path}: is a broken picture");
            double scale = Math.Min(1, (double)mostSide / Math.Max(info.Width, info.Height));
            SKImageInfo size = whole.Info.WithSize(Math.Max(1, (int)(info.Width * scale)), Math.Max(1, (int)(info.Height * scale)));
            using SKBitmap picture = whole.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
            return new ImageDensity(Subject.Picture, Brightness(picture), picture.Width, Path.GetFileName(path));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
        catch (ArgumentException exception)
        {
            throw new FileFormatException($"{path}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>The luminance (ITU-R BT.709) of each pixel, less what shines through.</summary>
    private static float[] Brightness(SKBitmap picture)
    {
        float[] brightness = new float[picture.Width * picture.Height];
        for (int i = 0; i < brightness.Length; i++)
        {
            SKColor color = picture.GetPixel(i % picture.Width, i / picture.Width);
            brightness[i] = ((0.2126f * color.Red) + (0.7152f * color.Green) + (0.0722f * color.Blue)) * color.Alpha / (255f * 255f);
        }

        return brightness;
    }
}
