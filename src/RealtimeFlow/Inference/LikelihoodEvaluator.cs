using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Inference;

/// <summary>How well a distribution foretells rows of data.</summary>
/// <param name="NegativeLogLikelihood">The mean of −ln q over the rows, in nats: the entropy of their distribution p, plus KL(p‖q), in expectation.</param>
/// <param name="StandardError">Of that mean; NaN for one row.</param>
public readonly record struct LikelihoodEvaluation(double NegativeLogLikelihood, double StandardError);

/// <summary>Averages −ln q over the rows of a data set.</summary>
/// <remarks>
/// The average does not depend on the number of threads. Allocates only when the dimension changes or there are more rows than ever.
/// </remarks>
/// <param name="workers">The threads to use.</param>
public sealed class LikelihoodEvaluator(IWorkers workers)
{
    private const int ShardSize = 4096;

    private readonly ShardSums _work = new(workers.Count);

    /// <summary>Averages over all rows.</summary>
    /// <param name="flow">q.</param>
    /// <param name="data">The rows.</param>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public LikelihoodEvaluation Evaluate(FlowDistribution flow, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(data);
        if (flow.Shape.Dimension != data.Dimension)
        {
            throw new ArgumentException($"The flow has {flow.Shape.Dimension} dimensions, the data {data.Dimension}.", nameof(data));
        }

        int shards = (data.Count + ShardSize - 1) / ShardSize;
        _work.Prepare(flow, data, shards);
        workers.Run(_work, shards);

        (double sum, double squares) = _work.Total(shards);
        double count = data.Count, mean = sum / count;
        double variance = Math.Max((squares / count) - (mean * mean), 0) * count / (count - 1);
        return new LikelihoodEvaluation(mean, Math.Sqrt(variance / count));
    }

    private sealed class ShardSums(int workers) : IShardedWork
    {
        private readonly FlowTile?[] _tiles = new FlowTile?[workers];
        private (double Sum, double Squares)[] _sums = [];
        private FlowDistribution? _flow;
        private DataSet? _data;

        public void Prepare(FlowDistribution flow, DataSet data, int shards)
        {
            (_flow, _data) = (flow, data);
            if (_sums.Length < shards)
            {
                _sums = new (double, double)[shards];
            }

            for (int i = 0; i < _tiles.Length; i++)
            {
                if (_tiles[i]?.Dimension != data.Dimension)
                {
                    _tiles[i] = new FlowTile(data.Dimension, savedLayers: 0);
                }
            }
        }

        public void Do(int shard, int worker)
        {
            FlowTile tile = _tiles[worker]!;
            int end = Math.Min((shard + 1) * ShardSize, _data!.Count);
            double sum = 0, squares = 0;
            for (int start = shard * ShardSize; start < end;)
            {
                int taken = Math.Min(end - start, tile.Columns);
                int columns = (int)FlowTile.Padded(taken);
                for (int i = 0; i < tile.Dimension; i++)
                {
                    Span<float> row = tile.Row(i);
                    _data.Coordinate(i).Slice(start, taken).CopyTo(row);
                    row[taken..columns].Fill(row[0]);
                }

                _flow!.LogDensityTile(tile, columns);
                foreach (float logDensity in tile.ValueRow[..taken])
                {
                    sum -= logDensity;
                    squares += (double)logDensity * logDensity;
                }

                start += taken;
            }

            _sums[shard] = (sum, squares);
        }

        public (double Sum, double Squares) Total(int shards)
        {
            (double Sum, double Squares) total = default;
            foreach ((double sum, double squares) in _sums.AsSpan(0, shards))
            {
                total = (total.Sum + sum, total.Squares + squares);
            }

            return total;
        }
    }
}
