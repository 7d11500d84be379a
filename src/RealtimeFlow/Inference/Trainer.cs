using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>
/// Stochastic variational inference: steps down the gradient of the free energy
/// F = E[ln q_0(z_0) − Σ ln det_k − β ln p̃(z_K)] (Rezende &amp; Mohamed 2015, eq. 15 and 20).
/// </summary>
/// <inheritdoc/>
public sealed class Trainer : FlowTrainer
{
    // A Sobol' sequence has as many over any base; and the more there are, the less is gained.
    private const int MostRelatedDimensions = 32;

    /// <summary>Makes a trainer with freshly drawn parameters.</summary>
    /// <param name="shape">The flow.</param>
    /// <param name="target">What it shall approximate.</param>
    /// <param name="options">How.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or an option is out of range.</exception>
    public Trainer(FlowShape shape, Target target, TrainerOptions options, IWorkers workers)
        : this(shape, target, options, workers, LaneDispatch.Width)
    {
    }

    /// <summary>Goes on with a run as if it had never stopped.</summary>
    /// <param name="checkpoint">The run.</param>
    /// <param name="target">What it is trained on, as before.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The run was on another target, or on data.</exception>
    public Trainer(Checkpoint checkpoint, Target target, IWorkers workers)
        : base(checkpoint, MakeObjective(checkpoint, target), workers, LaneDispatch.Width) => Target = target;

    internal Trainer(FlowShape shape, Target target, TrainerOptions options, IWorkers workers, LaneWidth width)
        : base(shape, FlowDirection.Generative, options, MakeObjective(shape, target, options), workers, width) => Target = target;

    /// <summary>What it is trained on.</summary>
    public Target Target { get; private set; }

    /// <summary>β of the last step.</summary>
    public double Beta => Settings.Beta;

    /// <summary>
    /// F at β = 1 over the last step's batch, in nats: an estimate of −ln Z + KL, before the step. With
    /// <see cref="GradientEstimator.ImportanceWeighted"/> the tighter −L_S, which is −ln Z at least.
    /// </summary>
    public double FreeEnergy => Loss;

    private protected override string TargetName => Target.Name;

    /// <summary>Goes on with another target from the parameters that were reached. Allocates.</summary>
    /// <param name="target">What it shall approximate from now on.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or the options suit another kind of target.</exception>
    public void Replace(Target target)
    {
        Use(MakeObjective(Flow.Shape, target, Options));
        Target = target;
    }

    private static FreeEnergyObjective MakeObjective(Checkpoint checkpoint, Target target)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(target);
        return checkpoint.Target == target.Name && checkpoint.Direction == FlowDirection.Generative
            ? MakeObjective(checkpoint.Shape, target, checkpoint.Options)
            : throw new ArgumentException($"The run was on '{checkpoint.Target}', not on {target.Name}.", nameof(target));
    }

    private static FreeEnergyObjective MakeObjective(FlowShape shape, Target target, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (shape.Dimension != target.Dimension)
        {
            throw new ArgumentException($"The flow has {shape.Dimension} dimensions, the target {target.Dimension}.", nameof(shape));
        }

        if (options.MinibatchSize != null && target is not DataTarget)
        {
            throw new ArgumentException($"{target.Name} has no data of which a step could see a minibatch.", nameof(options));
        }

        bool related = shape.Dimension <= MostRelatedDimensions && options.Estimator != GradientEstimator.ImportanceWeighted;
        RandomSequence sequence = related ? options.Sequence : RandomSequence.Independent;
        return new FreeEnergyObjective(target, new RandomStream(options.Seed, StreamNumbers.Training, sequence), options);
    }
}
