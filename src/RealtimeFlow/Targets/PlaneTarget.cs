using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>Binds an energy on the plane, and its gradient, to tiles.</summary>
internal sealed unsafe class PlaneTarget<TEnergy>(string name, TEnergy energy, TargetOptions options, bool walled = false)
    : Target(name, dimension: 2, options)
    where TEnergy : struct, IPlaneGradient
{
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width)
    {
        Evaluate(energy, tile, columns, width);
        if (walled)
        {
            Wall.Add(tile, columns, width);
        }
    }

    /// <summary>U of the tile's points into its values, ∇U into its cotangents.</summary>
    public static void Evaluate(TEnergy energy, FlowTile tile, nint columns, LaneWidth width)
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
            for (nint column = 0; column < columns; column += V.Count)
            {
                V value = energy.Energy(
                    V.Load(ref *points, column), V.Load(ref *points, stride + column), out V byX, out V byY);
                V.Store(value, ref *values, column);
                V.Store(byX, ref *cotangents, column);
                V.Store(byY, ref *cotangents, stride + column);
            }
        }
    }
}
