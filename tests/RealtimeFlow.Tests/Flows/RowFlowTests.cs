using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Flows;

public sealed class RowFlowTests(ITestOutputHelper output) : IDisposable
{
    private readonly WorkerPool _workers = new(1);

    public static TheoryData<string, int, FlowConstraint> Flows
    {
        get
        {
            TheoryData<string, int, FlowConstraint> cases = [];
            foreach (string formula in (string[])["planar:4", "radial:4", "planar:2,radial:2,planar:1"])
            {
                foreach (int dimension in (int[])[1, 2, 3, 5, 40])
                {
                    cases.Add(formula, dimension, FlowConstraint.Identity);
                    cases.Add(formula, dimension, FlowConstraint.Paper);
                }
            }

            return cases;
        }
    }

    public void Dispose() => _workers.Dispose();

    [Theory]
    [MemberData(nameof(Flows))]
    public void Each_row_is_sent_through_the_chain_of_its_own_parameters(string formula, int dimension, FlowConstraint constraint)
    {
        RowFlowBatch batch = Draw(formula, dimension, constraint).Run();
        Worst worst = new();
        for (int row = 0; row < batch.Rows; row++)
        {
            ReferenceFlow flow = new(batch.Shape, batch.Effective(row));
            for (int sample = 0; sample < batch.Samples; sample++)
            {
                double[] z = batch.PointOf(batch.Points, row, sample);
                RoundingBounds bounds = RoundingBounds.From(flow, z);
                double logDet = flow.Forward(z);
                worst.Add("image", Vectors.Distance(z, batch.PointOf(batch.Images, row, sample)), bounds.Image);
                worst.Add("ln det", Math.Abs(logDet - batch.LogDet[batch.ColumnOf(row, sample)]), bounds.LogDet);
            }
        }

        output.WriteLine(worst.ToString());
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public void Each_row_is_given_the_gradient_of_its_own_loss(string formula, int dimension, FlowConstraint constraint)
    {
        RowFlowBatch batch = Draw(formula, dimension, constraint).Run();
        double worst = 0, worstOfPoints = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            double[] block = batch.BlockOf(batch.Raw, row);
            double[][] points = [.. Enumerable.Range(0, batch.Samples).Select(sample => batch.PointOf(batch.Points, row, sample))];
            ReferenceFlow flow = new(batch.Shape, ReferenceConstraint.Effective(batch.Shape, constraint, block));
            double nearest = points.Min(flow.DistanceToKink);
            if (nearest < 10 * Derivative.Step || IsAtKink(batch, block))
            {
                continue;
            }

            double[] expected = Derivative.Gradient(x => batch.Loss(row, x, points), block);
            double size = Vectors.Norm(expected) + Vectors.Norm(Derivative.Gradient(x => batch.Loss(row, x, points, -1), block));
            worst = Math.Max(worst, Vectors.Distance(expected, batch.BlockOf(batch.Gradient, row)) / size / Condition(nearest));
            for (int sample = 0; sample < points.Length; sample++)
            {
                double[] byPoint = ByPoint(1), otherwise = ByPoint(-1);
                double error = Vectors.Distance(byPoint, batch.PointOf(batch.OriginCotangents, row, sample));
                worstOfPoints = Math.Max(worstOfPoints, error / (Vectors.Norm(byPoint) + Vectors.Norm(otherwise)) / Condition(nearest));

                double[] ByPoint(double ofLogDet) => Derivative.Gradient(
                    z => batch.Loss(row, block, [.. points[..sample], z, .. points[(sample + 1)..]], ofLogDet), points[sample]);
            }
        }

        // Relative to the two parts of the loss, which may cancel each other.
        output.WriteLine($"‖Δ‖/‖g‖ = {worst:e2} of parameters, {worstOfPoints:e2} of points");
        Assert.InRange(worst, 1e-12, 1e-5);
        Assert.InRange(worstOfPoints, 1e-12, 1e-5);

        // Near a centre the direction of the pull is that of a small difference of rounded numbers.
        static double Condition(double nearest) => Math.Max(1, 0.2 / nearest);
    }

