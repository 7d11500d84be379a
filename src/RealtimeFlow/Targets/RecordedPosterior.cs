using System.Runtime.CompilerServices;
using RealtimeFlow.Differentiation;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>Binds a posterior to tiles; the gradient of each row's likelihood comes by reverse mode.</summary>
internal sealed unsafe class RecordedPosterior<TPosterior>(
    string name, int dimension, TPosterior posterior, DataSet data, TargetOptions options)
    : DataTarget(name, dimension, data, options)
    where TPosterior : struct, IPosterior
{
    private readonly Func<Target, double>? _logNormalizer = options.LogNormalizer;

    /// <inheritdoc/>
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width, in RowBatch rows)
    {
        Kernel kernel = new(posterior, tile, columns, rows);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <inheritdoc/>
    private protected override double? LogEvidence() => _logNormalizer?.Invoke(this);

    private readonly struct Kernel(TPosterior posterior, FlowTile tile, nint columns, RowBatch rows) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(posterior, tile, columns, rows);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(TPosterior posterior, FlowTile tile, nint columns, RowBatch rows)
            where V : struct, ILanes<V>
        {
            float* points = tile.Points;
            nint stride = tile.Stride;
            int dimension = tile.Dimension;
            Tape tape = Tape.Mine;
            Span<Dual<V, TapeNode<V>>> z = LaneMemory.Take<Dual<V, TapeNode<V>>>(dimension);
            for (nint column = 0; column < columns; column += V.Count)
            {
                tape.Begin<V>(dimension);
                for (int i = 0; i < dimension; i++)
                {
                    z[i] = new(V.Load(ref *points, (i * stride) + column), new(tape.Start, i + 1, V.Splat(1)));
                    V.Store(V.Splat(0), ref *tile.Cotangents, (i * stride) + column);
                }

                V.Store(V.Splat(0), ref *tile.Values, column);
                Add(tile, column, tape, posterior.NegativeLogPrior<Dual<V, TapeNode<V>>>(z), V.Splat(1));
                for (int row = 0; row < rows.Count; row++)
                {
                    tape.Begin<V>(dimension);
                    Add(
                        tile, column, tape, posterior.NegativeLogLikelihood<Dual<V, TapeNode<V>>>(z, new DataRow(rows, row)), V.Splat(rows.Weight));
                }
            }
        }

        private static void Add<V>(FlowTile tile, nint column, Tape tape, Dual<V, TapeNode<V>> loss, V weight)
            where V : struct, ILanes<V>
        {
            V.Store(V.Fma(weight, loss.Value, V.Load(ref *tile.Values, column)), ref *tile.Values, column);
            tape.Backward(loss.Differential, tile.Dimension);
            for (int i = 0; i < tile.Dimension; i++)
            {
                nint place = (i * tile.Stride) + column;
                V.Store(V.Fma(weight, V.Load(ref *tape.Start->Node<V>(i + 1), 0), V.Load(ref *tile.Cotangents, place)), ref *tile.Cotangents, place);
            }
        }
    }
}
