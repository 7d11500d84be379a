using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>F = E[ln q_K − β ln p̃] over particles of a stream, each step the next batch of them.</summary>
internal sealed unsafe class FreeEnergyObjective(Target target, RandomStream stream, GradientEstimator estimator) : Objective
{
    private ulong _first;
    private float _beta;

    /// <inheritdoc/>
    public override double LogScaleGradient => estimator == GradientEstimator.Total ? -1 : 0;

    /// <inheritdoc/>
    public override void Begin(long step, long first, int count, double beta) => (_first, _beta) = ((ulong)first, (float)beta);

    /// <inheritdoc/>
    public override void Accumulate(FlowDistribution flow, FlowTile tile, nint columns, int first, float* sums, float* statistics)
    {
        bool path = estimator == GradientEstimator.Path;
        flow.ForwardTile(tile, columns, in stream, _first + (ulong)first, score: path);
        flow.FinishLogDensity(tile, columns);
        TileRows.AddTo(statistics, tile.Values, columns, flow.Width);
        if (path)
        {
            tile.KeepScores(columns);
        }

        target.Evaluate(tile, columns, flow.Width);
        TileRows.AddTo(statistics + LaneDispatch.Slots, tile.Values, columns, flow.Width);
        if (path)
        {
            TileRows.ScaleCotangentsAndAddScores(tile, columns, _beta, flow.Width);
        }
        else if (_beta != 1)
        {
            TileRows.ScaleCotangents(tile, columns, _beta, flow.Width);
        }

        flow.BackwardTile(tile, columns, path ? 0 : -1, sums);
    }
}