    /// <summary>w and u of magnitudes 10⁻⁸ to 10³: where tanh is 1 the map shows û, where the argument is 0 its determinant is s.</summary>
    [Theory]
    [InlineData(FlowConstraint.Identity, 1)]
    [InlineData(FlowConstraint.Identity, 3)]
    [InlineData(FlowConstraint.Identity, 40)]
    [InlineData(FlowConstraint.Paper, 1)]
    [InlineData(FlowConstraint.Paper, 3)]
    [InlineData(FlowConstraint.Paper, 40)]
    public void The_determinant_is_that_of_the_map_that_is_applied_for_any_raw_numbers(FlowConstraint constraint, int dimension)
    {
        const int Rows = 400;
        RowFlowBatch batch = RowFlowBatch.Draw(new FlowShape(dimension, LayerKind.Planar), constraint, Rows, 1, _workers, LaneDispatch.Width);
        System.Random random = new(dimension);
        double least = double.PositiveInfinity, greatest = 0;
        for (int row = 0; row < Rows; row++)
        {
            double[] raw = batch.BlockOf(batch.Raw, row)[(2 * dimension)..];
            double ofW = Math.Pow(10, (random.NextDouble() * 11) - 8), ofU = Math.Pow(10, (random.NextDouble() * 11) - 8);
            for (int i = 0; i < dimension; i++)
            {
                raw[i] *= ofW;
                raw[dimension + i] = (raw[dimension + i] * ofU) - (row % 2 * raw[i]);
            }

            batch.SetRow(row, raw);
            batch.SetRow(row, 2 * dimension, 0);
        }

        Array.Clear(batch.Points);
        batch.Run();
        for (int row = 0; row < Rows; row++)
        {
            double[] w = batch.BlockOf(batch.Raw, row)[batch.Shape.Layer(0)][..dimension], u = batch.Effective(row)[batch.Shape.Layer(0)][dimension..^1];
            double s = 1 + Vectors.Dot(w, u), size = 1 + w.Zip(u, (x, y) => Math.Abs(x * y)).Sum();
            Assert.InRange(s, ReferenceConstraint.LeastScale / 2, double.MaxValue);

            // Two roundings of s, one of the logarithm; and of the compensated sum what is of second order.
            double tolerance = (3 + Math.Abs(Math.Log(s)) + (dimension * dimension * size / s / (1 << 24))) / (1 << 24);
            Assert.Equal(Math.Log(s), batch.LogDet[row], tolerance);
            (least, greatest) = (Math.Min(least, s), Math.Max(greatest, s));
        }

        output.WriteLine($"s from {least:e2} to {greatest:e2}");
        Assert.InRange(least, 0, 1e-3);
        Assert.InRange(greatest, 1e3, double.PositiveInfinity);
    }

    /// <summary>Steps follow the constraint: w turns û over lengths of ‖w‖, wᵀu bends it over lengths of 1.</summary>
    [Theory]
    [InlineData(1e-3, 1)]
    [InlineData(1e-6, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(1, 8)]
    [InlineData(10, 100)]
    public void The_gradient_keeps_its_digits_for_short_w_and_for_s_near_its_floor(double norm, double along)
    {
        // w = ‖w‖ e₁ and u against it.
        RowFlowBatch batch = RowFlowBatch.Draw(new FlowShape(2, LayerKind.Planar), FlowConstraint.Identity, 20, 1, _workers, LaneDispatch.Width);
        for (int row = 0; row < batch.Rows; row++)
        {
            batch.SetRow(row, 0, norm);
            batch.SetRow(row, 1, 0);
            batch.SetRow(row, 2, -along / Math.Max(1, norm) * (1 + (0.03 * row)));
        }

        batch.Run();
        double worst = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            double[] block = batch.BlockOf(batch.Raw, row), actual = batch.BlockOf(batch.Gradient, row);
            double[][] points = [batch.PointOf(batch.Points, row, 0)];
            double[] expected = Derivative.Gradient(x => batch.Loss(row, x, points), block, i => i is 4 or 5 ? 1e-3 * norm / Math.Max(1, along) : 1e-4);
            double det = Math.Exp(batch.LogDet[row]);
            worst = Math.Max(worst, Vectors.Distance(expected, actual) / Vectors.Norm(expected) * Math.Min(1, det));
        }

        output.WriteLine($"‖Δ‖/‖g‖ · det = {worst:e2}");
        Assert.InRange(worst, 0, 1e-5);
    }

    [Fact]
    public void The_gradient_has_its_limit_as_w_goes_to_zero()
    {
        // At w = η e₁ with u against it, all is within 20 η of its limit.
        double[][] gradients = [.. ((double[])[1e-7, 1e-10, 1e-14]).Select(eta =>
        {
            RowFlowBatch batch = RowFlowBatch.Draw(new FlowShape(2, LayerKind.Planar), FlowConstraint.Identity, 1, 1, _workers, LaneDispatch.Width);
            batch.SetRow(0, [eta, 0, -1.5]);
            return batch.Run().BlockOf(batch.Gradient, 0);
        })];
        Assert.InRange(Vectors.Norm(gradients[0]), 0.1, 10);
        Assert.InRange(Vectors.Distance(gradients[0], gradients[1]), 0, 4e-6);
        Assert.InRange(Vectors.Distance(gradients[1], gradients[2]), 0, 2e-6);
    }

