using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>The pass of an activation of one unit, in place.</summary>
/// <typeparam name="TFunction">The activation.</typeparam>
internal sealed unsafe class ElementwisePass<TFunction>(int outputs, IWorkers workers, LaneWidth width) : ActivationPass(outputs, workers)
    where TFunction : struct, IElementwise
{
    /// <inheritdoc/>
    protected override void Forward(in ActivationArguments arguments, int first, int last)
    {
        ForwardKernel kernel = new(arguments, first, last);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <inheritdoc/>
    protected override void Backward(in ActivationArguments arguments, int first, int last)
    {
        BackwardKernel kernel = new(arguments, first, last);
        LaneDispatch.Run(width, ref kernel);
    }

    private readonly struct ForwardKernel(ActivationArguments arguments, int first, int last) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> =>
            Apply<V>(arguments.Units + ((nint)first * arguments.Stride), (nint)(last - first) * arguments.Stride);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Apply<V>(float* units, nint count)
            where V : struct, ILanes<V>
        {
            for (nint i = 0; i < count; i += V.Count)
            {
                V.Store(TFunction.Value(V.Load(ref *units, i)), ref *units, i);
            }
        }
    }

    private readonly struct BackwardKernel(ActivationArguments arguments, int first, int last) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            float* slots = stackalloc float[LaneDispatch.Slots];
            for (int j = first; j < last; j++)
            {
                nint start = (nint)j * arguments.Stride;
                PullBack<V>(arguments.Outputs + start, arguments.Cotangent + start, arguments.Rows, arguments.Stride, slots);
                arguments.BiasGradient[j] = BatchRows.Total(slots);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PullBack<V>(float* outputs, float* cotangent, int rows, int stride, float* slots)
            where V : struct, ILanes<V>
        {
            for (int slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
            {
                V sum = V.Splat(0);
                for (int i = slot; i < stride; i += LaneDispatch.Slots)
                {
                    V ofUnit = BatchRows.Inside<V>(i, rows) & TFunction.PullBack(V.Load(ref *outputs, i), V.Load(ref *cotangent, i));
                    V.Store(ofUnit, ref *cotangent, i);
                    sum += ofUnit;
                }

                V.Store(sum, ref *slots, slot);
            }
        }
    }
}
