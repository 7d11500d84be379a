using System.Globalization;
using RealtimeFlow.App.Figures;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Pictures;

/// <summary>A training run of a fixed number of steps: a function of its seed.</summary>
internal sealed class TrainedFlow : IFlowOverTime
{
    private const int EvaluationParticles = 1 << 16, ExposurePixels = 256;

    private readonly Trainer _trainer;
    private readonly FlowEvaluator _evaluator;
    private readonly int _steps;

    /// <param name="target">What is learned, on the plane.</param>
    /// <param name="formula">The layers.</param>
    /// <param name="seed">Decides parameters and noise.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="workers">The threads to use.</param>
    public TrainedFlow(Target target, string formula, ulong seed, int steps, WorkerPool workers)
    {
        (Target, _steps) = (target, steps);
        TrainerOptions options = new() { Seed = seed, LearningRate = TrainerOptions.SuitedLearningRate(steps) };
        _trainer = new Trainer(FlowShape.Parse(formula, dimension: 2), target, options, workers);
        _evaluator = new FlowEvaluator(workers);
        View = PlaneView.Square(target.ViewRadius);
        Exposure = (float)new DensityPanel(FlowPictures.DensityOf(target, ExposurePixels, View, workers), target.ViewRadius).Brightest;
    }

    public FlowDistribution Flow => _trainer.Average;

    public Target Target { get; }

    public PlaneView View { get; }

    public float Exposure { get; }

    public string Words
    {
        get
        {
            RandomStream stream = new(_trainer.Options.Seed, StreamNumbers.Monitoring);
            Evaluation look = _evaluator.Evaluate(Flow, Target, stream, EvaluationParticles);
            string kl = look.KullbackLeibler is double value ? string.Create(CultureInfo.InvariantCulture, $"\tKL\t{value:F4}") : "";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"target\t{Target.Name}\tflow\t{Flow.Shape}\tstep\t{_trainer.Steps:N0}\tfree energy\t{look.FreeEnergy:F4}{kl}");
        }
    }

    /// <summary>A flow learns most at first: steps grow with the square of the time, so that it is seen.</summary>
    public void Advance(double time, CancellationToken interrupted)
    {
        for (long until = (long)Math.Round(time * time * _steps); _trainer.Steps < until;)
        {
            interrupted.ThrowIfCancellationRequested();
            _trainer.Step((double)_trainer.Steps / _steps);
        }
    }
}
