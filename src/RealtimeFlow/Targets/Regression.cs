using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>−ln p(y|η), the loss of a response y where the linear predictor is η.</summary>
internal interface IRegressionLoss
{
    /// <summary>The loss, and its derivative by the predictor.</summary>
    V Of<V>(V predictor, V response, out V slope)
        where V : struct, ILanes<V>;
}

/// <summary>
/// The likelihood of a generalized linear model: η = z₀ + Σⱼ xⱼ zⱼ₊₁ for a row x of inputs, whose last number is the response y.
/// </summary>
internal static unsafe class Regression
{
    /// <summary>Adds the loss of all rows to the tile's values, and its gradient to the cotangents.</summary>
    public static void Add<TLoss>(TLoss loss, FlowTile tile, nint columns, LaneWidth width, in RowBatch rows)
        where TLoss : struct, IRegressionLoss
    {
        fixed (float* values = rows.Values)
        {
            Kernel<TLoss> kernel = new(loss, tile, columns, values, rows.Stride, rows.Count, rows.Weight);
            LaneDispatch.Run(width, ref kernel);
        }
    }

    private readonly struct Kernel<TLoss>(TLoss loss, FlowTile tile, nint columns, float* rows, nint stride, int count, float weight)
        : ILaneKernel
        where TLoss : struct, IRegressionLoss
    {
        // A row alone would load and store every coordinate of a particle's gradient for one product; and sums of four at first keep more
        // digits than sums of one. The loss stands once in the code and is looped over: four of them exhaust the compiler's inlining.
        private const int RowsAtOnce = 4;

        public void Run<V>()
            where V : struct, ILanes<V>
        {
            for (int row = 0; row < count; row += RowsAtOnce)
            {
                Loop<V>(loss, tile, columns, rows + row, stride, count - row, weight);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(TLoss loss, FlowTile tile, nint columns, float* rows, nint stride, int left, float weight)
            where V : struct, ILanes<V>
        {
            // Behind the last row stands that row again, and counts nothing.
            nint b = Math.Min(1, left - 1), c = Math.Min(2, left - 1), d = Math.Min(3, left - 1);
            float* responses = stackalloc float[RowsAtOnce], weights = stackalloc float[RowsAtOnce];
            float* slopes = stackalloc float[RowsAtOnce * LaneDispatch.Slots];
            int inputs = tile.Dimension - 1;
            float* y = rows + (inputs * stride);
            (responses[0], responses[1], responses[2], responses[3]) = (y[0], y[b], y[c], y[d]);
            for (int row = 0; row < RowsAtOnce; row++)
            {
                weights[row] = row < left ? weight : 0;
            }

            float* points = tile.Points, cotangents = tile.Cotangents, values = tile.Values;
            for (nint column = 0; column < columns; column += V.Count)
            {
                V etaA = V.Load(ref *points, column), etaB = etaA, etaC = etaA, etaD = etaA;
                float* x = rows;
                nint place = column;
                for (int i = 0; i < inputs; i++, x += stride)
                {
                    place += tile.Stride;
                    V z = V.Load(ref *points, place);
                    etaA = V.Fma(V.Splat(x[0]), z, etaA);
                    etaB = V.Fma(V.Splat(x[b]), z, etaB);
                    etaC = V.Fma(V.Splat(x[c]), z, etaC);
                    etaD = V.Fma(V.Splat(x[d]), z, etaD);
                }

                V.Store(etaA, ref *slopes, 0);
                V.Store(etaB, ref *slopes, V.Count);
                V.Store(etaC, ref *slopes, 2 * V.Count);
                V.Store(etaD, ref *slopes, 3 * V.Count);
                V sum = default, byIntercept = default;
                for (int row = 0; row < RowsAtOnce; row++)
                {
                    V factor = V.Splat(weights[row]);
                    V value = loss.Of(V.Load(ref *slopes, row * V.Count), V.Splat(responses[row]), out V slope);
                    slope *= factor;
                    V.Store(slope, ref *slopes, row * V.Count);
                    sum = V.Fma(factor, value, sum);
                    byIntercept += slope;
                }

                V.Store(V.Load(ref *values, column) + sum, ref *values, column);
                V.Store(V.Load(ref *cotangents, column) + byIntercept, ref *cotangents, column);
                V slopeA = V.Load(ref *slopes, 0), slopeB = V.Load(ref *slopes, V.Count);
                V slopeC = V.Load(ref *slopes, 2 * V.Count), slopeD = V.Load(ref *slopes, 3 * V.Count);
                x = rows;
                place = column;
                for (int i = 0; i < inputs; i++, x += stride)
                {
                    place += tile.Stride;
                    sum = V.Fma(V.Splat(x[b]), slopeB, V.Splat(x[0]) * slopeA) + V.Fma(V.Splat(x[d]), slopeD, V.Splat(x[c]) * slopeC);
                    V.Store(V.Load(ref *cotangents, place) + sum, ref *cotangents, place);
                }
            }
        }
    }
}
