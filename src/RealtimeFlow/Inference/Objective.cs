using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Inference;

/// <summary>What training minimises: an average over the particles, or the data rows, of a batch.</summary>
internal abstract unsafe class Objective
{
    /// <summary>The rows of sums beside the gradient, whose sum is the loss: of ln q and of the energy, for a free energy.</summary>
    public const int StatisticRows = 2;

    /// <summary>
    /// What the gradient by each ln σ of the base has beside the sums: −1 where ln q_0 of the noise holds −ln σ and is differentiated, +1
    /// where −ln q_0 of a given point is, 0 where only the path is.
    /// </summary>
    public abstract double LogScaleGradient { get; }

    /// <summary>Begins a step; called by one thread.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="first">The number of the batch's first particle or row: how many all steps before had together; a multiple of 64.</param>
    /// <param name="count">The size of the batch: a multiple of 64.</param>
    /// <param name="beta">β.</param>
    public abstract void Begin(long step, long first, int count, double beta);

    /// <summary>Adds the loss of some particles of the batch and its gradient to sums of sixteen slots a row.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="tile">Working memory that saves what Backward needs.</param>
    /// <param name="columns">How many particles.</param>
    /// <param name="first">The first of them, counted from the beginning of the batch.</param>
    /// <param name="sums">2 D rows for the base, then <see cref="Chain.SumRows"/> a layer.</param>
    /// <param name="statistics"><see cref="StatisticRows"/> rows.</param>
    public abstract void Accumulate(FlowDistribution flow, FlowTile tile, nint columns, int first, float* sums, float* statistics);
}
