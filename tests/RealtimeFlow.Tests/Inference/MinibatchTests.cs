using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

public sealed class MinibatchTests
{
    [Theory]
    [InlineData(7, 3)]
    [InlineData(12, 4)]
    [InlineData(100, 99)]
    [InlineData(5, 1)]
    [InlineData(1000, 64)]
    public void Every_row_comes_once_in_each_epoch(int count, int size)
    {
        DataSet data = Numbered(count);
        Minibatches minibatches = new(data, seed: 3, size);
        List<float> seen = [];
        for (int step = 0; step < 4 * count; step++)
        {
            minibatches.Begin(step);
            Assert.Equal((float)count / size, minibatches.Rows.Weight);
            seen.AddRange(Rows(minibatches));
        }

        float[][] epochs = [.. seen.Chunk(count)];
        Assert.All(epochs, epoch => Assert.Equal(data.Coordinate(0).ToArray(), epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Fact]
    public void The_rows_of_a_step_follow_from_the_seed_and_the_step_alone()
    {
        DataSet data = Numbered(50);
        Minibatches one = new(data, 3, 8), other = new(data, 3, 8), another = new(data, 4, 8);
        for (int step = 0; step < 20; step++)
        {
            one.Begin(step);
        }

        other.Begin(19);
        another.Begin(19);
        Assert.Equal(Rows(one), Rows(other));
        Assert.NotEqual(Rows(one), Rows(another));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(9)]
    [InlineData(10)]
    public void No_size_or_one_beyond_the_rows_takes_all_of_them(int? size)
    {
        DataSet data = Numbered(9);
        Minibatches minibatches = new(data, 1, size);
        minibatches.Begin(5);
        Assert.Equal(data.Coordinate(0).ToArray(), Rows(minibatches));
        Assert.Equal(1, minibatches.Rows.Weight);
    }

    [Fact]
    public void Rows_that_arrive_are_drawn_from_the_next_step_on_and_count_in_the_weight()
    {
        DataSet data = new(1);
        Minibatches minibatches = new(data, 1, 4);
        minibatches.Begin(0);
        Assert.Equal(0, minibatches.Rows.Count);
        HashSet<float> seen = [];
        for (int step = 1; step < 400; step++)
        {
            data.Append([step]);
            minibatches.Begin(step);
            Assert.Equal(Math.Min(step, 4), minibatches.Rows.Count);
            Assert.Equal(Math.Max(1, step / 4f), minibatches.Rows.Weight);
            float[] rows = [.. Rows(minibatches)];
            Assert.All(rows, row => Assert.InRange(row, 1, step));
            seen.UnionWith(rows);
        }

        // A row that arrives at step t is drawn at none of the later ones with probability (t/400)⁴: four of five are seen.
        Assert.InRange(seen.Count, 290, 350);
    }

    [Theory]
    [InlineData("linear", 1)]
    [InlineData("linear", 50)]
    [InlineData("logistic", 50)]
    [InlineData("mixture", 5)]
    public void Training_on_minibatches_does_not_depend_on_threads_or_width(string name, int size)
    {
        DataTarget target = (DataTarget)TargetLibrary.Find(name)!;
        float[]? expected = null;
        foreach ((int threads, LaneWidth width) in ((int, LaneWidth)[])
            [(1, LaneWidth.Scalar), (2, LaneWidth.Bits128), (3, LaneWidth.Bits256), (2, LaneWidth.Bits512), (1, LaneWidth.VectorT)])
        {
            using WorkerPool workers = new(threads);
            TrainerOptions options = new() { BatchSize = 1088, MinibatchSize = size };
            Trainer trainer = new(FlowShape.Parse("planar:2,radial:1", target.Dimension), target, options, workers, width);
            for (int i = 0; i < 5; i++)
            {
                trainer.Step(i / 5.0);
            }

            expected ??= [.. trainer.RawParameters];
            Assert.Equal(expected, trainer.RawParameters);
        }
    }

    [Fact]
    public void A_target_without_data_has_no_minibatches_and_none_is_empty()
    {
        using WorkerPool workers = new(1);
        FlowShape shape = new(2);
        string message = Assert.Throws<ArgumentException>(
            "options", () => new Trainer(shape, TargetLibrary.Find("u1")!, new TrainerOptions { MinibatchSize = 10 }, workers)).Message;
        Assert.Contains("u1 has no data", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Trainer(shape, TargetLibrary.Find("mixture")!, new TrainerOptions { MinibatchSize = 0 }, workers));
    }

    private static DataSet Numbered(int count) => new([.. Enumerable.Range(0, count).Select(i => (float)i)], 1);

    private static float[] Rows(Minibatches minibatches) => minibatches.Rows.Values[..minibatches.Rows.Count];
}
