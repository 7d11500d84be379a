using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>Binds an energy in any dimension, and its gradient, to tiles.</summary>
internal sealed unsafe class GradientTarget<TEnergy>(string name, int dimension, TEnergy energy, TargetOptions options)
    : Target(name, dimension, options)
    where TEnergy : struct, IGradient
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
            Span<V> memory = LaneMemory.Take<V>(2 * dimension);
            Span<V> z = memory[..dimension], gradient = memory[dimension..];
            for (nint column = 0; column < columns; column += V.Count)
            {
                for (int i = 0; i < dimension; i++)
                {
                    z[i] = V.Load(ref *points, (i * stride) + column);
                }

                V.Store(energy.Energy<V>(z, gradient), ref *values, column);
                for (int i = 0; i < dimension; i++)
                {
                    V.Store(gradient[i], ref *cotangents, (i * stride) + column);
                }
            }
        }
    }
}
