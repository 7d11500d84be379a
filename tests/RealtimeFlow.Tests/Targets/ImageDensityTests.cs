using CsCheck;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Targets;

public sealed class ImageDensityTests(ITestOutputHelper output)
{
    private const double FloorShare = 0.02, FloorScale = 2;

    [Fact]
    public void Energy_and_gradient_are_those_of_the_reference() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 1_000_000]).Sample(
            (width, height, seed) =>
            {
                System.Random random = new(seed);
                double[] brightness = [.. Enumerable.Range(0, width * height).Select(_ => (double)random.Next(4))];
                brightness[0] = 1;
                ImageDensity image = new("x", [.. brightness.Select(b => (float)b)], width);
                float[] points = [.. Enumerable.Range(0, 64).Select(_ => (float)((random.NextDouble() - 0.5) * 9))];
                float[] energies = new float[32], gradient = new float[64];
                image.Evaluate(points, energies, gradient);
                for (int i = 0; i < 32; i++)
                {
                    float x = points[i], y = points[32 + i];
                    Reference exact = Energy(brightness, width, x, y);

                    // The place in a pixel is rounded: pixels per unit to float32 and that times x once more, the sum with half a width once.
                    // Elsewhere no sum has more than its terms' share of the roundings, of which e^U_N has the most: its exponent is below 16.
                    double shiftX = Shift(x), shiftY = Shift(y);
                    Reference[] near =
                    [
                        Energy(brightness, width, x - shiftX, y - shiftY), Energy(brightness, width, x + shiftX, y - shiftY),
                        Energy(brightness, width, x - shiftX, y + shiftY), Energy(brightness, width, x + shiftX, y + shiftY),
                    ];
                    const double Rounding = 16 * 1.5 / (1 << 24);
                    Assert.Equal(exact.Energy, energies[i], (Rounding * (1 + Math.Abs(exact.Energy))) + near.Max(z => Math.Abs(z.Energy - exact.Energy)));
                    Assert.Equal(exact.ByX, gradient[i], (Rounding * exact.TermsByX) + near.Max(z => Math.Abs(z.ByX - exact.ByX)));
                    Assert.Equal(exact.ByY, gradient[32 + i], (Rounding * exact.TermsByY) + near.Max(z => Math.Abs(z.ByY - exact.ByY)));
                }

                double Shift(float coordinate) =>
                    ((2 * Math.Abs(coordinate)) + (image.PixelSize * (Math.Max(width, height) + 1))) / (1 << 24);
            },
            iter: 100);

    [Fact]
    public void The_integral_is_1()
    {
        double logZ = PlaneQuadrature.LogNormalizer(TargetLibrary.Find("image")!);
        output.WriteLine($"ln Z by quadrature: {logZ:e2}");
        Assert.Equal(0, logZ, 1e-5);
        Assert.Equal(0, TargetLibrary.Find("image")!.LogNormalizer);
    }

    [Fact]
    public void The_first_row_is_on_top_and_white_is_likely()
    {
        ImageDensity image = new("x", [9, 0, 0, 0, 0, 0, 0, 0, 0], 3);
        float[] energy = new float[4];
        image.Evaluate([-2, 2, -2, 2, 2, 2, -2, -2], energy, []);
        Assert.True(energy[0] < energy[1] - 2 && energy[0] < energy[2] - 2 && energy[0] < energy[3] - 2);
    }

    [Fact]
    public void Far_away_and_where_a_point_is_no_number_no_pixel_is_read()
    {
        ImageDensity image = new("x", [1, 2, 3, 4], 2);
        float[] energy = new float[6], gradient = new float[12];
        image.Evaluate([1e8f, -1e8f, 0, float.NaN, float.PositiveInfinity, 0, 0, 1e8f, -1e8f, 0, 0, float.NaN], energy, gradient);
        Assert.All(energy[..3], x => Assert.True(float.IsFinite(x)));
        Assert.True(float.IsNaN(energy[3]) && float.IsNaN(energy[5]));
    }

    [Fact]
    public void What_is_no_picture_is_refused()
    {
        Assert.Contains("Every pixel is black", Assert.Throws<ArgumentException>("brightness", () => new ImageDensity("x", [0, 0], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("Pixel 1 of row 0", Assert.Throws<ArgumentException>("brightness", () => new ImageDensity("x", [1, -1], 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("brightness", () => new ImageDensity("x", [1, float.NaN], 2));
        Assert.Throws<ArgumentException>("brightness", () => new ImageDensity("x", [1, float.PositiveInfinity], 2));
        Assert.Throws<ArgumentException>("brightness", () => new ImageDensity("x", [1, 2, 3], 2));
        Assert.Throws<ArgumentException>("brightness", () => new ImageDensity("x", [], 2));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new ImageDensity("x", [1], 0));
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        ImageDensity image = (ImageDensity)TargetLibrary.Find("image")!;
        uint[]? expected = null;
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            RealtimeFlow.Flows.FlowTile tile = new(2, savedLayers: 0);
            System.Random random = new(3);
            for (int i = 0; i < 256; i++)
            {
                (tile.Row(0)[i], tile.Row(1)[i]) = ((float)((random.NextDouble() - 0.5) * 8), (float)((random.NextDouble() - 0.5) * 8));
            }

            image.Evaluate(tile, 256, width);
            uint[] bits;
            unsafe
            {
                bits = [.. tile.ValueRow[..256].ToArray().Concat(new ReadOnlySpan<float>(tile.Cotangents, 256).ToArray())
                    .Concat(new ReadOnlySpan<float>(tile.Cotangents + tile.Stride, 256).ToArray()).Select(BitConverter.SingleToUInt32Bits)];
            }

            expected ??= bits;
            Assert.Equal(expected, bits);
        }
    }

    /// <summary>The energy, its derivatives, and the sums of the absolute terms of these.</summary>
    private readonly record struct Reference(double Energy, double ByX, double ByY, double TermsByX, double TermsByY);

    private static Reference Energy(double[] brightness, int width, double x, double y)
    {
        int height = brightness.Length / width;
        double pixel = 6.0 / Math.Max(width, height), image = 0, byX = 0, byY = 0, termsByX = 0, termsByY = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                double u = (x / pixel) + (width / 2.0) - column - 0.5, v = (height / 2.0) - (y / pixel) - row - 0.5;
                double light = brightness[(row * width) + column] * (1 - FloorShare) / (brightness.Sum() * pixel * pixel);
                double slopeX = light * Slope(u) * Spline(v) / pixel, slopeY = -light * Spline(u) * Slope(v) / pixel;
                image += light * Spline(u) * Spline(v);
                (byX, byY, termsByX, termsByY) = (byX + slopeX, byY + slopeY, termsByX + Math.Abs(slopeX), termsByY + Math.Abs(slopeY));
            }
        }

        double precision = 1 / (FloorScale * FloorScale);
        double floor = FloorShare * Math.Exp(-0.5 * precision * ((x * x) + (y * y))) * precision / (2 * Math.PI), total = image + floor;
        double pullX = precision * x * floor, pullY = precision * y * floor;
        return new Reference(
            -Math.Log(total), (pullX - byX) / total, (pullY - byY) / total, (Math.Abs(pullX) + termsByX) / total, (Math.Abs(pullY) + termsByY) / total);
    }

    private static double Spline(double t)
    {
        t = Math.Abs(t);
        return t < 0.5 ? 0.75 - (t * t) : t < 1.5 ? 0.5 * (1.5 - t) * (1.5 - t) : 0;
    }

    private static double Slope(double t) => Math.Abs(t) < 0.5 ? -2 * t : Math.Abs(t) < 1.5 ? Math.Sign(t) * (Math.Abs(t) - 1.5) : 0;
}
