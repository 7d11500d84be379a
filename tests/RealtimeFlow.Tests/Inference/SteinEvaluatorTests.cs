using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

public sealed class SteinEvaluatorTests : IDisposable
{
    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData("u1")]
    [InlineData("u4")]
    public void The_discrepancy_is_the_double_sum_over_the_same_points(string name)
    {
        FlowDistribution q = RandomFlow(2);
        Func<double[], double> energy = ReferenceEnergy.Of(name);
        AssertIsReference(q, TargetLibrary.Find(name)!, z => Vectors.Scaled(Derivative.Gradient(energy, z), -1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_discrepancy_is_the_double_sum_in_any_dimension(int dimension) =>
        AssertIsReference(RandomFlow(dimension), new GaussianTarget(dimension, 2), z => Vectors.Scaled(z, -1 / 2.0));

    [Theory]
    [InlineData(1, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 128)]
    [InlineData(1000, 1024)]
    public void The_bits_do_not_depend_on_width_or_threads_and_points_come_in_blocks(int points, int blocks)
    {
        Target target = TargetLibrary.Find("u3")!;
        SteinDiscrepancy? first = null;
        for (int threads = 1; threads <= 3; threads++)
        {
            using WorkerPool workers = new(threads);
            foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
            {
                FlowDistribution q = RandomFlow(2, width);
                SteinDiscrepancy found = new SteinEvaluator(workers).Evaluate(q, target, new RandomStream(7, 5), points);
                Assert.Equal(blocks, found.Points);
                Assert.Equal(first ??= found, found);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Points_of_the_target_itself_have_a_square_of_zero_on_average(int dimension)
    {
        const int Runs = 60;
        FlowDistribution q = new(new FlowShape(dimension), new float[2 * dimension]);
        GaussianTarget target = new(dimension, 1);
        SteinEvaluator evaluator = new(_workers);
        SteinDiscrepancy[] found = [.. Enumerable.Range(0, Runs).Select(
            run => evaluator.Evaluate(q, target, new RandomStream(1, (ulong)run), 256))];

        double mean = found.Average(x => x.Squared);
        double error = Math.Sqrt(found.Sum(x => (x.Squared - mean) * (x.Squared - mean)) / (Runs - 1) / Runs);
        Assert.InRange(mean, -4 * error, 4 * error);
        Assert.Contains(found, x => x.Squared < 0);
        Assert.All(found, x => Assert.InRange(x.Value, 0, double.MaxValue));

        // E[u(x, x)] = E‖x‖² + D, and the floor is what the square root of the mean of the V-statistic is.
        Assert.Equal(2 * dimension, found.Average(x => x.SelfTerm), 0.1 * dimension);
        Assert.Equal(found.Average(x => x.Floor), Math.Sqrt(found.Average(x => x.Value * x.Value)), 0.05 * found.Average(x => x.Floor));
    }

    [Fact]
    public void A_shifted_Gaussian_has_its_known_discrepancy_which_shrinks_with_the_shift()
    {
        // Liu et al. 2016, theorem 3.6: KSD² = E[δ(x)·δ(y) k(x, y)] with δ = s_p − s_q, here the shift μ itself; and ‖x − y‖² is 4 times an
        // exponential number on the plane: E k = ∫ e^(−t) (1 + 4t)^(−1/2) dt = √π/2 e^(1/4) erfc(1/2).
        const double MeanKernel = 0.545641;
        SteinEvaluator evaluator = new(_workers);
        double before = double.PositiveInfinity;
        foreach (float shift in (float[])[2, 1, 0.5f, 0.25f])
        {
            FlowDistribution q = new(new FlowShape(2), [0.6f * shift, -0.8f * shift, 0, 0]);
            SteinDiscrepancy found = evaluator.Evaluate(q, new GaussianTarget(2, 1), new RandomStream(2, 3), 4096);

            // The standard error is 2 √(Var E[u(x, ·)]/n), of which u's linear part is of the order of the shift times a score.
            Assert.Equal(shift * shift * MeanKernel, found.Squared, 4 * 2 * shift / Math.Sqrt(4096));
            Assert.InRange(found.Squared, 0, before);
            Assert.True(found.Value > Math.Sqrt(found.Squared));
            before = found.Squared;
        }
    }

    [Fact]
    public void Points_at_infinity_have_no_discrepancy()
    {
        FlowDistribution q = new(new FlowShape(2), [0, 0, 88, 88]);
        Assert.True(double.IsNaN(new SteinEvaluator(_workers).Evaluate(q, new GaussianTarget(2, 1), new RandomStream(2, 3), 64).Value));
    }

    [Fact]
    public void Numbers_of_points_out_of_range_are_refused()
    {
        FlowDistribution q = new(new FlowShape(2), new float[4]);
        SteinEvaluator evaluator = new(_workers);
        foreach (int points in (int[])[0, -1, (1 << 17) + 1])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                "points", () => evaluator.Evaluate(q, new GaussianTarget(2, 1), new RandomStream(1, 5), points));
        }
    }

    private static FlowDistribution RandomFlow(int dimension, LaneWidth? width = null)
    {
        FlowShape shape = FlowShape.Parse("planar:2,radial:1", dimension);
        float[] raw = new float[shape.ParameterCount];
        new RandomStream(9, 2).FillNormal(0, raw);
        return new FlowDistribution(shape, RandomChain.Constrain(shape, FlowConstraint.Identity, raw)) { Width = width ?? LaneDispatch.Width };
    }

    private void AssertIsReference(FlowDistribution q, Target target, Func<double[], double[]> score)
    {
        const int Count = 128;
        int dimension = q.Shape.Dimension;
        RandomStream stream = new(4, StreamNumbers.Evaluation);
        float[] coordinates = new float[dimension * Count];
        q.Sample(stream, 0, coordinates);
        double[][] points = [.. Enumerable.Range(0, Count).Select(
            j => Enumerable.Range(0, dimension).Select(i => (double)coordinates[(i * Count) + j]).ToArray())];

        SteinDiscrepancy found = new SteinEvaluator(_workers).Evaluate(q, target, stream, Count);
        (double squared, double self) = ReferenceStein.Of(points, score);

        // Each term is rounded a few times, as is each sum of some hundred; and the gradient by 10⁻⁶ of the slopes within it.
        Assert.Equal(self, found.SelfTerm, 3e-6 * self);
        Assert.Equal(squared, found.Squared, 3e-6 * self);
        Assert.Equal(Math.Sqrt(squared + ((self - squared) / Count)), found.Value, 1e-5 * found.Value);
    }
}
