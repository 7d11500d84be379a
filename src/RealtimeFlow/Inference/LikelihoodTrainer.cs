using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>
/// Maximum likelihood: steps down the gradient of −E[ln q] over rows of data, in either reading of the chain. In the generative one that
/// is the gradient through the inverse, from the score that the forward pass carries along.
/// </summary>
/// <inheritdoc/>
public sealed class LikelihoodTrainer : FlowTrainer
{
    /// <summary>Makes a trainer with freshly drawn parameters.</summary>
    /// <param name="shape">The flow.</param>
    /// <param name="direction">How its chain is read.</param>
    /// <param name="data">What it shall learn.</param>
    /// <param name="options">How; β and the gradient's estimator have no meaning here.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or an option is out of range.</exception>
    public LikelihoodTrainer(FlowShape shape, FlowDirection direction, DataSet data, TrainerOptions options, IWorkers workers)
        : this(shape, direction, data, options, workers, LaneDispatch.Width)
    {
    }

    /// <summary>Goes on with a run as if it had never stopped.</summary>
    /// <param name="checkpoint">The run.</param>
    /// <param name="data">What it learns: the same rows in the same order as before.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The run was on a target, or the dimensions differ.</exception>
    public LikelihoodTrainer(Checkpoint checkpoint, DataSet data, IWorkers workers)
        : base(checkpoint, MakeObjective(checkpoint, data), workers, LaneDispatch.Width)
    {
    }

    internal LikelihoodTrainer(
        FlowShape shape, FlowDirection direction, DataSet data, TrainerOptions options, IWorkers workers, LaneWidth width)
        : base(shape, direction, options, MakeObjective(shape, data, options), workers, width)
    {
    }

    /// <summary>−ln q averaged over the last step's batch, in nats, before the step.</summary>
    public double NegativeLogLikelihood => Loss;

    private protected override string TargetName => "";

    private static LikelihoodObjective MakeObjective(Checkpoint checkpoint, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.Target.Length == 0
            ? MakeObjective(checkpoint.Shape, data, checkpoint.Options)
            : throw new ArgumentException($"The run was on the target {checkpoint.Target}, not on data.", nameof(checkpoint));
    }

    private static LikelihoodObjective MakeObjective(FlowShape shape, DataSet data, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (shape.Dimension != data.Dimension)
        {
            throw new ArgumentException($"The flow has {shape.Dimension} dimensions, the data {data.Dimension}.", nameof(shape));
        }

        return new LikelihoodObjective(data, new RandomStream(options.Seed, StreamNumbers.Training), options.LargestBatch);
    }
}
