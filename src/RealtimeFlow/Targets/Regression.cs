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
        // digits than sums of one.
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
            V weightA = V.Splat(weight), weightB = V.Splat(left > 1 ? weight : 0);
            V weightC = V.Splat(left > 2 ? weight : 0), weightD = V.Splat(left > 3 ? weight : 0);
            int inputs = tile.Dimension - 1;
            float* points = tile.Points, cotangents = tile.Cotangents, values = tile.Values, y = rows + (inputs * stride);
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

                V lossA = weightA * loss.Of(etaA, V.Splat(y[0]), out V slopeA);
                V lossB = weightB * loss.Of(etaB, V.Splat(y[b]), out V slopeB);
                V lossC = weightC * loss.Of(etaC, V.Splat(y[c]), out V slopeC);
                V lossD = weightD * loss.Of(etaD, V.Splat(y[d]), out V slopeD);
                V.Store(V.Load(ref *values, column) + (lossA + lossB + (lossC + lossD)), ref *values, column);
                slopeA *= weightA;
                slopeB *= weightB;
                slopeC *= weightC;
                slopeD *= weightD;
                V.Store(V.Load(ref *cotangents, column) + (slopeA + slopeB + (slopeC + slopeD)), ref *cotangents, column);
                x = rows;
                place = column;
                for (int i = 0; i < inputs; i++, x += stride)
                {
                    place += tile.Stride;
                    V sum = V.Fma(V.Splat(x[b]), slopeB, V.Splat(x[0]) * slopeA) + V.Fma(V.Splat(x[d]), slopeD, V.Splat(x[c]) * slopeC);
                    V.Store(V.Load(ref *cotangents, place) + sum, ref *cotangents, place);
                }
            }
        }
    }
}
