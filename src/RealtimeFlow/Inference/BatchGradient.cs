using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Inference;

/// <summary>
/// The sums over one batch: it falls into shards of fixed size, a shard sums in sixteen slots, and shards are added in order, so that
/// the result does not depend on threads or vector width.
/// </summary>
internal sealed unsafe class BatchGradient : IShardedWork
{
    // A few microseconds of work: small enough to spread a batch of 2,048 over four threads.
    private const int ShardSize = 512;

    private readonly FlowDistribution _flow;
    private readonly Objective _objective;
    private readonly IWorkers _workers;
    private readonly int _rows;
    private readonly FlowTile[] _tiles;
    private readonly float[][] _slots;
    private readonly double[] _sums;
    private readonly double[] _totals;
    private int _batch;

    public BatchGradient(FlowDistribution flow, Objective objective, int largestBatch, IWorkers workers)
    {
        (_flow, _objective, _workers) = (flow, objective, workers);
        int dimension = flow.Shape.Dimension;
        _rows = (2 * dimension) + (flow.Shape.LayerCount * Chain.SumRows(dimension)) + Objective.StatisticRows;
        _sums = new double[Shards(largestBatch) * _rows];
        _totals = new double[_rows];
        _tiles = new FlowTile[workers.Count];
        _slots = new float[workers.Count][];
        for (int i = 0; i < workers.Count; i++)
        {
            // A base alone is trained too, and its path gradient keeps scores, which a tile that saves no layer has no room for.
            _tiles[i] = new FlowTile(dimension, Math.Max(flow.Shape.LayerCount, 1));
            _slots[i] = GC.AllocateArray<float>(_rows * LaneDispatch.Slots, pinned: true);
        }
    }

    /// <summary>The gradient of the loss by the flow's parameters.</summary>
    /// <param name="batch">The size of the batch.</param>
    /// <param name="gradient">Receives it.</param>
    /// <returns>The loss.</returns>
    public double Compute(int batch, Span<double> gradient)
    {
        _batch = batch;
        int shards = Shards(batch);
        _workers.Run(this, shards);
        Span<double> totals = _totals;
        totals.Clear();
        for (int shard = 0; shard < shards; shard++)
        {
            TensorPrimitives.Add(totals, _sums.AsSpan(shard * _rows, _rows), totals);
        }

        TensorPrimitives.Multiply(totals, 1.0 / batch, totals);
        FlowShape shape = _flow.Shape;
        int ofBase = 2 * shape.Dimension, rows = Chain.SumRows(shape.Dimension);
        totals[..ofBase].CopyTo(gradient);
        foreach (ref double byLogScale in gradient[shape.LogScale])
        {
            byLogScale += _objective.LogScaleGradient;
        }

        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Range place = shape.Layer(layer);
            shape.Kinds[layer].CollectGradient(
                shape.Dimension, _flow.Parameters[place], totals.Slice(ofBase + (layer * rows), rows), gradient[place]);
        }

        return totals[^2] + totals[^1];
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        FlowTile tile = _tiles[worker];
        float[] slots = _slots[worker];
        Array.Clear(slots);
        float* sums = (float*)Unsafe.AsPointer(ref slots[0]);
        float* statistics = sums + ((_rows - Objective.StatisticRows) * LaneDispatch.Slots);
        int end = Math.Min((shard + 1) * ShardSize, _batch);
        for (int start = shard * ShardSize; start < end;)
        {
            nint columns = Math.Min(end - start, tile.Columns);
            _objective.Accumulate(_flow, tile, columns, start, sums, statistics);
            start += (int)columns;
        }

        Fold(slots, _sums.AsSpan(shard * _rows, _rows));
    }

    private static int Shards(int batch) => (batch + ShardSize - 1) / ShardSize;

    private static void Fold(ReadOnlySpan<float> slots, Span<double> sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            // Slot j joins sum j mod 4: one order, whatever the hardware makes of it.
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(slots[(i * LaneDispatch.Slots)..]));
            (Vector256<double> low2, Vector256<double> high2) = Vector256.Widen(Vector256.Create(slots[((i * LaneDispatch.Slots) + 8)..]));
            Vector256<double> four = (low + high) + (low2 + high2);
            Vector128<double> two = four.GetLower() + four.GetUpper();
            sums[i] = two[0] + two[1];
        }
    }
}
