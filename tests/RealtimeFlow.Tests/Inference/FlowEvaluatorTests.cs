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
        FlowEvaluator evaluator = new(workers);
        Diagnosis diagnosis = evaluator.Diagnose(trainer.Flow, target, stream, Particles, points: 100);
        Evaluation evaluation = diagnosis.Evaluation;

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

        // ln Σw/n and its error by the delta method.
        double meanWeight = weights.Average(), varianceOfWeight = weights.Sum(w => (w - meanWeight) * (w - meanWeight)) / (Particles - 1);
        Assert.Equal(Math.Log(meanWeight), evaluation.ImportanceLogNormalizer, 1e-5 * (1 + Math.Abs(mean)));
        double error = Math.Sqrt(varianceOfWeight / Particles) / meanWeight;
        Assert.Equal(error, evaluation.ImportanceLogNormalizerError, 1e-3 * error);

        // A loss that is off by 10⁻⁵ moves each excess by as much of its weight, and there are hundreds of them.
        Assert.Equal(ReferencePareto.Shape(losses.Select(x => -x)), diagnosis.ParetoShape, 1e-3);
        Assert.Equal(new SteinEvaluator(workers).Evaluate(trainer.Flow, target, stream, 128), diagnosis.Stein);
        Assert.Equal(evaluation, evaluator.Evaluate(trainer.Flow, target, stream, Particles));
    }

    [Fact]
    public void A_diagnosis_does_not_depend_on_threads()
    {
        Target target = TargetLibrary.Find("u3")!;
        Diagnosis[] diagnoses = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            using WorkerPool workers = new(threads);
            Trainer trainer = new(FlowShape.Parse("planar:4", 2), target, new TrainerOptions(), workers);
            return new FlowEvaluator(workers).Diagnose(trainer.Flow, target, new RandomStream(1, 5), 20_000, 300);
        })];
        Assert.Equal(diagnoses[0], diagnoses[1]);
        Assert.Equal(diagnoses[0], diagnoses[2]);
    }

    [Fact]
    public void Importance_sampling_comes_nearer_to_the_normalizer_than_the_free_energy()
    {
        using WorkerPool workers = new(2);
        Target target = TargetLibrary.Find("u1")!;
        Trainer trainer = new(FlowShape.Parse("planar:8", 2), target, new TrainerOptions { BatchSize = 512 }, workers);
        for (int i = 0; i < 1000; i++)
        {
            trainer.Step(i / 1000.0);
        }

        Evaluation evaluation = new FlowEvaluator(workers).Evaluate(trainer.Flow, target, new RandomStream(1, 5), 1 << 17);
        double logZ = target.LogNormalizer!.Value;
        Assert.InRange(evaluation.KullbackLeibler!.Value, 0.01, 0.5);
        Assert.Equal(logZ, evaluation.ImportanceLogNormalizer, 4 * evaluation.ImportanceLogNormalizerError);
        Assert.InRange(evaluation.ImportanceLogNormalizerError, 0, 0.2 * evaluation.KullbackLeibler.Value);
    }

    [Fact]
    public void A_flow_that_is_too_narrow_is_found_out_by_its_weights()
    {
        // On the plane against a Gaussian of variance 20, k = 1 − 1/20 (ParetoTailTests); against one of variance 0.5, weights are bounded.
        using WorkerPool workers = new(2);
        FlowEvaluator evaluator = new(workers);
        RealtimeFlow.Density.FlowDistribution q = new(new FlowShape(2), new float[4]);
        double narrow = evaluator.Diagnose(q, new GaussianTarget(2, 20), new RandomStream(1, 5), 1 << 16, 1).ParetoShape;
        double wide = evaluator.Diagnose(q, new GaussianTarget(2, 0.5), new RandomStream(1, 5), 1 << 16, 1).ParetoShape;
        Assert.InRange(narrow, Diagnosis.ParetoThreshold, 1.25);
        Assert.InRange(wide, -1.25, 0);
    }

    [Theory]
    [InlineData(Fault.NotANumberEnergy)]
    [InlineData(Fault.NotANumberGradient)]
    [InlineData(Fault.InfiniteEnergy)]
    public void A_fault_of_the_target_is_not_hidden(Fault fault)
    {
        using WorkerPool workers = new(1);
        RealtimeFlow.Density.FlowDistribution q = new(new FlowShape(2), [0, 0, 0, 0.1f]);
        Diagnosis diagnosis = new FlowEvaluator(workers).Diagnose(q, new FaultyTarget { Fault = fault }, new RandomStream(1, 5), 4096, 64);
        Assert.Equal(fault != Fault.NotANumberGradient, !double.IsFinite(diagnosis.Evaluation.FreeEnergy));
        Assert.Equal(fault == Fault.NotANumberEnergy, double.IsNaN(diagnosis.ParetoShape));
        Assert.Equal(fault == Fault.NotANumberGradient, double.IsNaN(diagnosis.Stein.Value));
    }

    [Fact]
    public void A_target_that_is_the_flow_itself_has_no_divergence_but_its_own_constant()
    {
        // The untrained base against ½‖z‖²: F = −ln 2π exactly, for every particle.
        using WorkerPool workers = new(1);
        FaultyTarget gaussian = new();
        RealtimeFlow.Density.FlowDistribution q = new(new FlowShape(2), [0, 0, 0, 0]);
        Diagnosis diagnosis = new FlowEvaluator(workers).Diagnose(q, gaussian, new RandomStream(1, 5), 4096, 64);
        Evaluation evaluation = diagnosis.Evaluation;
        Assert.Equal(-Math.Log(2 * Math.PI), evaluation.FreeEnergy, 1e-6);
        Assert.InRange(evaluation.StandardError, 0, 1e-7);
        Assert.Equal(1, evaluation.EffectiveSampleSize, 1e-6);
        Assert.Null(evaluation.KullbackLeibler);
        Assert.Equal(Math.Log(2 * Math.PI), evaluation.ImportanceLogNormalizer, 1e-6);
        Assert.Equal(double.NegativeInfinity, diagnosis.ParetoShape);
    }

    [Fact]
    public void Numbers_of_particles_out_of_range_are_refused()
    {
        using WorkerPool workers = new(1);
        FlowEvaluator evaluator = new(workers);
        RealtimeFlow.Density.FlowDistribution q = new(new FlowShape(2), [0, 0, 0, 0]);
        foreach (long particles in (long[])[0, -1, (1L << 30) + 1])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                "particles", () => evaluator.Evaluate(q, new FaultyTarget(), new RandomStream(1, 5), particles));
        }
    }
}
