using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>What a sample from q_K says of it as an approximation.</summary>
/// <param name="FreeEnergy">F = E[ln q_K − ln p̃] at β = 1, in nats.</param>
/// <param name="StandardError">Of F, and so of the KL divergence.</param>
/// <param name="EffectiveSampleSize">(Σw)²/(n Σw²) of the importance weights w = p̃/q_K: the share of the particles that counts, 0 to 1.</param>
/// <param name="KullbackLeibler">KL(q_K‖p) = F + ln Z, in nats; null where ln Z is not known.</param>
public readonly record struct Evaluation(double FreeEnergy, double StandardError, double EffectiveSampleSize, double? KullbackLeibler);

/// <summary>Estimates the free energy and what follows from it, on particles that no training step has seen.</summary>
/// <remarks>The estimate does not depend on the number of threads. Allocates only when the number of particles or the dimension changes.</remarks>
/// <param name="workers">The threads to use.</param>
public sealed class FlowEvaluator(IWorkers workers)
{
    private const int ShardSize = 4096;

    private readonly ShardSums _work = new(workers.Count);

    /// <summary>Draws particles from q_K and averages over them.</summary>
    /// <param name="flow">q_K.</param>
    /// <param name="target">p̃.</param>
    /// <param name="stream">The noise; particle i is the stream's i-th point.</param>
    /// <param name="particles">How many; rounded up to whole shards of 4,096.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one particle.</exception>
    public Evaluation Evaluate(FlowDistribution flow, Target target, RandomStream stream, long particles)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(particles, 1);
        int shards = checked((int)((particles + ShardSize - 1) / ShardSize));
        _work.Prepare(flow, target, stream, shards);
        workers.Run(_work, shards);

        double count = (double)shards * ShardSize;
        Sums total = _work.Total(shards);
        double mean = total.Loss / count;
        double variance = Math.Max((total.SquaredLoss / count) - (mean * mean), 0) * count / (count - 1);
        return new Evaluation(
            mean,
            Math.Sqrt(variance / count),
            total.Weight * total.Weight / (total.SquaredWeight * count),
            mean + target.LogNormalizer);
    }

    /// <summary>Sums of f = ln q_K − ln p̃ and of the weights e^(−f − shift).</summary>
    private struct Sums
    {
        public double Loss;
        public double SquaredLoss;
        public double Shift;
        public double Weight;
        public double SquaredWeight;
    }

    private sealed class ShardSums(int workers) : IShardedWork
    {
        private readonly FlowTile?[] _tiles = new FlowTile?[workers];
        private readonly float[][] _logDensity = [.. Enumerable.Range(0, workers).Select(_ => new float[ShardSize])];
        private Sums[] _sums = [];
        private FlowDistribution? _flow;
        private Target? _target;
        private RandomStream _stream;

        public void Prepare(FlowDistribution flow, Target target, RandomStream stream, int shards)
        {
            (_flow, _target, _stream) = (flow, target, stream);
            if (_sums.Length < shards)
            {
                _sums = new Sums[shards];
            }

            for (int i = 0; i < _tiles.Length; i++)
            {
                if (_tiles[i]?.Dimension != flow.Shape.Dimension)
                {
                    _tiles[i] = new FlowTile(flow.Shape.Dimension, savedLayers: 0);
                }
            }
        }

        public void Do(int shard, int worker)
        {
            FlowTile tile = _tiles[worker]!;
            Span<float> loss = _logDensity[worker];
            for (int start = 0; start < ShardSize;)
            {
                int columns = Math.Min(ShardSize - start, tile.Columns);
                _flow!.SampleTile(tile, columns, in _stream, ((ulong)shard * ShardSize) + (ulong)start);
                _flow.FinishLogDensity(tile, columns);
                Span<float> here = loss.Slice(start, columns);
                tile.ValueRow[..columns].CopyTo(here);
                _target!.Evaluate(tile, columns, _flow.Width);
                ReadOnlySpan<float> energy = tile.ValueRow[..columns];
                for (int i = 0; i < columns; i++)
                {
                    here[i] += energy[i];
                }

                start += columns;
            }

            Sums sums = new() { Shift = double.NegativeInfinity };
            foreach (float f in loss)
            {
                sums.Shift = Math.Max(sums.Shift, -(double)f);
            }

            foreach (float f in loss)
            {
                double weight = Math.Exp(-f - sums.Shift);
                sums.Loss += f;
                sums.SquaredLoss += (double)f * f;
                sums.Weight += weight;
                sums.SquaredWeight += weight * weight;
            }

            _sums[shard] = sums;
        }

        public Sums Total(int shards)
        {
            Sums total = new() { Shift = double.NegativeInfinity };
            foreach (ref readonly Sums sums in _sums.AsSpan(0, shards))
            {
                total.Shift = Math.Max(total.Shift, sums.Shift);
            }

            foreach (ref readonly Sums sums in _sums.AsSpan(0, shards))
            {
                double scale = Math.Exp(sums.Shift - total.Shift);
                total.Loss += sums.Loss;
                total.SquaredLoss += sums.SquaredLoss;
                total.Weight += scale * sums.Weight;
                total.SquaredWeight += scale * scale * sums.SquaredWeight;
            }

            return total;
        }
    }
}
