using System.Runtime.CompilerServices;
using RealtimeFlow.Differentiation;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>Binds an energy in any dimension to tiles; the gradient comes by reverse mode.</summary>
internal sealed unsafe class RecordedTarget<TEnergy>(string name, int dimension, TEnergy energy, TargetOptions options)
    : Target(name, dimension, options)
    where TEnergy : struct, IEnergy
{
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width)
    {
        Kernel kernel = new(energy, tile, columns);
        LaneDispatch.Run(width, ref kernel);
    }

    private readonly struct Kernel(TEnergy energy, FlowTile tile, nint columns) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(energy, tile, columns);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(TEnergy energy, FlowTile tile, nint columns)
            where V : struct, ILanes<V>
        {
            float* points = tile.Points, cotangents = tile.Cotangents, values = tile.Values;
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
                }

                Dual<V, TapeNode<V>> value = energy.Energy<Dual<V, TapeNode<V>>>(z);
                V.Store(value.Value, ref *values, column);
                tape.Backward(value.Differential, dimension);
                for (int i = 0; i < dimension; i++)
                {
                    V.Store(V.Load(ref *tape.Start->Node<V>(i + 1), 0), ref *cotangents, (i * stride) + column);
                }
            }
        }
    }
}
