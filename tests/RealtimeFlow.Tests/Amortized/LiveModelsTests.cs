using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Tests.Amortized;

public sealed class LiveModelsTests : IDisposable
{
    private static readonly AmortizedOptions Options = new() { MinibatchSize = 8, Steps = 500, AnnealingSteps = 20, Seed = 3 };

    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Counted_steps_have_the_bits_of_plain_trainers_and_every_look_is_of_the_model_as_it_is()
    {
        using LiveModels models = Begin();
        models.Advance(70);
        models.Advance(30);
        ModelSnapshot snapshot = models.Latest();
        Assert.Equal((100, 100 * 8 / 40.0, 1), (snapshot.Steps, snapshot.Epochs, snapshot.Beta));
        Assert.Equal(2, snapshot.Models.Count);
        AmortizedTrainer[] plain = Trained(100);
        for (int i = 0; i < plain.Length; i++)
        {
            Assert.Equal(plain[i].Parameters, snapshot.Models[i].Parameters.Span);
            Assert.Equal(plain[i].State, snapshot.Models[i].State);
            Assert.Equal(new AmortizedEvaluator(plain[i].Model, _workers).Evaluate(plain[i].Parameters, HeldOut, 1, 0), snapshot.Models[i].HeldOut);
        }
    }

    [Fact]
    public void On_a_thread_of_their_own_they_go_the_same_way()
    {
        using LiveModels models = Begin();
        models.Start();
        Assert.True(models.IsStarted);
        Assert.Throws<InvalidOperationException>(models.Start);
        Assert.Throws<InvalidOperationException>(() => models.Advance(1));
        Wait(() => models.Latest().Steps > 20);
        models.IsPaused = true;
        models.StepOnce();
        Wait(() => Steady(models));
        long steps = models.Latest().Steps;
        models.StepOnce();
        models.StepOnce();
        Wait(() => models.Latest().Steps == steps + 2);
        Assert.Equal(Trained((int)steps + 2)[1].Parameters, models.Latest().Models[1].Parameters.Span);
        models.IsPaused = false;
        Wait(() => models.Latest().Steps > steps + 2);
    }

    [Fact]
    public void While_they_are_paused_only_single_steps_are_made()
    {
        using LiveModels models = Begin();
        models.StepOnce();
        models.IsPaused = true;
        models.Advance(5);
        Assert.Equal(0, models.Latest().Steps);
        models.StepOnce();
        models.StepOnce();
        models.Advance(5);
        Assert.Equal(2, models.Latest().Steps);
        models.IsPaused = false;
        models.Advance(5);
        Assert.Equal(7, models.Latest().Steps);
    }

    [Fact]
    public void Steps_and_snapshots_allocate_nothing()
    {
        using WorkerPool one = new(1);
        using LiveModels models = Begin(one);
        long least = long.MaxValue;
        for (int i = 0; i < 40 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            models.Advance(100);
            models.Latest();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void What_goes_wrong_on_the_thread_is_thrown_where_the_state_is_read()
    {
        Breaking images = new();
        using LiveModels models = new([new AmortizedTrainer(Shapes[0], images, Options, _workers)], HeldOut, _workers);
        models.Start();
        Assert.Throws<InvalidDataException>(() => Wait(() => models.Latest().Steps < 0));
    }

    [Fact]
    public void Nothing_to_train_is_refused() => Assert.Throws<ArgumentException>(() => new LiveModels([], HeldOut, _workers));

    private static LatentGaussianModel[] Shapes { get; } =
    [
        new(6, new FlowShape(2), [new DenseShape(4, Activation.Tanh)]),
        new(6, FlowShape.Parse("planar:3", 2), [new DenseShape(4, Activation.Tanh)]),
    ];

    private static MadeUpImages HeldOut { get; } = new(20, 6, seed: 2);

    private LiveModels Begin(WorkerPool? workers = null) => new(Trainers(workers ?? _workers), HeldOut, workers ?? _workers);

    private static AmortizedTrainer[] Trainers(WorkerPool workers) =>
        [.. Shapes.Select(shape => new AmortizedTrainer(shape, new MadeUpImages(40, 6), Options, workers))];

    private AmortizedTrainer[] Trained(int steps)
    {
        AmortizedTrainer[] trainers = Trainers(_workers);
        foreach (AmortizedTrainer trainer in trainers)
        {
            while (trainer.Steps < steps)
            {
                trainer.Step();
            }
        }

        return trainers;
    }

    /// <summary>Whether nothing has come for a while: after a pause the step under way, and the single one.</summary>
    private static bool Steady(LiveModels models)
    {
        long steps = models.Latest().Steps;
        Thread.Sleep(100);
        return models.Latest().Steps == steps;
    }

    private static void Wait(Func<bool> until)
    {
        while (!until())
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Images that cannot be read any more.</summary>
    private sealed class Breaking : ImageSource
    {
        public override int Count => 40;

        public override int Pixels => 6;

        public override void Fill(ReadOnlySpan<int> images, long epoch, Span<float> destination, int stride) => throw new InvalidDataException("gone");
    }
}
