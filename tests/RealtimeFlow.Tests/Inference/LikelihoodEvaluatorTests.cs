using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Flows;

namespace RealtimeFlow.Tests.Inference;

public sealed class LikelihoodEvaluatorTests
{
    public static MatrixTheoryData<int, int, FlowDirection> Sizes => new([1, 2, 63, 64, 65, 4095, 4097, 9000], [1, 3], Enum.GetValues<FlowDirection>());

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_loss_is_the_mean_over_the_rows_and_its_error_that_of_a_mean(int count, int dimension, FlowDirection direction)
    {
        using WorkerPool workers = new(2);
        FlowDistribution flow = Flow(dimension, direction);
        DataSet data = Normal(count, dimension);
        LikelihoodEvaluation evaluation = new LikelihoodEvaluator(workers).Evaluate(flow, data);

        float[] logDensity = new float[count];
        flow.LogDensity(data.Points, logDensity);
        double[] losses = [.. logDensity.Select(x => -(double)x)];
        double mean = losses.Average(), error = Math.Sqrt(losses.Sum(x => (x - mean) * (x - mean)) / (count - 1) / count);
        Assert.Equal(mean, evaluation.NegativeLogLikelihood, 1e-9);
        Assert.Equal(error, evaluation.StandardError, 1e-6);
    }

    [Fact]
    public void It_does_not_depend_on_threads()
    {
        FlowDistribution flow = Flow(2, FlowDirection.Generative);
        DataSet data = Normal(30_000, 2);
        LikelihoodEvaluation[] evaluations = [.. ((int[])[1, 2, 3]).Select(threads =>
        {
            using WorkerPool workers = new(threads);
            return new LikelihoodEvaluator(workers).Evaluate(flow, data);
        })];
        Assert.All(evaluations, evaluation => Assert.Equal(evaluations[0], evaluation));
    }

    [Fact]
    public void Another_dimension_is_refused()
    {
        using WorkerPool workers = new(1);
        Assert.Throws<ArgumentException>("data", () => new LikelihoodEvaluator(workers).Evaluate(Flow(2, FlowDirection.Generative), Normal(5, 3)));
    }

    [Fact]
    public void Early_stopping_keeps_the_parameters_of_the_least_loss_and_counts_the_looks_since()
    {
        FlowDistribution flow = new(new FlowShape(1), [0, 0]);
        EarlyStopping stopping = new(patience: 3);
        foreach ((float place, double loss, bool isOver) in ((float, double, bool)[])
            [(1, 5, false), (2, double.NaN, false), (3, 4, false), (4, 4, false), (5, 6, false), (6, double.PositiveInfinity, true), (7, 3, false)])
        {
            flow.SetParameters([place, 0]);
            stopping.Look(flow, loss);
            Assert.Equal(isOver, stopping.IsOver);
        }

        Assert.Equal(3, stopping.LeastLoss);
        flow.SetParameters([8, 0]);
        stopping.Restore(flow);
        Assert.Equal([7, 0], flow.Parameters);
    }

    [Fact]
    public void Where_no_look_found_a_loss_the_flow_keeps_its_parameters()
    {
        FlowDistribution flow = new(new FlowShape(1), [1, 2]);
        EarlyStopping stopping = new(patience: 1);
        stopping.Restore(flow);
        stopping.Look(flow, double.NaN);
        flow.SetParameters([3, 4]);
        stopping.Restore(flow);
        Assert.Equal([3, 4], flow.Parameters);
        Assert.True(stopping.IsOver);
    }

    [Theory]
    [InlineData(1, FlowDirection.Generative)]
    [InlineData(1, FlowDirection.Normalizing)]
    [InlineData(2, FlowDirection.Generative)]
    [InlineData(2, FlowDirection.Normalizing)]
    public void A_flow_learns_Gaussian_rows_far_from_the_origin_up_to_their_entropy(int dimension, FlowDirection direction)
    {
        // At 1000 ± 5, and 1000 ± 0.5: the entropy is ½ ln 2πe a coordinate, plus ln of the deviations.
        const int Steps = 1500;
        using WorkerPool workers = new(2);
        float[] rows = new float[20_000 * dimension];
        new RandomStream(3, 4).FillNormal(0, rows);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = 1000 + ((i % dimension == 0 ? 5 : 0.5f) * rows[i]);
        }

        (DataSet training, DataSet heldOut) = new DataSet(rows, dimension).Split(0.2, 1);
        FlowShape shape = FlowShape.Parse("planar:2", dimension);
        Standardization units = new(training, shape);
        LikelihoodTrainer trainer = new(shape, direction, units.Standardize(training), new TrainerOptions { BatchSize = 512 }, workers);
        for (int step = 0; step < Steps; step++)
        {
            trainer.Step((double)step / Steps);
        }

        LikelihoodEvaluation evaluation = new LikelihoodEvaluator(workers).Evaluate(units.Restore(trainer.Flow), heldOut);
        double entropy = (dimension * 0.5 * Math.Log(2 * Math.PI * Math.E)) + Math.Log(5) + (dimension == 1 ? 0 : Math.Log(0.5));

        // Beside the error of the mean: what 16,000 rows leave unknown of ten parameters, p/2N, and what the last steps leave undone.
        Assert.InRange(evaluation.NegativeLogLikelihood - entropy, -3 * evaluation.StandardError, (3 * evaluation.StandardError) + 0.005);
    }

    private static FlowDistribution Flow(int dimension, FlowDirection direction)
    {
        FlowShape shape = FlowShape.Parse("planar:3,radial:2", dimension);
        float[] raw = new float[shape.ParameterCount];
        new RandomStream(1, 2).FillNormal(0, raw);
        return new FlowDistribution(shape, RandomChain.Constrain(shape, FlowConstraint.Identity, raw), direction);
    }

    private static DataSet Normal(int count, int dimension)
    {
        float[] rows = new float[count * dimension];
        new RandomStream(5, 6).FillNormal(0, rows);
        return new DataSet(rows, dimension);
    }
}
