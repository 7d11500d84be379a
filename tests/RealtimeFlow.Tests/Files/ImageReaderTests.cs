using System.Globalization;
using RealtimeFlow.Amortized;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

public sealed class ImageReaderTests
{
    [Fact]
    public void Greys_of_a_numpy_array_become_the_nearest_bytes()
    {
        float[] greys = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];
        ImageSet images = Read(greys, 64);
        Assert.Equal((4, 8, 8), (images.Count, images.Height, images.Width));
        Assert.Equal(Enumerable.Range(0, 256).Select(value => (byte)value), Enumerable.Range(0, 4).SelectMany(image => images[image].ToArray()));
        Assert.Equal(0.5, images.Mean, 12);
        Assert.Equal((byte)1, Read([0.0039f, 0, 1, 0.4999f], 4)[0][0]);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(4, 2, 2)]
    [InlineData(6, 1, 6)]
    [InlineData(784, 28, 28)]
    public void As_many_pixels_as_a_square_has_are_one(int pixels, int height, int width)
    {
        ImageSet images = Read(new float[2 * pixels], pixels);
        Assert.Equal((2, height, width), (images.Count, images.Height, images.Width));
    }

    [Theory]
    [InlineData(float.NaN, "row 2, column 1 (counted from 0): the number is not finite")]
    [InlineData(float.PositiveInfinity, "row 2, column 1 (counted from 0): the number is not finite")]
    [InlineData(1.5f, "row 2, column 1 (counted from 0): is 1.5, which is no grey from 0 to 1")]
    [InlineData(-1e-6f, "row 2, column 1 (counted from 0): is -1e-06, which is no grey from 0 to 1")]
    public void A_pixel_that_is_no_grey_is_refused_by_row_and_column(float pixel, string words)
    {
        float[] greys = new float[12];
        greys[9] = pixel;
        FileFormatException exception = Assert.Throws<FileFormatException>(() => Read(greys, 4));
        Assert.Equal($"a.npy: {words}", exception.Message.Split(", or beyond")[0]);
    }

    [Fact]
    public void An_empty_set_is_refused()
    {
        FileFormatException exception = Assert.Throws<FileFormatException>(() => Read([], 4));
        Assert.Contains("has 0 images of 4 pixels: expected at least one", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_neither_kind_is_refused_by_its_first_bytes()
    {
        FileFormatException exception = Assert.Throws<FileFormatException>(() => ImageReader.Read(new MemoryStream("hello there, world"u8.ToArray()), "a"));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"a: begins with 0x{0x68656C6C:X8}: expected 0x00000803, unsigned bytes with 3 sides (images)"), exception.Message);
    }

    private static ImageSet Read(float[] greys, int pixels) => ImageReader.Read(new MemoryStream(PointFiles.Write("a.npy", pixels, greys)), "a.npy");
}
