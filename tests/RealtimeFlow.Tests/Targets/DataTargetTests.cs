using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Targets;

public sealed unsafe class DataTargetTests(ITestOutputHelper output)
{
    private const float RoundOff = 5.9604645e-8f;

    public static TheoryData<string> Names => ReferencePosterior.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Energy_and_gradient_are_those_of_the_reference(string name)
    {
        DataTarget target = Find(name);
        Func<double[], double> reference = ReferencePosterior.Energy(target);
        Compare(target, target.Data.All, reference, points: 100);
    }

    /// <summary>Every count around the four rows that the kernel takes at once, and none.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Any_number_of_rows_is_seen_and_counts_its_weight(string name)
    {
        DataTarget target = Find(name);
        double[][] rows = ReferencePosterior.Rows(target.Data);
        for (int count = 0; count <= 9; count++)
        {
            RowBatch batch = target.Data.All with { Count = count, Weight = 2.5f };
            Compare(target, batch, ReferencePosterior.Energy(name, rows[..count], weight: 2.5), points: 20);
        }
    }

    [Fact]
    public void A_posterior_of_the_users_own_has_the_gradient_that_follows_from_it()
    {
        DataSet data = Find("linear").Data;
        DataTarget own = DataTarget.Create("own", 3, new OwnPosterior(), data);
        Compare(own, data.All with { Count = 100, Weight = 3.33f }, ReferencePosterior.Energy("linear", ReferencePosterior.Rows(data)[..100], 3.33f), points: 20);
        Assert.Null(own.LogNormalizer);
        Assert.Equal(0.5, DataTarget.Create("own", 3, new OwnPosterior(), data, new TargetOptions { LogNormalizer = _ => 0.5 }).LogNormalizer);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_width_gives_the_same_bits(string name)
    {
        DataTarget target = Find(name);
        RowBatch rows = target.Data.All with { Count = Math.Min(target.Data.Count, 23), Weight = 1.7f };
        uint[] expected = Bits(LaneWidth.Scalar);
        Assert.All(Enum.GetValues<LaneWidth>(), width => Assert.Equal(expected, Bits(width)));

        uint[] Bits(LaneWidth width)
        {
            FlowTile tile = Tile(target, 64, spread: 3);
            target.Evaluate(tile, 64, width, rows);
            return [.. Numbers(tile).Select(BitConverter.SingleToUInt32Bits)];
        }
    }

    /// <summary>Over whole epochs each row counts N/|B| times in one minibatch of N/|B|: on average once, but for rounding.</summary>
    [Theory]
    [InlineData("linear", 37)]
    [InlineData("logistic", 25)]
    [InlineData("mixture", 4)]
    public void Minibatches_average_to_all_rows_over_an_epoch(string name, int size)
    {
        DataTarget target = Find(name);
        FlowTile tile = Tile(target, 64, spread: 1);
        target.Evaluate(tile, 64, LaneDispatch.Width);
        double[] expected = [.. Numbers(tile).Select(x => (double)x)];
        double[] average = new double[expected.Length];
        Minibatches minibatches = new(target.Data, seed: 1, size);
        int steps = target.Data.Count;
        for (int step = 0; step < steps; step++)
        {
            minibatches.Begin(step);
            target.Evaluate(tile, 64, LaneDispatch.Width, minibatches.Rows);
            float[] numbers = Numbers(tile);
            for (int i = 0; i < average.Length; i++)
            {
                average[i] += (double)numbers[i] / steps;
            }
        }

        // A sum over N rows of numbers no larger than the largest, rounded as often.
        double scale = expected.Max(Math.Abs) * RoundOff * 16;
        for (int i = 0; i < average.Length; i++)
        {
            Assert.Equal(expected[i], average[i], scale);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Far_away_energy_and_gradient_are_finite(string name)
    {
        DataTarget target = Find(name);
        FlowTile tile = Tile(target, 64, spread: 1e6f);
        target.Evaluate(tile, 64, LaneDispatch.Width);
        Assert.All(Numbers(tile), x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void Labels_are_0_or_1()
    {
        DataSet data = new([0.5f, 1, 0.5f, 2], 2);
        string message = Assert.Throws<ArgumentException>(() => new LogisticRegression("labels", data, 1)).Message;
        Assert.Contains("Row 1 ends with the label 2: expected 0 or 1", message, StringComparison.Ordinal);
        DataSet stream = new(2);
        LogisticRegression target = new("labels", stream, 1);
        Assert.Throws<ArgumentException>(() => stream.Append([1, 0.5f]));
        Assert.Throws<ArgumentException>(() => target.LogPredictive(new DataSet([1, -1], 2), [0, 0]));
    }

    [Fact]
    public void Scales_and_shapes_out_of_range_are_refused()
    {
        DataSet data = new([1, 2], 2), list = new([1], 1);
        foreach (double scale in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Assert.Throws<ArgumentOutOfRangeException>("noise", () => new LinearRegression("x", data, scale, 1));
            Assert.Throws<ArgumentOutOfRangeException>("prior", () => new LinearRegression("x", data, 1, scale));
            Assert.Throws<ArgumentOutOfRangeException>("prior", () => new LogisticRegression("x", new DataSet(2), scale));
            Assert.Throws<ArgumentOutOfRangeException>("noise", () => new MixtureMeans("x", list, scale, 1, new TargetOptions()));
        }

        Assert.Throws<ArgumentException>("data", () => new MixtureMeans("x", data, 1, 1, new TargetOptions()));
        LogisticRegression target = new("x", new DataSet(2), 1);
        Assert.Throws<ArgumentException>("rows", () => target.LogPredictive(new DataSet(2), [0, 0]));
        Assert.Throws<ArgumentException>("rows", () => target.LogPredictive(new DataSet([1], 1), [0, 0]));
        Assert.Throws<ArgumentException>("points", () => target.LogPredictive(data, [0, 0, 0]));
    }

    [Fact]
    public void The_log_predictive_density_is_that_of_the_average_over_the_draws()
    {
        LogisticRegression target = new("x", new DataSet(2), 1);
        double expected = Math.Log((Sigmoid(0.5 + (2 * 3)) + Sigmoid(-1 + (2 * 0.25))) / 2);
        expected += Math.Log((Sigmoid(-(0.5 + (-1 * 3))) + Sigmoid(-(-1 + (-1 * 0.25)))) / 2);
        Assert.Equal(expected / 2, target.LogPredictive(new DataSet([2, 1, -1, 0], 2), [0.5f, -1, 3, 0.25f]), 1e-12);

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
    }

    [Fact]
    public void The_evidence_of_a_line_through_one_point_is_that_of_a_Gaussian()
    {
        // y = z₀ + x z₁ + noise is N(0, τ²(1 + x²) + σ²).
        LinearRegression target = new("x", new DataSet([3, 2], 2), noise: 0.5, prior: 2);
        double variance = (4 * 10) + 0.25;
        Assert.Equal(-0.5 * ((4 / variance) + Math.Log(2 * Math.PI * variance)), target.LogNormalizer!.Value, 1e-12);
        GaussianPosterior posterior = target.Posterior();
        Assert.Equal([4 * 2 / variance, 4 * 3 * 2 / variance], posterior.Mean, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(4 - (16 / variance), posterior.Covariance[0, 0], 1e-12);
        Assert.Equal(-16 * 3 / variance, posterior.Covariance[0, 1], 1e-12);
        Assert.Equal(4 - (16 * 9 / variance), posterior.Covariance[1, 1], 1e-12);
    }

    /// <summary>p(rows) = Π p(row | rows before): the evidence grows by a Gaussian in each, with the posterior so far as its prior.</summary>
    [Fact]
    public void Evidence_and_posterior_follow_the_rows_that_arrive()
    {
        double[][] rows = ReferencePosterior.Rows(Find("linear").Data)[..40];
        DataSet stream = new(3);
        LinearRegression target = new("stream", stream, noise: 0.5, prior: 1);
        Assert.Equal(0, target.LogNormalizer!.Value, 1e-12);
        foreach (double[] row in rows)
        {
            GaussianPosterior before = target.Posterior();
            double mean = 0, variance = 0.25;
            double[] x = [1, row[0], row[1]];
            for (int i = 0; i < 3; i++)
            {
                mean += x[i] * before.Mean[i];
                for (int j = 0; j < 3; j++)
                {
                    variance += x[i] * x[j] * before.Covariance[i, j];
                }
            }

            stream.Append([.. row.Select(value => (float)value)]);
            stream.Admit();
            double gain = -0.5 * (((row[2] - mean) * (row[2] - mean) / variance) + Math.Log(2 * Math.PI * variance));
            Assert.Equal(before.LogEvidence + gain, target.LogNormalizer!.Value, 1e-10);
        }
    }

    [Fact]
    public void Ln_Z_of_the_mixture_is_the_integral_and_unknown_of_too_many_rows()
    {
        DataTarget target = Find("mixture");
        Func<double[], double> energy = ReferencePosterior.Energy(target);
        const double Step = 0.02;
        double sum = 0;
        for (double x = -2.5; x < 2.5; x += Step)
        {
            for (double y = -2.5; y < 2.5; y += Step)
            {
                sum += Math.Exp(-energy([x, y])) * Step * Step;
            }
        }

        output.WriteLine($"ln Z = {target.LogNormalizer:f5}");
        Assert.Equal(Math.Log(sum), target.LogNormalizer!.Value, 1e-4);
        Assert.Null(new MixtureMeans("many", new DataSet(new float[401], 1), 1, 1, new TargetOptions()).LogNormalizer);
    }

    private static DataTarget Find(string name) => (DataTarget)TargetLibrary.Find(name)!;

    private void Compare(DataTarget target, RowBatch rows, Func<double[], double> reference, int points)
    {
        FlowTile tile = Tile(target, FlowTile.ColumnGranularity * 2, spread: 2);
        target.Evaluate(tile, FlowTile.Padded(points), LaneDispatch.Width, rows);
        double worstEnergy = 0, worstGradient = 0;
        for (int column = 0; column < points; column++)
        {
            double[] z = [.. Enumerable.Range(0, target.Dimension).Select(i => (double)tile.Row(i)[column])];
            double energy = reference(z);
            double[] gradient = Derivative.Gradient(reference, z);
            double[] found = [.. Enumerable.Range(0, target.Dimension).Select(i => (double)tile.Cotangents[(i * tile.Stride) + column])];

            // Terms of the energy are positive but for constants; those of the gradient cancel, from the size of U/σ.
            worstEnergy = Math.Max(worstEnergy, Math.Abs(energy - tile.ValueRow[column]) / (1 + Math.Abs(energy)));
            worstGradient = Math.Max(worstGradient, Vectors.Distance(gradient, found) / (1 + Math.Abs(energy)));
        }

        output.WriteLine($"{target.Name}, {rows.Count} rows: energy {worstEnergy:e2}, gradient {worstGradient:e2}");
        Assert.InRange(worstEnergy, 0, 8 * RoundOff);
        Assert.InRange(worstGradient, 0, 16 * RoundOff);
    }

    private static FlowTile Tile(Target target, int columns, float spread)
    {
        FlowTile tile = new(target.Dimension, savedLayers: 0);
        System.Random random = new(42);
        for (int i = 0; i < target.Dimension; i++)
        {
            for (int column = 0; column < columns; column++)
            {
                tile.Row(i)[column] = (float)((random.NextDouble() - 0.5) * 2 * spread);
            }
        }

        return tile;
    }

    /// <summary>The energies and gradients of the first 64 columns.</summary>
    private static float[] Numbers(FlowTile tile)
    {
        List<float> numbers = [.. tile.ValueRow[..64]];
        for (int i = 0; i < tile.Dimension; i++)
        {
            numbers.AddRange(new ReadOnlySpan<float>(tile.Cotangents + (i * tile.Stride), 64));
        }

        return [.. numbers];
    }
}
