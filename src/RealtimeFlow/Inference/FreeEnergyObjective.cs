using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>
/// F = E[ln q_K − β ln p̃] over particles of a stream, each step the next batch of them; or the importance-weighted bound over the same.
/// </summary>
internal sealed unsafe class FreeEnergyObjective(Target target, RandomStream stream, TrainerOptions options) : Objective
{
    // A Sobol' sequence ends after 2³² points: after half of them, so that no batch meets the end, another stream goes on.
    private const int StreamBits = 31;

    private readonly GradientEstimator _estimator = options.Estimator;
    private readonly DataTarget? _posterior = target as DataTarget;
    private readonly Minibatches? _minibatches =
        target is DataTarget posterior ? new(posterior.Data, options.Seed, options.MinibatchSize) : null;

    private RandomStream _noise;
    private ulong _first;
    private float _beta;

    /// <inheritdoc/>
    public override double LogScaleGradient => _estimator == GradientEstimator.Total ? -1 : 0;

    /// <inheritdoc/>
    public override void Begin(long step, long first, int count, double beta)
    {
        _noise = stream with { Stream = stream.Stream + ((ulong)(first >> StreamBits) << 32) };
        (_first, _beta) = ((ulong)first & ((1UL << StreamBits) - 1), (float)beta);
        _minibatches?.Begin(step);
    }

    /// <inheritdoc/>
    public override void Accumulate(FlowDistribution flow, FlowTile tile, nint columns, int first, float* sums, float* statistics)
    {
        bool alongPath = _estimator != GradientEstimator.Total;
        flow.ForwardTile(tile, columns, in _noise, _first + (ulong)first, score: alongPath);
        flow.FinishLogDensity(tile, columns);
        if (_estimator == GradientEstimator.ImportanceWeighted)
        {
            tile.KeepLogDensities(columns);
        }
        else
        {
            TileRows.AddTo(statistics, tile.Values, columns, flow.Width);
        }

        if (alongPath)
        {
            tile.KeepScores(columns);
        }

        EvaluateTarget(tile, columns, flow.Width);
        switch (_estimator)
        {
            case GradientEstimator.ImportanceWeighted:
                ImportanceWeights.Apply(tile, columns, options.ImportanceSamples, _beta, flow.Width);
                break;
            case GradientEstimator.Path:
                TileRows.ScaleCotangentsAndAddScores(tile, columns, _beta, flow.Width);
                break;
            case GradientEstimator.Total when _beta != 1:
                TileRows.ScaleCotangents(tile, columns, _beta, flow.Width);
                break;
            default:
                break;
        }

        TileRows.AddTo(statistics + LaneDispatch.Slots, tile.Values, columns, flow.Width);
        flow.BackwardTile(tile, columns, alongPath ? 0 : -1, sums);
    }

    private void EvaluateTarget(FlowTile tile, nint columns, LaneWidth width)
    {
        if (_minibatches == null)
        {
            target.Evaluate(tile, columns, width);
        }
        else
        {
            _posterior!.Evaluate(tile, columns, width, _minibatches.Rows);
        }
    }
}
