using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>
/// The pass of <see cref="Activation.Maxout"/>. Which unit was the largest is told by comparing again; the cotangent goes to the first that
/// is not less than the output, and is 0 for those after it.
/// </summary>
internal sealed unsafe class MaxoutPass(DenseShape shape, IWorkers workers, LaneWidth width) : ActivationPass(shape.Outputs, workers)
{
    /// <inheritdoc/>
    protected override void Forward(in ActivationArguments arguments, int first, int last)
    {
        ForwardKernel kernel = new(arguments, shape.Window, first, last);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <inheritdoc/>
    protected override void Backward(in ActivationArguments arguments, int first, int last)
    {
        BackwardKernel kernel = new(arguments, shape.Window, first, last);
        LaneDispatch.Run(width, ref kernel);
    }

    private readonly struct ForwardKernel(ActivationArguments arguments, int window, int first, int last) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            nint stride = arguments.Stride;
            for (int j = first; j < last; j++)
            {
                Largest<V>(arguments.Units + (j * window * stride), window, arguments.Outputs + (j * stride), stride);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Largest<V>(float* units, int window, float* output, nint stride)
            where V : struct, ILanes<V>
        {
            for (nint i = 0; i < stride; i += V.Count)
            {
                V largest = V.Load(ref *units, i);
                for (int unit = 1; unit < window; unit++)
                {
                    largest = V.Max(largest, V.Load(ref *units, (unit * stride) + i));
                }

                V.Store(largest, ref *output, i);
            }
        }
    }

    private readonly struct BackwardKernel(ActivationArguments arguments, int window, int first, int last) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            nint stride = arguments.Stride;
            float* slots = stackalloc float[LaneDispatch.Slots];
            for (int j = first; j < last; j++)
            {
                for (int unit = j * window; unit < (j + 1) * window; unit++)
                {
                    PullBack<V>(
                        arguments.Units + (unit * stride), arguments.Outputs + (j * stride), arguments.Cotangent + (j * stride), arguments.Rows, stride, slots);
                    arguments.BiasGradient[unit] = BatchRows.Total(slots);
                }
            }
        }

        /// <summary>One unit: what of the cotangent is its own stands in its place, what is left goes on to the next.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PullBack<V>(float* unit, float* output, float* cotangent, int rows, nint stride, float* slots)
            where V : struct, ILanes<V>
        {
            for (int slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
            {
                V sum = V.Splat(0);
                for (int i = slot; i < stride; i += LaneDispatch.Slots)
                {
                    V less = V.LessThan(V.Load(ref *unit, i), V.Load(ref *output, i));
                    V left = V.Load(ref *cotangent, i), none = V.Splat(0);
                    V own = BatchRows.Inside<V>(i, rows) & V.Select(less, none, left);
                    V.Store(own, ref *unit, i);
                    V.Store(less & left, ref *cotangent, i);
                    sum += own;
                }

                V.Store(sum, ref *slots, slot);
            }
        }
    }
}
