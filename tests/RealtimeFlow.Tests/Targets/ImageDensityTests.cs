using CsCheck;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

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
                Func<double[], double> energy = z => Energy(brightness, width, z[0], z[1]);
                float[] points = [.. Enumerable.Range(0, 64).Select(_ => (float)((random.NextDouble() - 0.5) * 9))];
                float[] energies = new float[32], gradient = new float[64];
                image.Evaluate(points, energies, gradient);
                for (int i = 0; i < 32; i++)
                {
                    double[] z = [points[i], points[32 + i]];
                    double expected = energy(z);
                    double[] slope = [.. Enumerable.Range(0, 2).Select(j => Slope(energy, z, j))];
                    Assert.Equal(expected, energies[i], 4e-6 * (1 + Math.Abs(expected)));
                    Assert.Equal(slope[0], gradient[i], 2e-5 * (1 + Vectors.Norm(slope)) + 1e-4);
                    Assert.Equal(slope[1], gradient[32 + i], 2e-5 * (1 + Vectors.Norm(slope)) + 1e-4);
                }
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

    /// <summary>A derivative by central differences with a step far below a pixel: at the kinks of the slope it is off by the step.</summary>
    private static double Slope(Func<double[], double> f, double[] z, int i)
    {
        const double Step = 1e-5;
        double[] above = [.. z], below = [.. z];
        above[i] += Step;
        below[i] -= Step;
        return (f(above) - f(below)) / (2 * Step);
    }

    private static double Energy(double[] brightness, int width, double x, double y)
    {
        int height = brightness.Length / width;
        double pixel = 6.0 / Math.Max(width, height), image = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                double u = (x / pixel) + (width / 2.0) - column - 0.5, v = (height / 2.0) - (y / pixel) - row - 0.5;
                image += brightness[(row * width) + column] * Spline(u) * Spline(v);
            }
        }

        double floor = Math.Exp(-0.5 * ((x * x) + (y * y)) / (FloorScale * FloorScale)) / (2 * Math.PI * FloorScale * FloorScale);
        return -Math.Log(((1 - FloorShare) * image / (brightness.Sum() * pixel * pixel)) + (FloorShare * floor));
    }

    private static double Spline(double t)
    {
        t = Math.Abs(t);
        return t < 0.5 ? 0.75 - (t * t) : t < 1.5 ? 0.5 * (1.5 - t) * (1.5 - t) : 0;
    }
}