    [Fact]
    public void At_w_zero_u_is_its_own_and_takes_its_whole_gradient()
    {
        RowFlowBatch batch = RowFlowBatch.Draw(new FlowShape(3, LayerKind.Planar), FlowConstraint.Identity, 5, 1, _workers, LaneDispatch.Width);
        for (int row = 0; row < batch.Rows; row++)
        {
            batch.SetRow(row, [0, 0, 0]);
        }

        batch.Run();
        for (int row = 0; row < batch.Rows; row++)
        {
            double[] raw = batch.BlockOf(batch.Raw, row)[6..], gradient = batch.BlockOf(batch.Gradient, row)[6..];
            double[] z = batch.PointOf(batch.Points, row, 0), back = batch.PointOf(batch.Cotangents, row, 0);
            double t = Math.Tanh(raw[6]), g = 1 - (t * t), aBar = g * Vectors.Dot(back, raw.AsSpan(3, 3));
            Assert.Equal(0, batch.LogDet[row]);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(t * back[i], gradient[3 + i], 1e-6);
                Assert.Equal((aBar * z[i]) + (g * batch.LogDetCotangents[row] * raw[3 + i]), gradient[i], 1e-5);
            }
        }
    }

    [Fact]
    public void U_zero_is_exactly_the_identity_map_of_every_row()
    {
        RowFlowBatch batch = Draw("planar:40", 5, FlowConstraint.Identity);
        for (int row = 0; row < batch.Rows; row++)
        {
            for (int layer = 0; layer < 40; layer++)
            {
                for (int i = 5; i < 10; i++)
                {
                    batch.SetRow(row, (11 * layer) + i, 0);
                }
            }
        }

        batch.Run();
        Assert.Equal(batch.Points, batch.Images);
        Assert.Equal(batch.Points, batch.Origins);
        Assert.All(batch.LogDet, x => Assert.Equal(0, x));
    }

    [Theory]
    [InlineData("planar:40", 40)]
    [InlineData("radial:40", 2)]
    [InlineData("radial:40", 40)]
    [InlineData("planar:20,radial:20", 3)]
    public void Backward_finds_the_way_to_where_forward_came_from(string formula, int dimension)
    {
        // Heads of networks start small.
        RowFlowBatch batch = RowFlowBatch.Draw(FlowShape.Parse(formula, dimension), FlowConstraint.Identity, 30, 1, _workers, LaneDispatch.Width, scale: 0.3f).Run();
        double worst = Enumerable.Range(0, batch.Rows).Max(row =>
            Vectors.Distance(batch.PointOf(batch.Points, row, 0), batch.PointOf(batch.Origins, row, 0)) / Vectors.Norm(batch.PointOf(batch.Points, row, 0)));
        output.WriteLine($"‖Δz_0‖/‖z_0‖ = {worst:e2}");
        Assert.InRange(worst, 0, 1e-4);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 2)]
    [InlineData(16, 1)]
    [InlineData(17, 3)]
    [InlineData(100, 2)]
    public void The_bits_depend_neither_on_the_width_nor_on_the_threads(int rows, int samples)
    {
        FlowShape shape = FlowShape.Parse("planar:2,radial:2,planar:1", 7);
        foreach (FlowConstraint constraint in Enum.GetValues<FlowConstraint>())
        {
            RowFlowBatch first = RowFlowBatch.Draw(shape, constraint, rows, samples, _workers, LaneWidth.Scalar).Run();
            foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
            {
                for (int threads = 1; threads <= 3; threads++)
                {
                    using WorkerPool workers = new(threads);
                    RowFlowBatch other = RowFlowBatch.Draw(shape, constraint, rows, samples, workers, width).Run();
                    Assert.Equal(first.Images, other.Images);
                    Assert.Equal(first.LogDet, other.LogDet);
                    Assert.Equal(first.Origins, other.Origins);
                    Assert.Equal(first.OriginCotangents, other.OriginCotangents);
                    Assert.Equal(first.Gradient, other.Gradient);
                }
            }

            // Lanes beyond the rows as well.
            Assert.All((float[])[.. first.Images, .. first.LogDet, .. first.OriginCotangents, .. first.Gradient], x => Assert.True(float.IsFinite(x)));
        }
    }

    [Fact]
    public void The_gradient_of_several_samples_is_the_sum_of_their_own()
    {
        const int Samples = 3;
        RowFlowBatch batch = RowFlowBatch.Draw(FlowShape.Parse("planar:2,radial:1", 4), FlowConstraint.Identity, 20, Samples, _workers, LaneDispatch.Width).Run();
        float[] sum = new float[batch.Gradient.Length];
        for (int sample = 0; sample < Samples; sample++)
        {
            RowFlowBatch one = new(batch.Shape, batch.Constraint, batch.Rows, 1, _workers, LaneDispatch.Width);
            batch.Raw.CopyTo(one.Raw, 0);
            int stride = one.LogDet.Length;
            for (int i = 0; i < 4; i++)
            {
                batch.Points.AsSpan((((i * Samples) + sample) * stride), stride).CopyTo(one.Points.AsSpan(i * stride));
                batch.Cotangents.AsSpan((((i * Samples) + sample) * stride), stride).CopyTo(one.Cotangents.AsSpan(i * stride));
            }

            batch.LogDetCotangents.AsSpan(sample * stride, stride).CopyTo(one.LogDetCotangents);
            one.Run();
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = sample == 0 ? one.Gradient[i] : sum[i] + one.Gradient[i];
            }
        }

        Assert.Equal(sum, batch.Gradient);
    }

    [Fact]
    public void Spans_of_other_lengths_and_calls_out_of_order_are_refused()
    {
        FlowShape shape = FlowShape.Parse("planar:2,radial:1", 3);
        RowFlow flow = new(shape, FlowConstraint.Identity, 20, 2, _workers);
        float[] raw = new float[flow.ParameterCount * 32], points = new float[3 * 32], one = new float[32];
        Assert.Equal(shape.ParameterCount - 6, flow.ParameterCount);
        flow.Begin(20);
        Assert.Throws<InvalidOperationException>(() => flow.Forward(raw, points, one));
        flow.Constrain(raw);
        Assert.Throws<InvalidOperationException>(() => flow.Backward(raw, points, points, one, raw));
        flow.Forward(raw, points, one);
        Assert.Throws<ArgumentException>("raw", () => flow.Constrain(raw.AsSpan(1)));
        Assert.Throws<ArgumentException>("raw", () => flow.Forward(raw.AsSpan(1), points, one));
        Assert.Throws<ArgumentException>("points", () => flow.Forward(raw, points.AsSpan(1), one));
        Assert.Throws<ArgumentException>("logDeterminant", () => flow.Forward(raw, points, one.AsSpan(1)));
        Assert.Throws<ArgumentException>("raw", () => flow.Backward([.. raw, 0], points, points, one, raw));
        Assert.Throws<ArgumentException>("points", () => flow.Backward(raw, one, points, one, raw));
        Assert.Throws<ArgumentException>("cotangents", () => flow.Backward(raw, points, one, one, raw));
        Assert.Throws<ArgumentException>("logDeterminantCotangents", () => flow.Backward(raw, points, points, [], raw));
        Assert.Throws<ArgumentException>("gradient", () => flow.Backward(raw, points, points, one, points));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => flow.Begin(0));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => flow.Begin(33));
        Assert.Throws<ArgumentOutOfRangeException>("samples", () => flow.Begin(20, 3));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => new RowFlow(shape, FlowConstraint.Paper, 0, 1, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("samples", () => new RowFlow(shape, FlowConstraint.Paper, 1, 0, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("constraint", () => new RowFlow(shape, (FlowConstraint)7, 1, 1, _workers));
    }

    /// <summary>A few rows of two samples; in one dimension many, since few of them are far from a kink or a fold.</summary>
    private RowFlowBatch Draw(string formula, int dimension, FlowConstraint constraint) =>
        RowFlowBatch.Draw(
            FlowShape.Parse(formula, dimension),
            constraint,
            dimension == 1 ? 20 : 6,
            2,
            _workers,
            LaneDispatch.Width,
            dimension > 5 ? 0.3f : 1,
            seed: (ulong)dimension);

    /// <summary>Where a wᵀu is within the differences' reach of 0, their constraint has a kink; and where it is far below, s has few digits left.</summary>
    private static bool IsAtKink(RowFlowBatch batch, double[] block)
    {
        int dimension = batch.Shape.Dimension;
        return Enumerable.Range(0, batch.Shape.LayerCount).Any(layer =>
        {
            double[] raw = block[batch.Shape.Layer(layer)];
            return batch.Shape.Layers[layer] == LayerKind.Planar
                && (Vectors.Norm(raw.AsSpan(0, dimension)) < 0.1
                    || Vectors.Dot(raw.AsSpan(0, dimension), raw.AsSpan(dimension, dimension)) is < -2 or (> -0.01 and < 0.01));
        });
    }
}
