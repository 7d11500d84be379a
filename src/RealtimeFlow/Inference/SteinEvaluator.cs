using System.Runtime.CompilerServices;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>
/// How far points of q_K are from the target p by its score s = ∇ ln p alone, which needs neither ln Z nor the density of the points:
/// KSD² = E[u(x, y)] over independent x and y of q_K, with
/// u(x, y) = k s(x)·s(y) + s(x)·∇_y k + s(y)·∇_x k + tr ∇_x∇_y k. It is zero for q_K = p alone.
/// </summary>
/// <remarks>
/// Q. Liu, J. Lee, M. Jordan, <i>A kernelized Stein discrepancy for goodness-of-fit tests</i>, ICML 2016; the kernel is the inverse
/// multiquadric k = (1 + ‖x − y‖²)^(−1/2), whose discrepancy, unlike a Gaussian kernel's, tends to zero only where the points tend to p
/// (J. Gorham, L. Mackey, <i>Measuring sample quality with kernels</i>, ICML 2017, theorem 8). Its length is fixed at the base's 1, not taken
/// from the points: flows are compared by one measure. In units of the score, one over those of the coordinates.
/// </remarks>
/// <param name="Points">n.</param>
/// <param name="Squared">The mean of u over all pairs of different points, the U-statistic: KSD² without bias, and so now and then below zero.</param>
/// <param name="SelfTerm">The mean of u(x, x) = ‖s(x)‖² + D over the points.</param>
public readonly record struct SteinDiscrepancy(int Points, double Squared, double SelfTerm)
{
    /// <summary>
    /// The discrepancy of the n points as they are, the square root of the V-statistic: the mean of u over all pairs, those of a point and
    /// itself included. Never negative but for rounding; above that of q_K, since the points are finitely many: see <see cref="Floor"/>.
    /// </summary>
    public double Value => Math.Sqrt(Squared + ((SelfTerm - Squared) / Points));

    /// <summary>About what <see cref="Value"/> is for as many points of the target itself.</summary>
    public double Floor => Math.Sqrt(SelfTerm / Points);
}

/// <summary>Computes kernel Stein discrepancies.</summary>
/// <remarks>The result depends neither on the number of threads nor on the width. Allocates only where there are more points than ever before, or another dimension.</remarks>
/// <param name="workers">The threads to use.</param>
internal sealed unsafe class SteinEvaluator(IWorkers workers)
{
    private const int MostPoints = 1 << 17;

    // Pairs are summed in squares of so many points: a few hundred terms a slot in float32, and columns that stay in the first-level cache.
    private const int Block = FlowTile.ColumnGranularity;

    private readonly PointsWork _points = new(workers.Count);
    private readonly PairsWork _pairs = new();

    /// <summary>Draws points from q_K and compares them with the target.</summary>
    /// <param name="flow">q_K.</param>
    /// <param name="target">p̃.</param>
    /// <param name="stream">The noise; point i is the stream's i-th.</param>
    /// <param name="points">n, rounded up to whole blocks of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one point, or more than 2¹⁷.</exception>
    public SteinDiscrepancy Evaluate(FlowDistribution flow, Target target, RandomStream stream, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, MostPoints);
        int blocks = (points + Block - 1) / Block;
        double count = (double)blocks * Block;
        _points.Prepare(flow, target, stream, blocks);
        workers.Run(_points, blocks);
        _pairs.Prepare(_points, flow.Width, blocks);
        workers.Run(_pairs, blocks);

        double self = 0, all = 0;
        for (int block = 0; block < blocks; block++)
        {
            self += _points.SelfTerms[block];
            all += _pairs.Sums[block];
        }

