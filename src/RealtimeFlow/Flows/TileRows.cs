using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>Element-wise work on rows of tiles, between the passes through the chain.</summary>
internal static unsafe class TileRows
{
    /// <summary>Adds a row to sixteen slots: column i to slot i mod 16, in ascending order.</summary>
    public static void AddTo(float* slots, float* values, nint columns, LaneWidth width)
    {
        AddKernel kernel = new(values, columns, slots);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <summary>A row, times a factor.</summary>
    public static void Scale(float* values, nint columns, float factor, LaneWidth width)
    {
        ScaleKernel kernel = new(values, columns, factor);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <summary>The tile's cotangents, times a factor.</summary>
    public static void ScaleCotangents(FlowTile tile, nint columns, float factor, LaneWidth width)
    {
        for (int i = 0; i < tile.Dimension; i++)
        {
            Scale(tile.Cotangents + (i * tile.Stride), columns, factor, width);
        }
    }

    /// <summary>The tile's cotangents, times a factor, plus its scores.</summary>
    public static void ScaleCotangentsAndAddScores(FlowTile tile, nint columns, float factor, LaneWidth width)
    {
        for (int i = 0; i < tile.Dimension; i++)
        {
            CombineKernel kernel = new(tile.Cotangents + (i * tile.Stride), tile.Scores + (i * tile.Stride), columns, factor);
            LaneDispatch.Run(width, ref kernel);
        }
    }

    private readonly struct AddKernel(float* values, nint columns, float* slots) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(values, columns, slots);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(float* values, nint columns, float* slots)
            where V : struct, ILanes<V>
        {
            for (int slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
            {
                V sum = V.Load(ref *slots, slot);
                for (nint column = slot; column < columns; column += LaneDispatch.Slots)
                {
                    sum += V.Load(ref *values, column);
                }

                V.Store(sum, ref *slots, slot);
            }
        }
    }

    private readonly struct ScaleKernel(float* values, nint columns, float factor) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(values, columns, factor);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(float* values, nint columns, float factor)
            where V : struct, ILanes<V>
        {
            for (nint column = 0; column < columns; column += V.Count)
            {
                V.Store(V.Splat(factor) * V.Load(ref *values, column), ref *values, column);
            }
        }
    }

    private readonly struct CombineKernel(float* values, float* others, nint columns, float factor) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(values, others, columns, factor);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(float* values, float* others, nint columns, float factor)
            where V : struct, ILanes<V>
        {
            for (nint column = 0; column < columns; column += V.Count)
            {
                V.Store(V.Fma(V.Splat(factor), V.Load(ref *values, column), V.Load(ref *others, column)), ref *values, column);
            }
        }
    }
}
