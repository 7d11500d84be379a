using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
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
    private Objective _objective;
    private readonly IWorkers _workers;
    private readonly Optimizer _optimizer;
    private readonly GradientNoise _noise;
    private RawFlow _flow;
    private ParameterAverage? _average;
    private BatchGradient _batch;
    private double[] _gradient;
    private UsualNorm _usualNorm;

    /// <summary>Begins a run with freshly drawn parameters.</summary>
    private protected FlowTrainer(
        FlowShape shape, FlowDirection direction, TrainerOptions options, Objective objective, IWorkers workers, LaneWidth width)
        : this(
            new RawFlow(shape, direction, options.Constraint, Initialization.Draw(shape, options.Seed), width), options, objective, workers)
    {
    }

    /// <summary>Goes on with a run.</summary>
    private protected FlowTrainer(Checkpoint checkpoint, Objective objective, IWorkers workers, LaneWidth width)
        : this(
            new RawFlow(checkpoint.Shape, checkpoint.Direction, checkpoint.Options.Constraint, [.. checkpoint.Raw], width),
            checkpoint.Options,
            objective,
            workers)
    {
        TrainerState state = checkpoint.State;
        (Steps, SkippedSteps, Particles) = (state.Steps, state.SkippedSteps, state.Particles);
        (Loss, GradientNorm) = (state.Loss, state.GradientNorm);
        Settings = StepSettings.At(state.Progress, Options);
        _usualNorm = state.UsualNorm;
        _noise.Restore(checkpoint.GradientMean, checkpoint.GradientSquare, state.GradientWeight);
        _average?.Restore(checkpoint.AverageSum, state.AverageWeight);
        _optimizer.Restore(checkpoint.OptimizerState);
    }

    private FlowTrainer(RawFlow flow, TrainerOptions options, Objective objective, IWorkers workers)
    {
        Options = options;
        _objective = objective;
        _workers = workers;
        _optimizer = Optimizer.Create(options, flow.Raw.Length);
        _noise = new GradientNoise(flow.Raw.Length);
        Settings = StepSettings.At(0, options);
        Use(flow);
    }

    /// <summary>The distribution as trained so far: one object, updated in place by each step, until <see cref="Insert"/> makes a deeper one.</summary>
    public FlowDistribution Flow => _flow.Distribution;

    /// <summary>
    /// The distribution of the parameters' running average where <see cref="TrainerOptions.AverageDecay"/> asks for one, else
    /// <see cref="Flow"/>: what is to be evaluated and kept. Brought up to date where it is asked for, in place.
    /// </summary>
    public FlowDistribution Average => _average?.Distribution ?? Flow;

    /// <summary>How it is trained.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Steps so far, the skipped ones included.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps that were not taken because a gradient was not finite.</summary>
    public long SkippedSteps { get; private set; }

    /// <summary>Particles, or rows of data, so far: the batches of all steps.</summary>
    public long Particles { get; private set; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate => Settings.LearningRate;

    /// <summary>The part of the run that was over at the last step, 0 to 1.</summary>
    public double Progress => Settings.Progress;

    /// <summary>The loss over the last step's batch, in nats, before the step.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>The Euclidean norm of the last step's gradient by the raw parameters, before it was shortened.</summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>‖E g‖/√(tr Var g) of the gradient g of a step, over about the last hundred steps.</summary>
    public double GradientSignalToNoise => _noise.SignalToNoise;

    /// <summary>What the last step followed.</summary>
    internal StepSettings Settings { get; private set; }

    /// <summary>The name of the target; empty where it is trained on data.</summary>
    private protected abstract string TargetName { get; }

    /// <summary>The raw parameters, which the constraint maps to those of <see cref="Flow"/>.</summary>
    internal ReadOnlySpan<float> RawParameters => _flow.Raw;

    /// <summary>The gradient of the last step by the raw parameters.</summary>
    internal ReadOnlySpan<double> Gradient => _gradient;

    /// <summary>One step of stochastic gradient descent.</summary>
    /// <param name="progress">The part of the run that is over, 0 to 1: decides what follows a schedule.</param>
    public void Step(double progress) => Step(StepSettings.At(progress, Options));

    /// <summary>One step that follows no schedule.</summary>
    internal void Step(StepSettings settings)
    {
        Settings = settings;
        int batch = settings.BatchSize;
        _objective.Begin(Steps, Particles, batch, settings.Beta);
        Loss = _batch.Compute(batch, _gradient);
        _flow.PullBack(_gradient);
        GradientNorm = Math.Sqrt(SumOfSquares(_gradient));
        Steps++;
        Particles += batch;
        if (!TensorPrimitives.IsFiniteAll<double>(_gradient) || !double.IsFinite(Loss))
        {
            SkippedSteps++;
            return;
        }

        _noise.Add(_gradient);
        double longest = _usualNorm.Longest(Options.LargestNormRatio, Options.LargestGradientNorm);
        if (GradientNorm > longest)
        {
            TensorPrimitives.Multiply(_gradient, longest / GradientNorm, _gradient);
        }

        _usualNorm = _usualNorm.With(Math.Min(GradientNorm, longest));
        _optimizer.Step(_flow.Raw, _gradient, LearningRate);
        _flow.Update();
        _average?.Add(_flow.Raw);
    }

    /// <summary>Steps until a time is over, at least one.</summary>
    /// <param name="budget">The time.</param>
    /// <param name="progress">As for <see cref="Step(double)"/>.</param>
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

    /// <summary>A copy of all that decides how the run goes on, between two steps.</summary>
    /// <param name="note">What the caller wants to find again with it: at most <see cref="Checkpoint.MostNote"/> characters.</param>
    /// <param name="kept">Parameters of a flow of this shape that the caller wants to find again with it; or empty.</param>
    /// <exception cref="ArgumentException">The note is too long, or the parameters are not as many as the flow's.</exception>
    public Checkpoint Save(string note = "", ReadOnlySpan<float> kept = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(note.Length, Checkpoint.MostNote);
        if (!kept.IsEmpty && kept.Length != Flow.Shape.ParameterCount)
        {
            throw new ArgumentException($"Holds {kept.Length} parameters: expected {Flow.Shape.ParameterCount}, or none.", nameof(kept));
        }

        TrainerState state = new(
            Steps, SkippedSteps, Particles, Progress, Loss, GradientNorm, _noise.Weight, _average?.Weight ?? 0, _usualNorm);
        return new Checkpoint(Flow.Shape, Flow.Direction, Options, state)
        {
            Target = TargetName,
            Note = note,
            KeptParameters = [.. kept],
            Raw = [.. RawParameters],
            GradientMean = [.. _noise.Mean],
            GradientSquare = [.. _noise.Square],
            AverageSum = _average == null ? [] : [.. _average.Sum],
            OptimizerState = [.. Enumerable.Range(0, _optimizer.States.Count).Select(i => _optimizer.State(i).ToArray())],
        };
    }

    /// <summary>
    /// Makes the flow one layer deeper without moving a particle: the new layer is the identity map, and learns from the next step on.
    /// <see cref="Flow"/> is a new object then. Allocates.
    /// </summary>
    /// <remarks>
    /// A planar layer changes no bit of a sample, nor of a log-density but where a product of more than 2¹²⁰ has to be split. A radial one
    /// is the identity up to rounding: |β| &lt; 2⁻²³ at α = 1.
    /// </remarks>
    /// <param name="position">The number that the layer will have: from 0 (before all others) to K (behind them).</param>
    /// <param name="kind">The layer's kind.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <exception cref="InvalidOperationException">
    /// Planar layers are trained with the paper's constraint, which has no identity; or the parameters become too many for the optimizer.
    /// </exception>
    public void Insert(int position, LayerKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Flow.Shape.LayerCount);
        float[] layer = Initialization.DrawIdentity(kind, Flow.Shape, Options.Constraint, Options.Seed);
        if (Optimizer.Defect(Options.Optimizer, RawParameters.Length + layer.Length) is string defect)
        {
            throw new InvalidOperationException(defect);
        }

        ParameterAverage? average = _average;
        Use(_flow.Insert(position, kind, layer));
        int place = Flow.Shape.Layer(position).Start.Value;
        _optimizer.Insert(place, layer.Length);
        _noise.Insert(place, layer.Length);
        if (average != null)
        {
            _average!.Restore(average.Widened(place, layer), average.Weight);
        }
    }

    /// <summary>Takes a layer out; the particles move by what it did. <see cref="Flow"/> is a new object then. Allocates.</summary>
    /// <param name="position">The layer's number.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public void Remove(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Flow.Shape.LayerCount);
        (int place, int count) = Flow.Shape.Layer(position).GetOffsetAndLength(Flow.Shape.ParameterCount);
        ParameterAverage? average = _average;
        Use(_flow.Remove(position));
        _optimizer.Remove(place, count);
        _noise.Remove(place, count);
        if (average != null)
        {
            _average!.Restore(RunningMean.Narrowed(average.Sum, place, count), average.Weight);
        }
    }

    /// <summary>Forgets what earlier gradients were like, where those to come will be different: the next steps are of full length again.</summary>
    internal void ForgetGradients()
    {
        _optimizer.Forget();
        _usualNorm = default;
    }

    /// <summary>Goes on with another loss.</summary>
    private protected void Use(Objective objective)
    {
        _objective = objective;
        _batch = new BatchGradient(Flow, objective, Options.LargestBatch, _workers);
    }

    /// <summary>Replaces a gradient by the distribution's parameters with that by the raw ones, in place.</summary>
    internal void PullBack(Span<double> gradient) => _flow.PullBack(gradient);

    private static double SumOfSquares(ReadOnlySpan<double> numbers)
    {
        // Four sums side by side: one order, whatever the hardware makes of it.
        Vector256<double> sums = default;
        int done = 0;
        for (; done <= numbers.Length - Vector256<double>.Count; done += Vector256<double>.Count)
        {
            Vector256<double> four = Vector256.Create(numbers[done..]);
            sums += four * four;
        }

        double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        foreach (double number in numbers[done..])
        {
            sum += number * number;
        }

        return sum;
    }

    [MemberNotNull(nameof(_flow), nameof(_gradient), nameof(_batch))]
    private void Use(RawFlow flow)
    {
        _flow = flow;
        _gradient = new double[flow.Raw.Length];
        _batch = new BatchGradient(Flow, _objective, Options.LargestBatch, _workers);
        _average = Options.AverageDecay is double decay ? new ParameterAverage(decay, flow.Copy()) : null;
    }
}