        return new SteinDiscrepancy(blocks * Block, (all - self) / (count * (count - 1)), self / count);
    }

    /// <summary>The points and the gradient of U at each, a block of points a shard: D rows of coordinates, D rows of the gradient.</summary>
    private sealed class PointsWork(int workers) : IShardedWork
    {
        private readonly FlowTile?[] _tiles = new FlowTile?[workers];
        private float[] _rows = [];
        private FlowDistribution? _flow;
        private Target? _target;
        private RandomStream _stream;

        public int Dimension { get; private set; }

        public nint Stride { get; private set; }

        public float* Rows => (float*)Unsafe.AsPointer(ref _rows[0]);

        /// <summary>Σ u(x, x) of each block.</summary>
        public double[] SelfTerms { get; private set; } = [];

        public void Prepare(FlowDistribution flow, Target target, RandomStream stream, int blocks)
        {
            (_flow, _target, _stream, Dimension, Stride) = (flow, target, stream, flow.Shape.Dimension, blocks * Block);
            int floats = checked(2 * Dimension * blocks * Block);
            if (_rows.Length < floats)
            {
                _rows = GC.AllocateArray<float>(floats, pinned: true);
            }

            if (SelfTerms.Length < blocks)
            {
                SelfTerms = new double[blocks];
            }

            for (int i = 0; i < _tiles.Length; i++)
            {
                if (_tiles[i]?.Dimension != Dimension)
                {
                    _tiles[i] = new FlowTile(Dimension, savedLayers: 0);
                }
            }
        }

        public void Do(int shard, int worker)
        {
            FlowTile tile = _tiles[worker]!;
            _flow!.SampleTile(tile, Block, in _stream, (ulong)shard * Block);
            _target!.Evaluate(tile, Block, _flow.Width);
            double self = (double)Dimension * Block;
            for (int i = 0; i < Dimension; i++)
            {
                ReadOnlySpan<float> gradient = new(tile.Cotangents + (i * tile.Stride), Block);
                tile.Row(i)[..Block].CopyTo(_rows.AsSpan((int)(i * Stride) + (shard * Block)));
                gradient.CopyTo(_rows.AsSpan((int)((Dimension + i) * Stride) + (shard * Block)));
                foreach (float g in gradient)
                {
                    self += (double)g * g;
                }
            }

            SelfTerms[shard] = self;
        }
    }

    /// <summary>
    /// Σ u over the pairs of a block of points and those of its own and all later blocks, the latter twice: u is symmetric.
    /// </summary>
    private sealed class PairsWork : IShardedWork
    {
        private PointsWork? _points;
        private LaneWidth _width;
        private int _blocks;

        public double[] Sums { get; private set; } = [];

        public void Prepare(PointsWork points, LaneWidth width, int blocks)
        {
            (_points, _width, _blocks) = (points, width, blocks);
            if (Sums.Length < blocks)
            {
                Sums = new double[blocks];
            }
        }

        public void Do(int shard, int worker)
        {
            float* slots = stackalloc float[LaneDispatch.Slots];
            double sum = 0;
            for (int other = shard; other < _blocks; other++)
            {
                PairKernel kernel = new(_points!, shard * Block, other * Block, slots);
                LaneDispatch.Run(_width, ref kernel);
                double square = 0;
                for (int slot = 0; slot < LaneDispatch.Slots; slot++)
                {
                    square += slots[slot];
                }

                sum += other == shard ? square : 2 * square;
            }

            Sums[shard] = sum;
        }
    }

    /// <summary>
    /// Sixteen sums of u over a square of pairs. With s = −∇U, d = x − y and h = 1/(1 + ‖d‖²), the four terms are
    /// u = √h (∇U(x)·∇U(y) + h ((∇U(y) − ∇U(x))·d + D − 3 ‖d‖² h)), and ‖d‖² h = 1 − h.
    /// </summary>
    private readonly struct PairKernel(PointsWork points, nint first, nint other, float* slots) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(points.Rows, points.Dimension, points.Stride, first, other, slots);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(float* rows, int dimension, nint stride, nint first, nint other, float* slots)
            where V : struct, ILanes<V>
        {
            V one = V.Splat(1), three = V.Splat(3), rest = V.Splat(dimension - 3);
            float* gradients = rows + (dimension * stride);
            for (nint slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
            {
                V sum = default;
                for (nint x = first; x < first + Block; x++)
                {
                    for (nint y = other + slot; y < other + Block; y += LaneDispatch.Slots)
                    {
                        V squared = default, scores = default, mixed = rest;
                        for (nint i = 0; i < dimension * stride; i += stride)
                        {
                            V d = V.Splat(rows[i + x]) - V.Load(ref *rows, i + y);
                            V ofX = V.Splat(gradients[i + x]), ofY = V.Load(ref *gradients, i + y);
                            squared = V.Fma(d, d, squared);
                            scores = V.Fma(ofX, ofY, scores);
                            mixed = V.Fma(ofY - ofX, d, mixed);
                        }

                        V h = one / (one + squared);
                        sum = V.Fma(V.Sqrt(h), V.Fma(h, V.Fma(three, h, mixed), scores), sum);
                    }
                }

                V.Store(sum, ref *slots, slot);
            }
        }
    }
}
