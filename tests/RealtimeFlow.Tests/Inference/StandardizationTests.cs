using CsCheck;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

public sealed class StandardizationTests(ITestOutputHelper output)
{
    /// <summary>Whatever the units, they are exact: q of the data is q of the standardised rows, less Σ ln h, in float64 arithmetic on the float32 numbers.</summary>
    [Fact]
    public void The_density_in_the_units_of_the_data_is_that_of_the_flow_that_was_trained()
    {
        double worst = 0;
        Gen.Select(RandomChain.Gen(dimensions: 4, layers: 5), Gen.Enum<FlowDirection>(), Gen.Int[-8, 8], Gen.Double[-20, 20]).Sample(
            (chain, direction, exponent, offset) =>
            {
                FlowShape shape = chain.Shape;
                DataSet data = Rows(40, shape.Dimension, i => Math.ScaleB(1 + (0.3 * i), exponent), offset);
                Standardization units = new(data, shape);
                FlowDistribution standard = chain.Read(direction);
                FlowDistribution restored = units.Restore(standard);
                ReferenceFlow expected = new(shape, Vectors.ToDoubles(standard.Parameters), direction);
                ReferenceFlow actual = new(shape, Vectors.ToDoubles(restored.Parameters), direction);
                DataSet rows = units.Standardize(data);
                for (int layer = 0; layer < shape.LayerCount; layer++)
                {
                    if (shape.Layers[layer] == LayerKind.Planar)
                    {
                        Assert.Equal(standard.Scale(layer), restored.Scale(layer));
                    }
                }

                for (int row = 0; row < data.Count; row++)
                {
                    double[] y = Row(data, row), z = Row(rows, row);

                    // The rounding of (y − m)/h, of the centres, and of b and μ by m, at most 2^-24 of |m/h| each, times the slope of ln q.
                    double slope = 1 + Vectors.Norm(expected.Score(z)), place = 1 + (Math.Abs(offset) * 4);
                    double error = Math.Abs(actual.LogDensity(y) - (expected.LogDensity(z) - units.LogScale));
                    worst = Math.Max(worst, error / (slope * place));
                    Assert.InRange(error, 0, 1e-4 * slope * place);
                }
            },
            iter: 60,
            threads: 1);
        output.WriteLine($"worst: {worst:e2}");
    }

    [Fact]
    public void Rows_in_standard_units_lie_about_the_origin_with_a_spread_near_one()
    {
        DataSet data = Rows(2000, 3, i => Math.Pow(100, i - 1), 1000);
        DataSet rows = new Standardization(data, FlowShape.Parse("planar:2", 3)).Standardize(data);
        for (int i = 0; i < 3; i++)
        {
            double[] values = Vectors.ToDoubles(rows.Coordinate(i));
            Assert.Equal(0, values.Average(), 1e-2);
            Assert.InRange(Math.Sqrt(values.Average(x => x * x)), 0.7, 1.42);
        }
    }

    [Fact]
    public void Radial_layers_know_one_length_for_all_coordinates()
    {
        DataSet data = Rows(2000, 2, i => i == 0 ? 1 : 16, 0);
        DataSet rows = new Standardization(data, FlowShape.Parse("planar:2,radial:1", 2)).Standardize(data);
        double[] spreads = [.. Enumerable.Range(0, 2).Select(i => Math.Sqrt(Vectors.ToDoubles(rows.Coordinate(i)).Average(x => x * x)))];
        Assert.Equal(16, spreads[1] / spreads[0], 1.0);
        Assert.Equal(1, spreads[0] * spreads[1], 0.3);
    }

    [Theory]
    [InlineData(0, "column 1 (counted from 0) holds one number in all rows")]
    [InlineData(1e-37, "column 1 (counted from 0) has a standard deviation of")]
    [InlineData(1e35, "expected one from 2^-100 to 2^100")]
    public void A_column_without_a_density_is_refused(double spread, string words)
    {
        DataSet data = Rows(10, 2, i => i == 0 ? 1 : spread, 0);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new Standardization(data, new FlowShape(2)));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_dimension_is_refused()
    {
        DataSet data = Rows(10, 2, _ => 1, 0);
        Assert.Throws<ArgumentException>("shape", () => new Standardization(data, new FlowShape(3)));
        Assert.Throws<ArgumentException>("data", () => new Standardization(data, new FlowShape(2)).Standardize(Rows(10, 3, _ => 1, 0)));
    }

    private static DataSet Rows(int count, int dimension, Func<int, double> scale, double offset)
    {
        float[] rows = new float[count * dimension];
        new RandomStream(7, 8).FillNormal(0, rows);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = (float)(scale(i % dimension) * (rows[i] + offset));
        }

        return new DataSet(rows, dimension);
    }

    private static double[] Row(DataSet data, int row) => [.. Enumerable.Range(0, data.Dimension).Select(i => (double)data.Coordinate(i)[row])];
}
