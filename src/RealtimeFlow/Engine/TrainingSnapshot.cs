using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Engine;

/// <summary>What training has reached between two steps, as <see cref="LiveTraining.Latest"/> hands it out.</summary>
public sealed class TrainingSnapshot
{
    private float[] _parameters = [];

    /// <summary>What the flow is made of: the same object until layers come or go.</summary>
    public FlowShape Shape { get; private set; } = null!;

    /// <summary>How its chain is read.</summary>
    public FlowDirection Direction { get; private set; }

    /// <summary>The block of effective parameters, laid out as <see cref="Shape"/> says.</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>How many runs there have been: 1, and one more after each restart.</summary>
    public int Run { get; private set; }

    /// <summary>Steps of this run, the skipped ones included.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps that were not taken because a gradient was not finite.</summary>
    public long SkippedSteps { get; private set; }

    /// <summary>The part of the schedule that is over, 0 to 1.</summary>
    public double Progress { get; private set; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; private set; }

    /// <summary>β of the last step.</summary>
    public double Beta { get; private set; }

    /// <summary>Particles, or rows of data, of the last step.</summary>
    public int BatchSize { get; private set; }

    /// <summary>The loss of the last step, in nats; NaN before the first.</summary>
    public double Loss { get; private set; }

    /// <summary>The Euclidean norm of the last step's gradient by the raw parameters; NaN before the first step.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>As <see cref="FlowTrainer.GradientSignalToNoise"/>.</summary>
    public double GradientSignalToNoise { get; private set; }

    /// <summary>What the last estimate said of the flow as an approximation of the target; null before the first, and where it learns from data.</summary>
    public Diagnosis? Diagnosis { get; private set; }

    /// <summary>How well it foretells the rows of data, by the last estimate; null before the first, and where it has a target.</summary>
    public LikelihoodEvaluation? Likelihood { get; private set; }

    /// <summary>The steps of this run that were made when the last estimate was.</summary>
    public long EstimatedAt { get; private set; }

    /// <summary>Takes a trainer's state over.</summary>
    internal void Take(FlowTrainer trainer, StepSettings settings, int run)
    {
        FlowDistribution flow = trainer.Flow;
        (Shape, Direction, Run) = (flow.Shape, flow.Direction, run);
        if (_parameters.Length != flow.Parameters.Length)
        {
            _parameters = new float[flow.Parameters.Length];
        }

        flow.Parameters.CopyTo(_parameters);
        (Steps, SkippedSteps) = (trainer.Steps, trainer.SkippedSteps);
        (Progress, LearningRate, Beta, BatchSize) = settings;
        (Loss, GradientNorm, GradientSignalToNoise) = (trainer.Loss, trainer.GradientNorm, trainer.GradientSignalToNoise);
    }

    /// <summary>Takes the last estimate over.</summary>
    internal void Take(Diagnosis? diagnosis, LikelihoodEvaluation? likelihood, long estimatedAt) =>
        (Diagnosis, Likelihood, EstimatedAt) = (diagnosis, likelihood, estimatedAt);
}
