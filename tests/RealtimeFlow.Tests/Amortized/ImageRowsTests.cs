using RealtimeFlow.Amortized;
using RealtimeFlow.Files;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Files;

namespace RealtimeFlow.Tests.Amortized;

public sealed class ImageRowsTests
{
    private static readonly ImageSet Clothes = ImageReader.Read(Path.Combine(IdxBytes.Folder, "t10k-images-idx3-ubyte.gz"));

    [Fact]
    public void The_static_draw_is_the_published_one()
    {
        Assert.Equal("68e95cde985fb7e16803d4597736d13099b12e6ca5cde37926d47cd79eaa3b18", new ImageRows(Clothes, Binarization.Static, 1).Digest);
        Assert.Null(new ImageRows(Clothes, Binarization.Dynamic, 1).Digest);
        Assert.Null(new ImageRows(Clothes, Binarization.None, 1).Digest);
    }

    [Theory]
    [InlineData(LaneWidth.Scalar)]
    [InlineData(LaneWidth.Bits128)]
    [InlineData(LaneWidth.Bits512)]
    public void A_pixel_is_white_where_its_own_word_says_so_at_every_width(LaneWidth width)
    {
        const ulong Seed = 7;
        foreach ((int height, int columns) in ((int, int)[])[(1, 1), (1, 63), (8, 8), (5, 13), (28, 28)])
        {
            int pixels = height * columns, padded = (pixels + 63) / 64 * 64;
            ImageSet images = new(height, columns, ByteMutator.Noise(new System.Random(pixels), 5 * pixels));
            foreach (long epoch in (long[])[0, 3])
            {
                float[] rows = Filled(new ImageRows(images, Binarization.Dynamic, Seed), [0, 1, 2, 3, 4], epoch);
                uint[] words = new uint[5 * padded];
                new RandomStream(Seed, StreamNumbers.Binarization + (ulong)epoch).FillBits(0, words, width);
                for (int image = 0; image < 5; image++)
                {
                    for (int pixel = 0; pixel < pixels; pixel++)
                    {
                        // The exact probability g/255, by whole numbers.
                        bool white = (decimal)words[(image * padded) + pixel] * 255 < (decimal)images[image][pixel] * 4294967296;
                        Assert.Equal(white ? 1 : 0, rows[(pixel * 5) + image]);
                    }
                }
            }
        }
    }

    [Fact]
    public void As_many_pixels_are_white_as_the_greys_say()
    {
        float[] rows = Filled(new ImageRows(Clothes, Binarization.Static, 3), [.. Enumerable.Range(0, Clothes.Count)], 0);
        double variance = 0;
        for (int image = 0; image < Clothes.Count; image++)
        {
            foreach (byte grey in Clothes[image])
            {
                variance += grey / 255.0 * (1 - (grey / 255.0));
            }
        }

        double error = (rows.Sum(pixel => (double)pixel) - (Clothes.Mean * rows.Length)) / Math.Sqrt(variance);
        Assert.InRange(error, -4, 4);
    }

    [Fact]
    public void Black_stays_black_and_white_white()
    {
        ImageSet images = new(1, 1000, (byte[])[.. Enumerable.Repeat((byte)0, 1000), .. Enumerable.Repeat((byte)255, 1000)]);
        for (long epoch = 0; epoch < 50; epoch++)
        {
            float[] rows = Filled(new ImageRows(images, Binarization.Dynamic, 1), [0, 1], epoch);
            Assert.All(Enumerable.Range(0, 2000), i => Assert.Equal(i % 2, rows[i]));
        }
    }

    [Fact]
    public void A_static_draw_is_that_of_epoch_0_in_every_epoch_and_a_dynamic_one_is_not()
    {
        ImageRows once = new(Clothes, Binarization.Static, 5), anew = new(Clothes, Binarization.Dynamic, 5);
        int[] which = [9, 3, 3, 99, 0];
        Assert.Equal(Filled(once, which, 0), Filled(anew, which, 0));
        Assert.Equal(Filled(once, which, 0), Filled(once, which, 8));
        Assert.NotEqual(Filled(anew, which, 0), Filled(anew, which, 8));
        Assert.NotEqual(Filled(once, which, 0), Filled(new ImageRows(Clothes, Binarization.Static, 6), which, 0));
    }

    [Theory]
    [InlineData(Binarization.Static)]
    [InlineData(Binarization.Dynamic)]
    [InlineData(Binarization.None)]
    public void A_slice_has_the_draws_of_the_whole(Binarization binarization)
    {
        ImageRows whole = new(Clothes, binarization, 5), part = whole.Slice(20, 60).Slice(10, 7);
        Assert.Equal((7, 784), (part.Count, part.Pixels));
        Assert.Equal(Filled(whole, [.. Enumerable.Range(30, 7)], 2), Filled(part, [.. Enumerable.Range(0, 7)], 2));
        Assert.Equal(Clothes[30].ToArray(), part.Images[0].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Slice(50, 51));
    }

    [Fact]
    public void Greys_are_as_they_are()
    {
        float[] rows = Filled(new ImageRows(Clothes, Binarization.None, 1), [4], 0);
        Assert.Equal(Clothes[4].ToArray().Select(grey => grey / 255f), rows);
    }

    [Theory]
    [InlineData(Binarization.Static)]
    [InlineData(Binarization.Dynamic)]
    [InlineData(Binarization.None)]
    public void Columns_of_any_number_leave_what_is_between_them_and_allocate_nothing(Binarization binarization)
    {
        ImageRows rows = new(Clothes, binarization, 1);
        for (int count = 1; count <= 35; count += count < 18 ? 1 : 17)
        {
            int[] which = [.. Enumerable.Range(0, count).Select(i => 31 * i % Clothes.Count)];
            int stride = count + (count % 3);
            float[] columns = new float[784 * stride];
            columns.AsSpan().Fill(7);
            long before = GC.GetAllocatedBytesForCurrentThread();
            rows.Fill(which, 4, columns, stride);
            rows.Fill(which, 4, columns, stride);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(count == 1 || allocated == 0, $"{allocated} bytes");
            for (int i = 0; i < stride; i++)
            {
                float[] alone = i < count ? Filled(rows, [which[i]], 4) : [.. Enumerable.Repeat(7f, 784)];
                Assert.Equal(alone, Enumerable.Range(0, 784).Select(pixel => columns[(pixel * stride) + i]));
            }
        }
    }

    [Fact]
    public void No_room_for_the_images_is_refused()
    {
        ImageRows rows = new(Clothes, Binarization.None, 1);
        Assert.Throws<ArgumentException>(() => rows.Fill([1, 2], 0, new float[(783 * 2) + 1], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Fill([1, 2], 0, new float[2000], 1));
        rows.Fill([1, 2], 0, new float[784 * 2], 2);
    }

    private static float[] Filled(ImageRows rows, int[] images, long epoch)
    {
        float[] columns = new float[rows.Pixels * images.Length];
        rows.Fill(images, epoch, columns, images.Length);
        return columns;
    }
}
