using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>
/// The wall ½ Σᵢ (max(|zᵢ| − 4, 0)/0.4)². U₂–U₄ as printed are constant along x but for the wave, so that their e^(−U) has no integral
/// and their free energy no minimum; the wall makes densities of them.
/// </summary>
internal static unsafe class Wall
{
    /// <summary>Adds the wall to the tile's values and its gradient to the cotangents.</summary>
    public static void Add(FlowTile tile, nint columns, LaneWidth width)
    {
        Kernel kernel = new(tile, columns);
        LaneDispatch.Run(width, ref kernel);
    }

    private readonly struct Kernel(FlowTile tile, nint columns) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(tile, columns);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(FlowTile tile, nint columns)
            where V : struct, ILanes<V>
        {
            float* points = tile.Points, cotangents = tile.Cotangents, values = tile.Values;
            nint stride = tile.Stride;
            for (int i = 0; i < tile.Dimension; i++)
            {
                for (nint column = 0; column < columns; column += V.Count)
                {
                    nint place = (i * stride) + column;
                    V z = V.Load(ref *points, place);
                    V beyond = V.Max(V.Abs(z) - V.Splat(4), V.Splat(0));
                    V pull = beyond * V.Splat(1 / (0.4f * 0.4f));
                    V.Store(V.Load(ref *cotangents, place) + V.FlipSign(pull, z), ref *cotangents, place);
                    V.Store(V.Fma(V.Splat(0.5f) * pull, beyond, V.Load(ref *values, column)), ref *values, column);
                }
            }
        }
    }
}
