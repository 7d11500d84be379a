using System.Diagnostics;
using System.Numerics.Tensors;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Inference;

/// <summary>Steps down the gradient of a loss by a flow's raw parameters, base included, all of it in closed form.</summary>
/// <remarks>
/// A step allocates nothing. Its result depends neither on the number of threads nor on the vector width. One thread at a time may call
/// the methods.
/// </remarks>
public abstract class FlowTrainer
{
    private readonly Objective _objective;
    private readonly BatchGradient _batch;
    private readonly Optimizer _optimizer;
    private readonly GradientNoise _noise;
    private readonly float[] _raw;
    private readonly float[] _effective;
    private readonly double[] _gradient;

    private protected FlowTrainer(
        FlowShape shape, FlowDirection direction, TrainerOptions options, Objective objective, IWorkers workers, LaneWidth width)
    {
        Options = options;
        _objective = objective;
        _raw = Initialization.Draw(shape, options.Seed);
        _effective = new float[shape.ParameterCount];
        _gradient = new double[shape.ParameterCount];
        _optimizer = Optimizer.Create(options.Optimizer, shape.ParameterCount);
        _noise = new GradientNoise(shape.ParameterCount);
        Constrain(shape);
        Flow = new FlowDistribution(shape, _effective, direction) { Width = width };
        _batch = new BatchGradient(Flow, objective, options.BatchSize, workers);
    }

    /// <summary>The distribution as trained so far: one object, updated in place by each step.</summary>
    public FlowDistribution Flow { get; }

    /// <summary>How it is trained.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Steps so far, the skipped ones included.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps that were not taken because a gradient was not finite.</summary>
    public long SkippedSteps { get; private set; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate => Options.LearningRateAt(Progress);

    /// <summary>The part of the run that was over at the last step, 0 to 1.</summary>
    public double Progress { get; private set; }

    /// <summary>The loss over the last step's batch, in nats, before the step.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>The Euclidean norm of the last step's gradient by the raw parameters.</summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>‖E g‖/√(tr Var g) of the gradient g of a step, over about the last hundred steps.</summary>
    public double GradientSignalToNoise => _noise.SignalToNoise;

    /// <summary>The raw parameters, which the constraint maps to those of <see cref="Flow"/>.</summary>
    internal ReadOnlySpan<float> RawParameters => _raw;

    /// <summary>The gradient of the last step by the raw parameters.</summary>
    internal ReadOnlySpan<double> Gradient => _gradient;

    /// <summary>One step of stochastic gradient descent.</summary>
    /// <param name="progress">The part of the run that is over, 0 to 1: decides what follows a schedule.</param>
    public void Step(double progress)
    {
        Progress = progress;
        _objective.Begin(Steps, Options.BetaAt(progress));
        ComputeGradient();
        Steps++;
        if (!TensorPrimitives.IsFiniteAll<double>(_gradient) || !double.IsFinite(Loss))
        {
            SkippedSteps++;
            return;
        }

        _noise.Add(_gradient);
        _optimizer.Step(_raw, _gradient, LearningRate);
        Constrain(Flow.Shape);
        Flow.SetTrusted(_effective);
    }

    /// <summary>Steps until a time is over, at least one.</summary>
    /// <param name="budget">The time.</param>
    /// <param name="progress">As for <see cref="Step"/>.</param>
    /// <returns>How many steps were made.</returns>
    public int StepFor(TimeSpan budget, double progress)
    {
        long start = Stopwatch.GetTimestamp();
        int steps = 0;
        do
        {
            Step(progress);
            steps++;
        }
        while (Stopwatch.GetElapsedTime(start) < budget);
        return steps;
    }

    private void ComputeGradient()
    {
        Loss = _batch.Compute(_effective, _gradient);
        FlowShape shape = Flow.Shape;
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Range place = shape.Layer(layer);
            shape.Layers[layer].PullBack(shape.Dimension, Options.Constraint, _raw.AsSpan(place), _gradient.AsSpan(place));
        }

        double norm2 = 0;
        foreach (double g in _gradient)
        {
            norm2 += g * g;
        }

        GradientNorm = Math.Sqrt(norm2);
    }

    private void Constrain(FlowShape shape)
    {
        _raw.AsSpan(0, shape.LogScale.End.Value).CopyTo(_effective);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Range place = shape.Layer(layer);
            shape.Layers[layer].Constrain(shape.Dimension, Options.Constraint, _raw.AsSpan(place), _effective.AsSpan(place));
        }
    }
}
