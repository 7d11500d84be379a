using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Vae;

/// <summary>Images side by side in one picture.</summary>
internal static class ImageGrid
{
    private const int Gap = 2;

    /// <summary>Writes a picture, as nearly square as the images make it, a gap between them.</summary>
    /// <param name="path">The file (PNG).</param>
    /// <param name="pixels">[images][height][width], 0 for black and 1 for white; what lies beyond is cut off, since no screen shows it.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, ReadOnlySpan<float> pixels, int height, int width)
    {
        int count = pixels.Length / (height * width), columns = (int)Math.Ceiling(Math.Sqrt(count)), rows = (count + columns - 1) / columns;
        int across = (columns * (width + Gap)) - Gap, down = (rows * (height + Gap)) - Gap;
        byte[] rgba = new byte[4 * across * down];
        rgba.AsSpan().Fill(byte.MaxValue);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int image, int place) = Math.DivRem(i, height * width);
            int y = (image / columns * (height + Gap)) + (place / width), x = (image % columns * (width + Gap)) + (place % width);
            byte grey = (byte)MathF.Round(255 * Math.Clamp(pixels[i], 0, 1));
            rgba.AsSpan(4 * ((y * across) + x), 3).Fill(grey);
        }

        PngWriter.Write(path, rgba, across, down);
    }
}
