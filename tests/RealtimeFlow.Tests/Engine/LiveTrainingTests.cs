using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Engine;

public sealed class LiveTrainingTests(ITestOutputHelper output) : IDisposable
{
    private static readonly LiveTrainingOptions Small = new() { Formula = "planar:4,radial:2", ScheduledSteps = 100, Seed = 3 };

    private readonly WorkerPool _workers = new(1);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Counted_steps_are_those_of_a_trainer_that_follows_its_schedule()
    {
        Target target = TargetLibrary.Find("u2")!;
        Trainer trainer = new(FlowShape.Parse(Small.Formula, 2), target, TrainerOptions.Soap with { Seed = 3, FinalRateShare = 0.02 }, _workers);
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
            Await(() => training.Latest().Steps == step);
            counted.Advance(1);
            Assert.Equal(counted.Latest().Parameters, training.Latest().Parameters);
        }

        // Standing still, it has said how good it is.
        Await(() => training.Latest().EstimatedAt == 20);
        counted.Estimate();
        Assert.Equal(counted.Latest().Diagnosis, training.Latest().Diagnosis);

        Assert.Throws<InvalidOperationException>(() => training.Advance(1));
        Assert.Throws<InvalidOperationException>(training.Estimate);
        Assert.Throws<InvalidOperationException>(training.Start);
    }

    [Fact]
    public void On_a_thread_of_its_own_it_estimates_and_takes_commands_while_others_read()
    {
        PlaneMixture target = PlaneMixture.EightGaussians();
        using LiveTraining training = new(target, Small, _workers);
        training.Start();
        PartialFlow flow = new(new FlowDistribution(training.Latest().Shape, training.Latest().Parameters));
        long steps = 0;
        for (int i = 0; i < 300; i++)
        {
            target.Move(i % 8, 3 * MathF.Cos(i), 3 * MathF.Sin(i));
            training.Follow();
            (training.LearningRate, training.BatchSize) = (0.01, 64 * (1 + (i % 4)));
            if (i % 20 == 0)
            {
                training.Insert(i % 40 == 0 ? LayerKind.Planar : LayerKind.Radial);
                training.Remove();
            }

            // Whole parameters of one step, whatever happens meanwhile: else a layer would not be invertible.
            TrainingSnapshot snapshot = training.Latest();
            _ = new FlowDistribution(snapshot.Shape, snapshot.Parameters, snapshot.Direction);
            flow.Update(snapshot);
            Assert.True(snapshot.Steps >= steps && double.IsFinite(snapshot.Loss + (snapshot.Steps == 0 ? 0 : snapshot.GradientNorm)) == snapshot.Steps > 0);
            steps = snapshot.Steps;
        }

        training.StepsPerSecond = 1000;
        Await(() => training.Latest().Diagnosis is { Evaluation.FreeEnergy: > -1 } && training.Latest().Shape.LayerCount == 6);
        Assert.Throws<ArgumentOutOfRangeException>(() => training.StepsPerSecond = 0);
    }

    [Fact]
    public void Commands_take_effect_while_it_rests_and_while_no_step_is_due()
    {
        using LiveTraining training = Make();
        training.IsPaused = true;
        training.Start();
        training.StepOnce();
        Await(() => training.Latest().EstimatedAt == 1);
        training.Restart();
        Await(() => training.Latest() is { Run: 2, Steps: 0 });

        // The first step is due at once, the next one in eleven days.
        training.StepsPerSecond = 1e-6;
        training.IsPaused = false;
        Await(() => training.Latest().Steps > 0);
        training.Restart();
        Await(() => training.Latest() is { Run: 3, Steps: 0 });
    }

    [Fact]
    public void While_paused_only_single_steps_are_made()
    {
        using LiveTraining training = Make();
        training.IsPaused = true;
        Assert.Equal(0, training.Advance(10));
        training.StepOnce();
        training.StepOnce();
        Assert.Equal(2, training.Advance(10));
        training.StepOnce();
        training.IsPaused = false;
        Assert.Equal(10, training.Advance(10));
        Assert.Equal(12, training.Latest().Steps);
        training.StepOnce();
        training.IsPaused = true;
        Assert.Equal(0, training.Advance(1));
    }

    [Fact]
    public void Restarts_begin_anew_and_keep_what_was_set()
    {
        using LiveTraining training = Make();
        training.Advance(0);
        float[] start = [.. training.Latest().Parameters];
        (training.LearningRate, training.BatchSize, training.HeldBeta) = (0.003, 128, 0.5);
        training.Advance(30);
        Assert.Equal((128, 0.5), (training.Latest().BatchSize, training.Latest().Beta));
        float[] reached = [.. training.Latest().Parameters];
        training.Restart();
        training.Advance(0);
        Assert.Equal((2, 0L), (training.Latest().Run, training.Latest().Steps));
        Assert.Equal(start, training.Latest().Parameters);
        training.Advance(30);
        Assert.Equal(reached, training.Latest().Parameters);
        training.Restart(seed: 9);
        training.Advance(0);
        Assert.NotEqual(start, training.Latest().Parameters.ToArray());
        training.Restart("radial:3");
        training.Advance(30);
        Assert.Equal("radial:3", training.Latest().Shape.ToString());
        Assert.Equal((4, 128, 0.5), (training.Latest().Run, training.Latest().BatchSize, training.Latest().Beta));
        Assert.Throws<FormatException>(() => training.Restart("cubic:3"));
    }

    [Fact]
    public void Annealing_begins_the_schedules_again_from_where_it_is()
    {
        using LiveTraining training = Make();
        training.Advance(150);
        Assert.Equal((1, 1, 0.0004), (training.Latest().Progress, training.Latest().Beta, Math.Round(training.Latest().LearningRate, 9)));
        float[] reached = [.. training.Latest().Parameters];
        training.Anneal();
        training.Advance(0);
        Assert.Equal(reached, training.Latest().Parameters);
        training.Advance(1);
        Assert.Equal((0, 0.01, 0.02), (training.Latest().Progress, training.Latest().Beta, training.Latest().LearningRate));
        Assert.Equal((1, 151L), (training.Latest().Run, training.Latest().Steps));
    }

    [Fact]
    public void A_layer_joins_without_a_jump_and_the_least_needed_one_leaves()
    {
        using LiveTraining training = new(TargetLibrary.Find("u1")!, Small with { ScheduledSteps = 1500 }, _workers);
        training.Advance(1500);
        training.Estimate();
        double before = training.Latest().Diagnosis!.Value.Evaluation.FreeEnergy;
        training.Insert(LayerKind.Planar);
        training.Estimate();
        Assert.Equal("planar:4,radial:2,planar:1", training.Latest().Shape.ToString());
        Assert.Equal(before, training.Latest().Diagnosis!.Value.Evaluation.FreeEnergy, 1e-4);

        // The layer that is still the identity is the one that nobody needs.
        training.Remove();
        training.Estimate();
        Assert.Equal("planar:4,radial:2", training.Latest().Shape.ToString());
        Assert.Equal(before, training.Latest().Diagnosis!.Value.Evaluation.FreeEnergy, 1e-4);
        for (int left = 5; left >= 0; left--)
        {
            training.Remove();
            training.Advance(3);
            Assert.Equal(left, training.Latest().Shape.LayerCount);
        }

        // Without a layer there is none to leave; the base goes on learning.
        training.Remove();
        Assert.Equal(5, training.Advance(5));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(99, 6)]
    public void The_mix_of_kinds_is_as_asked(int asked, int radial)
    {
        using LiveTraining training = Make();
        training.Advance(10);
        training.Mix(asked);
        training.Advance(10);
        Assert.Equal(6, training.Latest().Shape.LayerCount);
        Assert.Equal(radial, training.Latest().Shape.Layers.Count(kind => kind == LayerKind.Radial));
    }

    [Fact]
    public void What_cannot_be_is_refused_at_once()
    {
        using LiveTraining training = Make();
        Assert.Throws<InvalidOperationException>(training.Follow);
        Assert.Throws<ArgumentException>("target", () => training.Replace(TargetLibrary.Find("funnel10")!));
        Assert.Throws<ArgumentOutOfRangeException>(() => training.BatchSize = 100);
        Assert.Throws<ArgumentOutOfRangeException>(() => training.BatchSize = 2 * LiveTraining.LargestBatch);
        Assert.Throws<ArgumentOutOfRangeException>(() => training.LearningRate = double.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => training.HeldBeta = 1.5);
        Assert.Throws<ArgumentOutOfRangeException>(() => training.Mix(-1));
        Assert.Throws<ArgumentException>("options", () => new LiveTraining(TargetLibrary.Find("u1")!, Small with { BatchSize = 63 }, _workers));
        Assert.Throws<FormatException>(() => new LiveTraining(TargetLibrary.Find("u1")!, Small with { Formula = "x" }, _workers));
        using LiveTraining ofData = new(new DataSet(2), FlowDirection.Generative, Small, _workers);
        Assert.Throws<InvalidOperationException>(() => ofData.Replace(TargetLibrary.Find("u1")!));
    }

    [Fact]
    public void Another_target_is_learned_from_where_the_flow_is()
    {
        using LiveTraining training = new(TargetLibrary.Find("u1")!, new LiveTrainingOptions { Formula = "planar:16", ScheduledSteps = 2000 }, _workers);
        training.Advance(2000);
        training.Replace(TargetLibrary.Find("banana")!);
        Assert.Equal("banana", training.Target!.Name);
        training.Estimate();
        double before = training.Latest().Diagnosis!.Value.Evaluation.KullbackLeibler!.Value;
        training.Advance(3000);
        training.Estimate();
        double after = training.Latest().Diagnosis!.Value.Evaluation.KullbackLeibler!.Value;
        output.WriteLine($"KL to the banana {before:F3}, then {after:F4}");
        Assert.InRange(before, 0.5, double.PositiveInfinity);
        Assert.InRange(after, 0, 0.05);
        Assert.Equal((1, 5000L), (training.Latest().Run, training.Latest().Steps));
    }

    [Fact]
    public void Rows_join_a_posterior_while_it_is_learned()
    {
        DataSet rows = new(2);
        LogisticRegression posterior = new("logistic", rows, prior: 2.5);
        using LiveTraining training = new(posterior, new LiveTrainingOptions { Formula = "planar:4", ScheduledSteps = 500 }, _workers);
        training.Advance(500);
        training.Estimate();

        // Without a row, the prior, which a Gaussian base holds exactly.
        Assert.Equal(0, training.Latest().Diagnosis!.Value.Evaluation.FreeEnergy, 0.02);
        double loss = training.Latest().Loss;
        for (int i = 0; i < 40; i++)
        {
            rows.Append([(i % 7) - 3, i % 7 > 3 ? 1 : 0]);
            training.Advance(50);
        }

        Assert.Equal(40, rows.Count);
        training.Estimate();
        Assert.InRange(training.Latest().Diagnosis!.Value.ParetoShape, double.NegativeInfinity, Diagnosis.ParetoThreshold);
        Assert.True(training.Latest().Loss > loss + 1);
    }

    [Theory]
    [InlineData(FlowDirection.Generative)]
    [InlineData(FlowDirection.Normalizing)]
    public void Rows_join_a_maximum_likelihood_fit_which_waits_for_the_first(FlowDirection direction)
    {
        DataSet rows = new(2);
        using LiveTraining training = new(rows, direction, new LiveTrainingOptions { Formula = "planar:8", ScheduledSteps = 1000 }, _workers);
        Assert.Null(training.Target);
        Assert.Equal(0, training.Advance(10));
        training.Estimate();
        Assert.Equal(0, training.Latest().Steps);
        Assert.Null(training.Latest().Likelihood);
        float[] moons = new float[2 * 2000];
        new RandomStream(1, 2).FillNormal(0, moons);
        for (int i = 0; i < 2000; i++)
        {
            // A parabola: no Gaussian.
            moons[(2 * i) + 1] = (0.2f * moons[(2 * i) + 1]) + (moons[2 * i] * moons[2 * i]);
        }

        for (int i = 0; i < 20; i++)
        {
            rows.Append(moons.AsSpan(200 * i, 200));
            training.Advance(100);
        }

        training.Estimate();
        output.WriteLine($"{direction}: {training.Latest().Likelihood}");
        Assert.Equal(2000, rows.Count);

        // The entropy of the parabola is 1 + ln 2π + ln 0.2 = 1.23; a Gaussian's cross-entropy is 2.9.
        Assert.InRange(training.Latest().Likelihood!.Value.NegativeLogLikelihood, 1.1, 2);
        Assert.Null(training.Latest().Diagnosis);
    }

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(60)));

    private LiveTraining Make() => new(TargetLibrary.Find("u1")!, Small, _workers);
}
