using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Engine;

public sealed class LiveTrainingTests : IDisposable
{
    private static readonly LiveTrainingOptions Small = new() { Formula = "planar:4,radial:2", ScheduledSteps = 100, Seed = 3 };

    private readonly WorkerPool _workers = new(1);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Counted_steps_are_those_of_a_trainer_that_follows_its_schedule()
    {
        Target target = TargetLibrary.Find("u2")!;
        Trainer trainer = new(FlowShape.Parse(Small.Formula, 2), target, new TrainerOptions { Seed = 3, FinalRateShare = 0.02 }, _workers);
        using LiveTraining training = new(target, Small, _workers);
        foreach (int steps in (int[])[7, 0, 40, 90])
        {
            Assert.Equal(steps, training.Advance(steps));
            for (int i = 0; i < steps; i++)
            {
                trainer.Step(Math.Min(1, trainer.Steps / 100.0));
            }

            TrainingSnapshot snapshot = training.Latest();
            Assert.Equal(trainer.Flow.Parameters, snapshot.Parameters);
            Assert.Equal((trainer.Steps, trainer.Loss, trainer.Beta), (snapshot.Steps, snapshot.Loss, snapshot.Beta));
        }
    }

    [Fact]
    public void A_thread_of_its_own_makes_the_same_steps()
    {
        Target target = TargetLibrary.Find("u1")!;
        using LiveTraining counted = new(target, Small, _workers);
        using WorkerPool other = new(1);
        using LiveTraining training = new(target, Small, other) { IsPaused = true };
        training.Start();
        for (int step = 1; step <= 20; step++)
        {
            training.StepOnce();
            SpinWait.SpinUntil(() => training.Latest().Steps == step, TimeSpan.FromSeconds(30));
            counted.Advance(1);
            Assert.Equal(counted.Latest().Parameters, training.Latest().Parameters);
        }

        Assert.Throws<InvalidOperationException>(() => training.Advance(1));
        Assert.Throws<InvalidOperationException>(training.Start);
    }
}
