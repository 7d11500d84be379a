using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Inference;

/// <summary>
/// The importance-weighted bound L_S = E ln (1/S) Σ_s w_s ≤ ln Z, w = p̃(z)/q(z), over groups of S particles (Y. Burda, R. Grosse,
/// R. Salakhutdinov, <i>Importance weighted autoencoders</i>, ICLR 2016), and its doubly reparameterised gradient (G. Tucker,
/// D. Lawson, S. Gu, C. Maddison, <i>Doubly reparameterized gradient estimators for Monte Carlo objectives</i>, ICLR 2019).
/// </summary>
internal static unsafe class ImportanceWeights
{
    /// <summary>
    /// Groups of S consecutive columns: each one's −L_S, at β = 1, into the values of its particles; and into the cotangents
    /// −S w̃² ∂ln w/∂z, w̃ the share of p̃^β/q in its group's sum. Their average over all particles is the gradient of −L_S, where
    /// only the path of z depends on the parameters.
    /// </summary>
    /// <param name="tile">Holds U in the values, ∇U in the cotangents, and ln q and its score, which were kept.</param>
    /// <param name="columns">How many particles: a multiple of <see cref="FlowTile.ColumnGranularity"/>, whose divisor S is.</param>
    /// <param name="samples">S.</param>
    /// <param name="beta">β.</param>
    /// <param name="width">The width to run at.</param>
    public static void Apply(FlowTile tile, nint columns, int samples, float beta, LaneWidth width)
    {
        Kernel kernel = new(tile, columns, samples, beta);
        LaneDispatch.Run(width, ref kernel);
    }

    private readonly struct Kernel(FlowTile tile, nint columns, int samples, float beta) : ILaneKernel
    {
        private const int Block = FlowTile.ColumnGranularity;

        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(tile, columns, samples, beta);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(FlowTile tile, nint columns, int samples, float beta)
            where V : struct, ILanes<V>
        {
            float* weights = stackalloc float[Block];
            float* totals = stackalloc float[Block];
            float* largest = stackalloc float[Block];
            float* values = tile.Values;
            V share = V.Splat(samples);
            for (nint first = 0; first < columns; first += Block)
            {
                Weigh<V>(tile, first, samples, beta, weights, totals, largest);
                for (nint i = 0; i < Block; i += V.Count)
                {
                    V weight = V.Load(ref *weights, i) / V.Load(ref *totals, i);
                    V factor = share * weight * weight;
                    for (int row = 0; row < tile.Dimension; row++)
                    {
                        nint place = (row * tile.Stride) + first + i;
                        V slope = V.Fma(V.Splat(beta), V.Load(ref *tile.Cotangents, place), V.Load(ref *tile.Scores, place));
                        V.Store(factor * slope, ref *tile.Cotangents, place);
                    }
                }

                if (beta != 1)
                {
                    Weigh<V>(tile, first, samples, 1, weights, totals, largest);
                }

                for (nint i = 0; i < Block; i += V.Count)
                {
                    V bound = V.Load(ref *largest, i) + LaneMath.Log(V.Load(ref *totals, i) / share);
                    V.Store(-bound, ref *values, first + i);
                }
            }
        }

        /// <summary>
        /// For each particle of a block: its weight, the sum of its group's, and the logarithm of the largest, by which all are divided.
        /// What runs across a group runs in its order, at every width.
        /// </summary>
        private static void Weigh<V>(FlowTile tile, nint first, int samples, float beta, float* weights, float* totals, float* largest)
            where V : struct, ILanes<V>
        {
            for (nint i = 0; i < Block; i += V.Count)
            {
                V.Store(-V.Fma(V.Splat(beta), V.Load(ref *tile.Values, first + i), V.Load(ref *tile.LogDensities, first + i)), ref *weights, i);
            }

            for (int group = 0; group < Block; group += samples)
            {
                float most = weights[group];
                for (int i = 1; i < samples; i++)
                {
                    most = Math.Max(most, weights[group + i]);
                }

                new Span<float>(largest + group, samples).Fill(most);
            }

            for (nint i = 0; i < Block; i += V.Count)
            {
                V.Store(LaneMath.Exp(V.Load(ref *weights, i) - V.Load(ref *largest, i)), ref *weights, i);
            }

            for (int group = 0; group < Block; group += samples)
            {
                float total = 0;
                for (int i = 0; i < samples; i++)
                {
                    total += weights[group + i];
                }

                new Span<float>(totals + group, samples).Fill(total);
            }
        }
    }
}
