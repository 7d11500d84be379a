using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Inference;

/// <summary>
/// The sums over one batch: it falls into shards by its size alone, a shard sums in sixteen slots, and shards are added in order, so
/// that the result does not depend on threads or vector width.
/// </summary>
internal sealed unsafe class BatchGradient : IShardedWork
{
    // A shard is what a thread takes at a time: a tile, some ten microseconds of work against the fraction of one that handing it out
    // costs; a batch of one shard is the caller's alone, which is faster than to wake another. Larger batches have larger shards, so
    // that adding up the slots costs less, but so many of them that threads end together.
    private const int LeastShard = 512, MostShard = 1024, ShardsOfABatch = 16;

    // Between what two threads write: two cache lines, since processors fetch them in pairs.
    private const int ApartFloats = 32, ApartDoubles = 16;

    private readonly FlowDistribution _flow;
    private readonly Objective _objective;
    private readonly IWorkers _workers;
    private readonly int _rows;
    private readonly int _leastShard;
    private readonly FlowTile[] _tiles;
    private readonly float[] _memory;
    private readonly float* _slots;
    private readonly double[] _sums;
    private readonly double[] _totals;
    private int _batch;

    public BatchGradient(FlowDistribution flow, Objective objective, int largestBatch, IWorkers workers)
    {
        (_flow, _objective, _workers) = (flow, objective, workers);
        int dimension = flow.Shape.Dimension;
        _rows = (2 * dimension) + (flow.Shape.LayerCount * Chain.SumRows(dimension)) + Objective.StatisticRows;
        _totals = new double[_rows];

        // A base alone is trained too, and its path gradient keeps scores, which a tile that saves no layer has no room for.
        _tiles = [.. Enumerable.Range(0, workers.Count).Select(_ => new FlowTile(dimension, Math.Max(flow.Shape.LayerCount, 1)))];
        _leastShard = Math.Min(LeastShard, _tiles[0].Columns);
        _sums = new double[Math.Max(Shards(largestBatch), ShardsOfABatch) * SumStride];
        _memory = GC.AllocateArray<float>((workers.Count * SlotStride) + ApartFloats, pinned: true);
        _slots = (float*)(((nint)Unsafe.AsPointer(ref _memory[0]) + 63) & ~(nint)63);
    }

    private int SumStride => _rows + ApartDoubles;

    private int SlotStride => (_rows * LaneDispatch.Slots) + ApartFloats;

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
            TensorPrimitives.Add(totals, _sums.AsSpan(shard * SumStride, _rows), totals);
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
        float* sums = _slots + (worker * SlotStride);
        new Span<float>(sums, _rows * LaneDispatch.Slots).Clear();
        float* statistics = sums + ((_rows - Objective.StatisticRows) * LaneDispatch.Slots);
        int size = ShardSize(_batch);
        int end = Math.Min((shard + 1) * size, _batch);
        for (int start = shard * size; start < end;)
        {
            nint columns = Math.Min(end - start, tile.Columns);
            _objective.Accumulate(_flow, tile, columns, start, sums, statistics);
            start += (int)columns;
        }

        Fold(sums, _sums.AsSpan(shard * SumStride, _rows));
    }

    private int ShardSize(int batch)
    {
        int share = (int)FlowTile.Padded((batch + ShardsOfABatch - 1) / ShardsOfABatch);
        return Math.Clamp(share, _leastShard, MostShard);
    }

    private int Shards(int batch)
    {
        int size = ShardSize(batch);
        return (batch + size - 1) / size;
    }

    private static void Fold(float* slots, Span<double> sums)
    {
        for (int i = 0; i < sums.Length; i++, slots += LaneDispatch.Slots)
        {
            // Slot j joins sum j mod 4: one order, whatever the hardware makes of it.
            Vector256<double> four = (Widen(slots) + Widen(slots + 4)) + (Widen(slots + 8) + Widen(slots + 12));
            Vector128<double> two = four.GetLower() + four.GetUpper();
            sums[i] = two[0] + two[1];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Widen(float* four) => Vector256.WidenLower(Vector128.Load(four).ToVector256Unsafe());
}
