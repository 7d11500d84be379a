using System.Numerics.Tensors;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Figures;

/// <summary>A kind of flow in figure 3, while it learns a target. Each works on the thread that calls it.</summary>
internal abstract class Contender : IDisposable
{
    /// <summary>The kinds by name, with the learning rate of each.</summary>
    /// <remarks>
    /// The same search for each: of 0.0025, 0.005, 0.01, 0.02, 0.04 and 0.08 (0.16 is worse for radial layers, too), the rate with the least KL
    /// on a logarithmic average over the four targets, K = 8 and 32, seeds 1 and 2, 10,000 steps of 512. For NICE with orthogonal maps 0.005
    /// to 0.02 tie; with permutations one run of sixteen went astray at 0.02, and most of K = 32 at 0.04.
    /// </remarks>
    public static IReadOnlyList<(string Name, double LearningRate)> Kinds { get; } =
        [("planar", 0.04), ("radial", 0.08), ("nice-orthogonal", 0.01), ("nice-permutation", 0.01)];

    /// <summary>Makes one, untrained.</summary>
    /// <param name="kind">A name of <see cref="Kinds"/>.</param>
    /// <param name="layers">K.</param>
    /// <param name="target">What it shall learn.</param>
    /// <param name="options">How.</param>
    public static Contender Make(string kind, int layers, Target target, TrainerOptions options) => kind switch
    {
        "nice-orthogonal" => new NiceContender(layers, NiceMixing.Orthogonal, target, options),
        "nice-permutation" => new NiceContender(layers, NiceMixing.Permutation, target, options),
        _ => new EngineContender(FlowShape.Parse($"{kind}:{layers}", target.Dimension), target, options),
    };

    /// <summary>One step of training.</summary>
    /// <param name="progress">The part of the run that is over, 0 to 1.</param>
    public abstract void Step(double progress);

    /// <summary>F at β = 1 and its standard error, on particles of a stream.</summary>
    public abstract (double FreeEnergy, double StandardError) Evaluate(RandomStream stream, int particles);

    /// <summary>The exact density at each pixel of a square about the origin.</summary>
    public abstract float[] LogDensity(int size, float viewRadius);

    /// <inheritdoc/>
    public abstract void Dispose();

    private sealed class EngineContender : Contender
    {
        private readonly WorkerPool _thread = new(1);
        private readonly Trainer _trainer;

        public EngineContender(FlowShape shape, Target target, TrainerOptions options) => _trainer = new Trainer(shape, target, options, _thread);

        public override void Step(double progress) => _trainer.Step(progress);

        public override (double FreeEnergy, double StandardError) Evaluate(RandomStream stream, int particles)
        {
            Evaluation evaluation = new FlowEvaluator(_thread).Evaluate(_trainer.Flow, _trainer.Target, stream, particles);
            return (evaluation.FreeEnergy, evaluation.StandardError);
        }

        public override float[] LogDensity(int size, float viewRadius)
        {
            DensityGrid grid = new(size, viewRadius, _thread);
            grid.Evaluate(_trainer.Flow);
            return grid.LogDensity;
        }

        public override void Dispose() => _thread.Dispose();
    }

    private sealed class NiceContender(int layers, NiceMixing mixing, Target target, TrainerOptions options) : Contender
    {
        private readonly NiceTrainer _trainer = new(new NiceFlow(layers, mixing, options.Seed), target, options);

        public override void Step(double progress) => _trainer.Step(progress);

        public override (double FreeEnergy, double StandardError) Evaluate(RandomStream stream, int particles)
        {
            float[] points = new float[2 * particles], logDensity = new float[particles], energy = new float[particles];
            stream.FillNormal(0, points);
            _trainer.Flow.Sample(points, logDensity);
            target.Evaluate(points, energy, default);
            TensorPrimitives.Add(logDensity, energy, energy);
            double mean = energy.Average(value => (double)value);
            double variance = energy.Sum(value => (value - mean) * (value - mean)) / (particles - 1);
            return (mean, Math.Sqrt(variance / particles));
        }

        public override float[] LogDensity(int size, float viewRadius)
        {
            // Sixteen at a time is what a flow takes, and a square number of pixels need not be: the last ones stay at the origin.
            int count = (size * size + 15) / 16 * 16;
            float[] points = new float[2 * count], logDensity = new float[count];
            for (int i = 0; i < size * size; i++)
            {
                points[i] = (((i % size) + 0.5f) * 2 * viewRadius / size) - viewRadius;
                points[count + i] = (((i / size) + 0.5f) * 2 * viewRadius / size) - viewRadius;
            }

            _trainer.Flow.Invert(points, logDensity);
            return logDensity[..(size * size)];
        }

        public override void Dispose()
        {
        }
    }
}
