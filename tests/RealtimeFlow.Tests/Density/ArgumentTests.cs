using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Density;

/// <summary>What is wrong, where, and what was expected.</summary>
public sealed class ArgumentTests
{
    private static readonly float[] Valid = [0, 0, 0, 0, 1, 0, 0.5f, 0, 0.1f, 0.25f, -0.5f, 1, 0.5f];

    private static FlowShape Shape { get; } = FlowShape.Parse("planar:1,radial:1", 2);

    private static FlowDistribution Q { get; } = new(Shape, Valid);

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(14)]
    public void A_block_of_the_wrong_length_is_refused_with_both_lengths(int length)
    {
        ArgumentException error = Assert.Throws<ArgumentException>("parameters", () => new FlowDistribution(Shape, new float[length]));
        Assert.Contains("13", error.Message, StringComparison.Ordinal);
        Assert.Contains(length.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, float.NaN, "base")]
    [InlineData(3, float.PositiveInfinity, "base")]
    [InlineData(2, 89f, "log_scale of 89")]
    [InlineData(2, -88f, "log_scale of -88")]
    [InlineData(4, float.NaN, "Layer 0 (planar)")]
    [InlineData(8, float.NegativeInfinity, "Layer 0 (planar)")]
    [InlineData(6, -1f, "Layer 0 (planar)")]
    [InlineData(6, -7f, "Layer 0 (planar)")]
    [InlineData(9, float.NaN, "Layer 1 (radial)")]
    [InlineData(11, 0f, "Layer 1 (radial)")]
    [InlineData(11, -2f, "Layer 1 (radial)")]
    [InlineData(12, -1f, "Layer 1 (radial)")]
    [InlineData(12, float.NaN, "Layer 1 (radial)")]
    public void A_number_that_makes_no_invertible_layer_is_refused_by_the_layers_name(int index, float value, string where)
    {
        float[] parameters = [.. Valid];
        parameters[index] = value;
        ArgumentException error = Assert.Throws<ArgumentException>("parameters", () => new FlowDistribution(Shape, parameters));
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_parameters_leave_the_old_ones_in_place()
    {
        FlowDistribution q = new(Shape, Valid);
        float[] before = new float[40], after = new float[40];
        q.Sample(new RandomStream(1, 1), 0, before);
        float[] parameters = [.. Valid];
        parameters[0] = 3;
        parameters[12] = -1;
        Assert.Throws<ArgumentException>("parameters", () => q.SetParameters(parameters));
        q.Sample(new RandomStream(1, 1), 0, after);
        Assert.Equal(before, after);
        Assert.Equal(Valid, q.Parameters);
    }

    [Fact]
    public void Points_that_are_no_multiple_of_the_dimension_are_refused()
    {
        Assert.Throws<ArgumentException>("points", () => Q.Sample(new RandomStream(1, 1), 0, new float[5]));
        Assert.Throws<ArgumentException>("points", () => Q.Transform(new float[5], new float[5]));
        Assert.Throws<ArgumentException>("points", () => Q.InverseTransform(new float[5], new float[5]));
        Assert.Throws<ArgumentException>("points", () => Q.LogDensity(new float[5], new float[2]));
        Assert.Throws<ArgumentException>("points", () => Q.Score(new float[5], new float[5]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_score_of_the_wrong_length_is_refused(int length)
    {
        Assert.Throws<ArgumentException>("score", () => Q.Score(new float[6], new float[length]));
        if (length > 0)
        {
            Assert.Throws<ArgumentException>("score", () => Q.Sample(new RandomStream(1, 1), 0, new float[6], new float[3], new float[length]));
        }
    }

    [Fact]
    public void A_score_may_lie_neither_in_the_points_nor_in_the_log_densities()
    {
        float[] memory = new float[16];
        Assert.Throws<ArgumentException>("score", () => Q.Score(memory.AsSpan(0, 6), memory.AsSpan(5, 6)));
        Assert.Throws<ArgumentException>("score", () => Q.Score(memory.AsSpan(0, 6), memory.AsSpan(0, 6)));
        Assert.Throws<ArgumentException>("score", () => Q.Score(memory.AsSpan(0, 6), memory.AsSpan(6, 6), memory.AsSpan(11, 3)));
        Assert.Throws<ArgumentException>("logDensity", () => Q.Score(memory.AsSpan(0, 6), memory.AsSpan(6, 6), memory.AsSpan(5, 3)));
        Assert.Throws<ArgumentException>(
            "score", () => Q.Sample(new RandomStream(1, 1), 0, memory.AsSpan(0, 6), memory.AsSpan(6, 3), memory.AsSpan(8, 6)));
    }

    [Theory]
    [InlineData(-1, 1f, "layers")]
    [InlineData(3, 1f, "layers")]
    [InlineData(1, -0.1f, "tau")]
    [InlineData(1, 1.1f, "tau")]
    [InlineData(1, float.NaN, "tau")]
    public void A_prefix_outside_the_chain_is_refused(int layers, float tau, string name) =>
        Assert.Throws<ArgumentOutOfRangeException>(name, () => Q.Prefix(layers, tau));

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void The_scale_of_a_layer_that_does_not_exist_is_refused(int layer) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(layer), () => Q.Scale(layer));

    [Theory]
    [InlineData(0.99f)]
    [InlineData(2e6f)]
    [InlineData(float.NaN)]
    public void Degrees_of_freedom_outside_their_range_are_refused(float degreesOfFreedom) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(degreesOfFreedom), () => BaseKind.StudentT(degreesOfFreedom));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Numbers_a_point_of_the_wrong_length_are_refused(int length)
    {
        Assert.Throws<ArgumentException>("logDensity", () => Q.Sample(new RandomStream(1, 1), 0, new float[6], new float[length]));
        Assert.Throws<ArgumentException>("logDeterminant", () => Q.Transform(new float[6], new float[6], new float[length]));
        Assert.Throws<ArgumentException>("logDeterminant", () => Q.InverseTransform(new float[6], new float[6], new float[length]));
        Assert.Throws<ArgumentException>("logDensity", () => Q.LogDensity(new float[6], new float[length]));
        Assert.Throws<ArgumentException>("logDensity", () => Q.LogDensity(new float[6], []));
    }

    [Fact]
    public void A_result_of_the_wrong_length_or_that_overlaps_is_refused()
    {
        Assert.Throws<ArgumentException>("result", () => Q.Transform(new float[6], new float[4]));
        Assert.Throws<ArgumentException>("result", () => Q.InverseTransform(new float[6], new float[8]));
        float[] memory = new float[8];
        Assert.Throws<ArgumentException>("result", () => Q.Transform(memory.AsSpan(0, 6), memory.AsSpan(2, 6)));
        Assert.Throws<ArgumentException>("result", () => Q.InverseTransform(memory.AsSpan(2, 6), memory.AsSpan(0, 6)));
    }

    [Fact]
    public void Log_determinants_may_not_lie_in_the_points_or_the_result()
    {
        float[] memory = new float[9];
        Assert.Throws<ArgumentException>("logDeterminant", () => Q.Transform(memory.AsSpan(0, 6), memory.AsSpan(0, 6), memory.AsSpan(4, 3)));
        Assert.Throws<ArgumentException>("logDensity", () => Q.LogDensity(memory.AsSpan(0, 6), memory.AsSpan(4, 3)));
        Assert.Throws<ArgumentException>("logDensity", () => Q.Sample(new RandomStream(1, 1), 0, memory.AsSpan(0, 6), memory.AsSpan(4, 3)));
    }

    [Theory]
    [InlineData("planr:3", "planr")]
    [InlineData("planar", "planar")]
    [InlineData("planar:", "planar")]
    [InlineData("planar:0", "planar:0")]
    [InlineData("planar:-5", "planar:-5")]
    [InlineData("planar:1e9", "planar:1e9")]
    [InlineData("planar:1000000", "planar:1000000")]
    [InlineData("planar:60000,radial:60000", "radial:60000")]
    [InlineData("planar:3,,radial:1", "''")]
    [InlineData("", "''")]
    public void A_formula_that_is_wrong_is_refused_with_the_part_that_is(string formula, string part)
    {
        FormatException error = Assert.Throws<FormatException>(() => FlowShape.Parse(formula, 2));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("planar:32")]
    [InlineData("planar:16,radial:16,planar:1")]
    public void A_formula_reads_back_as_it_was_written(string formula) =>
        Assert.Equal(formula, FlowShape.Parse(formula, 3).ToString());

    [Fact]
    public void Runs_of_one_kind_join_in_the_formula() =>
        Assert.Equal("planar:3,radial:1", FlowShape.Parse(" planar:1, planar:2,radial:1 ", 3).ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_dimension_below_one_is_refused(int dimension) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(dimension), () => new FlowShape(dimension));
}
