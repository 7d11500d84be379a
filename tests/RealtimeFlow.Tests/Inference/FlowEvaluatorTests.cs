using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

public sealed class FlowEvaluatorTests
{
    [Theory]
    [InlineData("u1")]
    [InlineData("u4")]
    [InlineData("u2-paper")]
    public void An_evaluation_is_the_textbook_estimate_over_the_same_particles(string name)
    {
        const int Particles = 8192;
        using WorkerPool workers = new(2);
        Target target = TargetLibrary.Find(name)!;
        Trainer trainer = new(FlowShape.Parse("planar:4,radial:2", 2), target, new TrainerOptions { BatchSize = 256 }, workers);
        for (int i = 0; i < 200; i++)
        {
            trainer.Step(i / 200.0);
        }

        RandomStream stream = new(5, StreamNumbers.Evaluation);
        Evaluation evaluation = new FlowEvaluator(workers).Evaluate(trainer.Flow, target, stream, Particles);

        ReferenceFlow flow = new(trainer.Flow.Shape, Vectors.ToDoubles(trainer.Flow.Parameters));
        Func<double[], double> energy = ReferenceEnergy.Of(name);
        double[] losses = [.. NoiseOf.Points(stream, 2, 0, Particles).Select(epsilon =>
        {
            double[] z = flow.Base.Place(epsilon);
            double logBase = flow.Base.LogDensity(z);
            return logBase - flow.Forward(z) + energy(z);
        })];
        double mean = losses.Average(), variance = losses.Sum(x => (x - mean) * (x - mean)) / (Particles - 1);
        double[] weights = [.. losses.Select(x => Math.Exp(-x))];
        double share = weights.Sum() * weights.Sum() / (Particles * weights.Sum(w => w * w));

        Assert.Equal(mean, evaluation.FreeEnergy, 1e-5 * (1 + Math.Abs(mean)));
        Assert.Equal(Math.Sqrt(variance / Particles), evaluation.StandardError, 1e-4 * Math.Sqrt(variance / Particles));
        Assert.Equal(share, evaluation.EffectiveSampleSize, 1e-4 * share);
        Assert.Equal(target.LogNormalizer + evaluation.FreeEnergy, evaluation.KullbackLeibler);
        Assert.Equal(name.EndsWith("-paper", StringComparison.Ordinal), evaluation.KullbackLeibler is null);
    }

    [Fact]
    public void An_evaluation_does_not_depend_on_threads()
    {
        Target target = TargetLibrary.Find("u3")!;
        Evaluation[] evaluations = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            using WorkerPool workers = new(threads);
            Trainer trainer = new(FlowShape.Parse("planar:4", 2), target, new TrainerOptions(), workers);
            return new FlowEvaluator(workers).Evaluate(trainer.Flow, target, new RandomStream(1, 5), 20_000);
        })];
        Assert.Equal(evaluations[0], evaluations[1]);
        Assert.Equal(evaluations[0], evaluations[2]);
    }

    [Fact]
    public void A_target_that_is_the_flow_itself_has_no_divergence_but_its_own_constant()
    {
        // The untrained base against ½‖z‖²: F = −ln 2π exactly, for every particle.
        using WorkerPool workers = new(1);
        FaultyTarget gaussian = new();
        RealtimeFlow.Density.FlowDistribution q = new(new FlowShape(2), [0, 0, 0, 0]);
        Evaluation evaluation = new FlowEvaluator(workers).Evaluate(q, gaussian, new RandomStream(1, 5), 4096);
        Assert.Equal(-Math.Log(2 * Math.PI), evaluation.FreeEnergy, 1e-6);
        Assert.InRange(evaluation.StandardError, 0, 1e-7);
        Assert.Equal(1, evaluation.EffectiveSampleSize, 1e-6);
        Assert.Null(evaluation.KullbackLeibler);
    }

    [Fact]
    public void No_particles_are_refused()
    {
        using WorkerPool workers = new(1);
        FlowEvaluator evaluator = new(workers);
        RealtimeFlow.Density.FlowDistribution q = new(new FlowShape(2), [0, 0, 0, 0]);
        Assert.Throws<ArgumentOutOfRangeException>("particles", () => evaluator.Evaluate(q, new FaultyTarget(), new RandomStream(1, 5), 0));
    }
}
