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
/// <param name="ImportanceLogNormalizer">
/// ln (Σw/n), in nats: ln Z by importance sampling. On average it lies between −F and ln Z: it is the importance weighted bound of all n
/// particles (Y. Burda, R. Grosse, R. Salakhutdinov, <i>Importance weighted autoencoders</i>, ICLR 2016).
/// </param>
/// <param name="ImportanceLogNormalizerError">Its standard error, as far as the weights have a variance: where k̂ is below ½.</param>
public readonly record struct Evaluation(
    double FreeEnergy,
    double StandardError,
    double EffectiveSampleSize,
    double? KullbackLeibler,
    double ImportanceLogNormalizer,
    double ImportanceLogNormalizerError);

/// <summary>An evaluation, and how far to trust it.</summary>
/// <param name="Evaluation">The averages over the sample.</param>
/// <param name="ParetoShape">
/// k̂ of the importance weights: the shape of the generalized Pareto distribution that fits the largest min(n/5, 3√n) of them. The weights
/// have as many moments as are below 1/k̂. Below ½, importance sampling converges as fast as it should; up to
/// <see cref="ParetoThreshold"/> slower, but usefully; above, neither the weights nor what is averaged with them can be relied on, and q_K
/// is far from p (A. Vehtari, D. Simpson, A. Gelman, Y. Yao, J. Gabry, <i>Pareto smoothed importance sampling</i>, JMLR 25 (2024); Y. Yao,
/// A. Vehtari, D. Simpson, A. Gelman, <i>Yes, but did it work?: evaluating variational inference</i>, ICML 2018). −∞ where the largest
/// weights are all equal, +∞ where they are too few or too far apart to be fitted, NaN where there are none.
/// </param>
/// <param name="Stein">The kernel Stein discrepancy of the first points of the sample.</param>
public readonly record struct Diagnosis(Evaluation Evaluation, double ParetoShape, SteinDiscrepancy Stein)
{
    /// <summary>
    /// The k̂ from which on the weights are not to be relied on: min(1 − 1/log₁₀ n, 0.7) (Vehtari et al. 2024), which is 0.7 from n = 2,155
    /// particles on, and an evaluation has 4,096 at least.
    /// </summary>
    public const double ParetoThreshold = 0.7;
}

/// <summary>Estimates the free energy and what follows from it, on particles that no training step has seen.</summary>
/// <remarks>
/// The estimate does not depend on the number of threads. Allocates only when there are more particles than ever before, four bytes for
/// each, or the dimension changes.
/// </remarks>
/// <param name="workers">The threads to use.</param>
public sealed class FlowEvaluator(IWorkers workers)
{
    private const int ShardSize = 4096, MostParticles = 1 << 30;

    private readonly ShardSums _work = new(workers.Count);
    private readonly ParetoTail _tail = new();
    private readonly SteinEvaluator _stein = new(workers);

    /// <summary>Draws particles from q_K and averages over them.</summary>
    /// <param name="flow">q_K.</param>
    /// <param name="target">p̃.</param>
    /// <param name="stream">The noise; particle i is the stream's i-th point.</param>
    /// <param name="particles">How many; rounded up to whole shards of 4,096.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one particle, or more than 2³⁰.</exception>
    public Evaluation Evaluate(FlowDistribution flow, Target target, RandomStream stream, long particles)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(particles, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(particles, MostParticles);
        int shards = (int)((particles + ShardSize - 1) / ShardSize);
        _work.Prepare(flow, target, stream, shards);
        workers.Run(_work, shards);

        double count = (double)shards * ShardSize;
        Sums total = _work.Total();
        double mean = total.Loss / count;
        double variance = Math.Max((total.SquaredLoss / count) - (mean * mean), 0) * count / (count - 1);
        double share = total.Weight * total.Weight / (total.SquaredWeight * count);
        return new Evaluation(
            mean,
            Math.Sqrt(variance / count),
            share,
            mean + target.LogNormalizer,
            total.Shift + Math.Log(total.Weight / count),
            Math.Sqrt(Math.Max((1 / share) - 1, 0) / (count - 1)));
    }

    /// <summary>Evaluates, fits the tail of the importance weights, and compares points with the target's score.</summary>
    /// <param name="flow">q_K.</param>
    /// <param name="target">p̃.</param>
    /// <param name="stream">The noise; particle i is the stream's i-th point.</param>
    /// <param name="particles">How many for the evaluation and the weights; rounded up to whole shards of 4,096.</param>
    /// <param name="points">How many of them for the Stein discrepancy, whose work grows with the square; rounded up to whole blocks of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one particle or point, more than 2³⁰ particles, or more than 2¹⁷ points.</exception>
    public Diagnosis Diagnose(FlowDistribution flow, Target target, RandomStream stream, long particles, int points) => new(
        Evaluate(flow, target, stream, particles), _tail.Shape(_work.Losses), _stein.Evaluate(flow, target, stream, points));

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
        private Sums[] _sums = [];
        private float[] _losses = [];
        private int _shards;
        private FlowDistribution? _flow;
        private Target? _target;
        private RandomStream _stream;

        /// <summary>f of each particle.</summary>
        public ReadOnlySpan<float> Losses => _losses.AsSpan(0, _shards * ShardSize);

        public void Prepare(FlowDistribution flow, Target target, RandomStream stream, int shards)
        {
            (_flow, _target, _stream, _shards) = (flow, target, stream, shards);
            if (_sums.Length < shards)
            {
                _sums = new Sums[shards];
                _losses = new float[shards * ShardSize];
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
            Span<float> loss = _losses.AsSpan(shard * ShardSize, ShardSize);
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

        public Sums Total()
        {
            Sums total = new() { Shift = double.NegativeInfinity };
            foreach (ref readonly Sums sums in _sums.AsSpan(0, _shards))
            {
                total.Shift = Math.Max(total.Shift, sums.Shift);
            }

            foreach (ref readonly Sums sums in _sums.AsSpan(0, _shards))
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
