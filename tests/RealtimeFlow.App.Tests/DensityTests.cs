using RealtimeFlow.Density;

namespace RealtimeFlow.App.Tests;

/// <summary>density and transform: what they make of given points.</summary>
public sealed class DensityTests
{
    // Ordinary chains of few layers: spec's bound for ln q at the same float32 point, forward against inverse.
    private const double LogDensityError = 5e-5;

    [Theory]
    [InlineData(1, FlowDirection.Generative)]
    [InlineData(2, FlowDirection.Generative)]
    [InlineData(2, FlowDirection.Normalizing)]
    [InlineData(7, FlowDirection.Normalizing)]
    public void The_density_of_samples_is_the_one_that_sampling_gave(int dimension, FlowDirection direction)
    {
        using PointModel model = new(dimension, direction: direction);
        foreach (string layer in new[] { "", " --layer 3", " --layer 0" })
        {
            model.Do($"sample --count 150000 --out @x.npy --log-density @l.npy{layer}");
            model.Do($"density --points @x.npy --out @l2.npy{layer}");

            AssertClose(model.Read("l.npy", 1), model.Read("l2.npy", 1), LogDensityError);
        }
    }

    [Theory]
    [InlineData(1, FlowDirection.Generative)]
    [InlineData(3, FlowDirection.Normalizing)]
    public void Transform_is_the_bare_chain_whatever_the_direction_and_its_inverse_returns(int dimension, FlowDirection direction)
    {
        const int count = 20_011;
        using PointModel model = new(dimension, direction: direction);
        model.Do($"sample --count {count} --layer 0 --out @x.npy");
        float[] points = PointModel.Transposed(model.Read("x.npy", dimension), dimension), logDeterminant = new float[count];
        model.Flow.Transform(points, points, logDeterminant);

        model.Do("transform --points @x.npy --out @y.npy --log-det @d.npy --threads 1");
        model.Do("transform --points @x.npy --out @y2.npy --threads 3");
        model.Do("transform --points @y.npy --out @x2.npy --log-det @d2.npy --inverse");

        PointModel.AssertSameBits(PointModel.Transposed(points, count), model.Read("y.npy", dimension));
        PointModel.AssertSameBits(model.Read("y.npy", dimension), model.Read("y2.npy", dimension));
        PointModel.AssertSameBits(logDeterminant, model.Read("d.npy", 1));
        AssertClose(model.Read("x.npy", dimension), model.Read("x2.npy", dimension), 1e-5);
        AssertClose([.. logDeterminant.Select(d => -d)], model.Read("d2.npy", 1), 1e-5);
    }

    [Fact]
    public void Points_may_come_as_text_and_be_replaced_by_their_images()
    {
        using PointModel model = new(2);
        model.Do("sample --count 3000 --out @x.npy");
        model.Do("sample --count 3000 --out @x.csv");
        model.Do("transform --points @x.npy --out @y.npy --log-det @d.npy");
        model.Do("transform --points @x.csv --out @x.csv --log-det @d.csv");

        PointModel.AssertSameBits(model.Read("y.npy", 2), model.Read("x.csv", 2));
        PointModel.AssertSameBits(model.Read("d.npy", 1), model.Read("d.csv", 1));
    }

    [Fact]
    public void No_points_give_an_empty_array()
    {
        using PointModel model = new(2);
        model.Write("x.npy", 2, []);
        model.Do("density --points @x.npy --out @l.npy");
        model.Do("transform --points @x.npy --out @y.npy --inverse");

        Assert.Empty(model.Read("l.npy", 1));
        Assert.Empty(model.Read("y.npy", 2));
    }

    [Theory]
    [InlineData("density --points @p3.npy --out @y", 1, "p3.npy", "dimension 3", "dimension 2")]
    [InlineData("transform --points @p3.npy --out @y", 1, "p3.npy", "dimension 3", "dimension 2")]
    [InlineData("density --points @none.npy --out @y", 1, "none.npy")]
    [InlineData("density --points @bad.npy --out @y", 1, "bad.npy", "neither")]
    [InlineData("density --points @bad.csv --out @y", 1, "bad.csv: line 150000, column 2: 'nan' is not finite")]
    [InlineData("transform --points @bad.csv --out @y --log-det @d", 1, "bad.csv: line 150000, column 2")]
    [InlineData("density --points / --out @y", 1, "'/'", "folder")]
    [InlineData("density --points @p2.npy --out @no/y", 1, "no folder")]
    [InlineData("transform --points @p2.npy --out @y --log-det /", 1, "'/'", "folder")]
    [InlineData("transform --points @p2.npy --out @y --log-det @y", 2, "named twice")]
    [InlineData("density --points @p2.npy --out @model.safetensors", 2, "named twice")]
    [InlineData("density --points @p2.npy --out @y --layer 6", 2, "--layer: expected from 0 to 5")]
    public void What_cannot_be_done_is_told_in_one_line_and_leaves_no_trace(string line, int exitCode, params string[] words)
    {
        using PointModel model = new(2);
        model.Write("p2.npy", 2, [1, 2, 3, 4]);
        model.Write("p3.npy", 3, [1, 2, 3]);
        File.WriteAllText(model.File("bad.npy"), "no array");
        File.WriteAllLines(model.File("bad.csv"), [.. Enumerable.Repeat("1,2", 149_999), "1,nan"]);
        string[] before = model.Others;

        model.Run(line).AssertComplaint(exitCode, words);

        Assert.Equal(before, model.Others);
    }

    private static void AssertClose(float[] expected, float[] actual, double error)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], error * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}
