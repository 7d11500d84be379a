using System.Globalization;
using RealtimeFlow.Amortized;

namespace RealtimeFlow.Files;

/// <summary>Reads images from an IDX file, or from a NumPy array file. Nothing in it is taken on trust.</summary>
public static class ImageReader
{
    /// <summary>
    /// Reads images: an IDX file, gzipped or not, or one that begins as a NumPy array does, with shape [N, P] and greys from 0 to 1, each of which becomes
    /// the nearest of the 256 that a byte has. Where P is a square number, images are square, the upper row first; else they have one row.
    /// </summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">It is neither, or not as it should be; the message names the file and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static ImageSet Read(string path) => Read(PointReader.OpenFile(path), path);

    /// <summary>Reads images from a stream.</summary>
    /// <inheritdoc cref="Read(string)"/>
    /// <param name="stream">The stream; it ends with the call.</param>
    /// <param name="name">What messages call it.</param>
    internal static ImageSet Read(Stream stream, string name)
    {
        using (stream)
        {
            if (!stream.CanSeek)
            {
                throw new FileFormatException($"{name}: is no plain file: images are read from a file, not from a pipe");
            }

            if (NpyHeader.IsAhead(stream))
            {
                using PointReader reader = PointReader.Open(stream, name);
                return ReadGreys(reader, name);
            }

            (int[] sides, byte[] pixels) = IdxReader.Read(stream, name, 3);
            return new ImageSet(sides[1], sides[2], pixels);
        }
    }

    private static ImageSet ReadGreys(PointReader reader, string name)
    {
        (long count, int pixels) = (reader.Count!.Value, reader.Dimension);
        if (count is 0 || count * pixels > IdxReader.MostBytes)
        {
            throw new FileFormatException(string.Create(
                CultureInfo.InvariantCulture, $"{name}: has {count} images of {pixels} pixels: expected at least one, and at most {IdxReader.MostBytes} pixels"));
        }

        byte[] bytes = new byte[count * pixels];
        float[] row = new float[pixels];
        for (int image = 0; image < count; image++)
        {
            reader.Read(row);
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                if (row[pixel] is < 0 or > 1)
                {
                    throw new FileFormatException(string.Create(
                        CultureInfo.InvariantCulture, $"{name}: row {image}, column {pixel} (counted from 0): is {row[pixel]:g6}, which is no grey from 0 to 1"));
                }

                bytes[(image * pixels) + pixel] = (byte)MathF.Round(255 * row[pixel]);
            }
        }

        int side = (int)Math.Sqrt(pixels);
        return side * side == pixels ? new ImageSet(side, side, bytes) : new ImageSet(1, pixels, bytes);
    }
}
