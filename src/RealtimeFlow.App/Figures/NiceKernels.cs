using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App.Figures;

/// <summary>
/// One layer of NICE on the plane, over particles: (x, y) → R (x, y + m(x)), m(x) = c + Σ_h v_h max(w_h x + b_h, 0) and R fixed and
/// orthogonal. Its parameters: w (H), b (H), v (H), c; R row by row. Points are N of x, then N of y; N is a
/// multiple of sixteen.
/// </summary>
internal static class NiceKernels
{
    /// <summary>H: the hidden units of m.</summary>
    public const int Hidden = 16;

    /// <summary>The numbers of a layer.</summary>
    public const int ParameterCount = (3 * Hidden) + 1;

    /// <summary>The numbers of R.</summary>
    public const int MixingCount = 4;

    private const int InWeights = 0, Biases = Hidden, OutWeights = 2 * Hidden, Offset = 3 * Hidden;

    /// <summary>Makes a layer near the identity of standard normal numbers, its units' kinks spread over the plane's middle.</summary>
    public static void Initialize(Span<float> layer)
    {
        TensorPrimitives.Multiply(layer.Slice(Biases, Hidden), 2, layer.Slice(Biases, Hidden));
        TensorPrimitives.Multiply(layer.Slice(OutWeights, Hidden), 0.1f, layer.Slice(OutWeights, Hidden));
        layer[Offset] = 0;
    }

    /// <summary>The layer, in place.</summary>
    public ref struct Forward : ILaneKernel
    {
        public required ReadOnlySpan<float> Layer, Mixing;
        public required Span<float> Points;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>()
            where V : struct, ILanes<V>
        {
            ref float points = ref MemoryMarshal.GetReference(Points);
            nint count = Points.Length / 2;
            V r00 = V.Splat(Mixing[0]), r01 = V.Splat(Mixing[1]), r10 = V.Splat(Mixing[2]), r11 = V.Splat(Mixing[3]);
            for (nint i = 0; i < count; i += V.Count)
            {
                V x = V.Load(ref points, i);
                V y = V.Load(ref points, count + i) + Shift(Layer, x);
                V.Store(V.Fma(r00, x, r01 * y), ref points, i);
                V.Store(V.Fma(r10, x, r11 * y), ref points, count + i);
            }
        }
    }

    /// <summary>The inverse of the layer, in place.</summary>
    public ref struct Inverse : ILaneKernel
    {
        public required ReadOnlySpan<float> Layer, Mixing;
        public required Span<float> Points;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>()
            where V : struct, ILanes<V>
        {
            ref float points = ref MemoryMarshal.GetReference(Points);
            nint count = Points.Length / 2;
            V r00 = V.Splat(Mixing[0]), r01 = V.Splat(Mixing[1]), r10 = V.Splat(Mixing[2]), r11 = V.Splat(Mixing[3]);
            for (nint i = 0; i < count; i += V.Count)
            {
                V mixedX = V.Load(ref points, i), mixedY = V.Load(ref points, count + i);
                V x = V.Fma(r00, mixedX, r10 * mixedY);
                V.Store(x, ref points, i);
                V.Store(V.Fma(r01, mixedX, r11 * mixedY) - Shift(Layer, x), ref points, count + i);
            }
        }
    }

    /// <summary>
    /// The derivatives by the layer's output become those by its input, in place, and those by its parameters are added to sums. With
    /// (x̄, ȳ) = Rᵀ (the given), δ_h = ȳ v_h where w_h x + b_h &gt; 0, else 0: ∂c = Σ ȳ, ∂v_h = Σ ȳ max(w_h x + b_h, 0), ∂b_h = Σ δ_h,
    /// ∂w_h = Σ δ_h x, and x̄ + Σ_h δ_h w_h goes on.
    /// </summary>
    public ref struct Backward : ILaneKernel
    {
        public required ReadOnlySpan<float> Layer, Mixing;

        /// <summary>x of each particle before the layer.</summary>
        public required ReadOnlySpan<float> Inputs;

        /// <summary>The derivatives by x of each particle, then by y.</summary>
        public required Span<float> Cotangents;

        /// <summary>Sixteen slots a parameter: particle i is summed in slot i mod 16, so that sums have one order at every width.</summary>
        public required Span<float> Sums;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>()
            where V : struct, ILanes<V>
        {
            ref float inputs = ref MemoryMarshal.GetReference(Inputs), cotangents = ref MemoryMarshal.GetReference(Cotangents);
            nint count = Inputs.Length;
            ref float sums = ref MemoryMarshal.GetReference(Sums);
            V r00 = V.Splat(Mixing[0]), r01 = V.Splat(Mixing[1]), r10 = V.Splat(Mixing[2]), r11 = V.Splat(Mixing[3]);
            for (nint slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
            {
                V byC = V.Load(ref sums, Place(Offset, slot));
                for (nint i = slot; i < count; i += LaneDispatch.Slots)
                {
                    V byX = V.Load(ref cotangents, i), byY = V.Load(ref cotangents, count + i);
                    V.Store(V.Fma(r00, byX, r10 * byY), ref cotangents, i);
                    V before = V.Fma(r01, byX, r11 * byY);
                    V.Store(before, ref cotangents, count + i);
                    byC += before;
                }

                V.Store(byC, ref sums, Place(Offset, slot));
            }

            // Units outside, particles inside: the three sums of a unit stay in registers.
            for (int h = 0; h < Hidden; h++)
            {
                V w = V.Splat(Layer[InWeights + h]), b = V.Splat(Layer[Biases + h]), v = V.Splat(Layer[OutWeights + h]), zero = V.Splat(0);
                for (nint slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
                {
                    V byW = V.Load(ref sums, Place(InWeights + h, slot)), byB = V.Load(ref sums, Place(Biases + h, slot)), byV = V.Load(ref sums, Place(OutWeights + h, slot));
                    for (nint i = slot; i < count; i += LaneDispatch.Slots)
                    {
                        V x = V.Load(ref inputs, i), byY = V.Load(ref cotangents, count + i);
                        V unit = V.Fma(w, x, b);
                        V delta = V.LessThan(zero, unit) & (v * byY);
                        byV = V.Fma(byY, V.Max(unit, zero), byV);
                        byB += delta;
                        byW = V.Fma(delta, x, byW);
                        V.Store(V.Fma(delta, w, V.Load(ref cotangents, i)), ref cotangents, i);
                    }

                    V.Store(byW, ref sums, Place(InWeights + h, slot));
                    V.Store(byB, ref sums, Place(Biases + h, slot));
                    V.Store(byV, ref sums, Place(OutWeights + h, slot));
                }
            }
        }

        private static nint Place(int parameter, nint slot) => (parameter * LaneDispatch.Slots) + slot;
    }

    /// <summary>m(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Shift<V>(ReadOnlySpan<float> layer, V x)
        where V : struct, ILanes<V>
    {
        ref float numbers = ref MemoryMarshal.GetReference(layer);
        V shift = V.Splat(Unsafe.Add(ref numbers, Offset));
        for (int h = 0; h < Hidden; h++)
        {
            V unit = V.Fma(V.Splat(Unsafe.Add(ref numbers, InWeights + h)), x, V.Splat(Unsafe.Add(ref numbers, Biases + h)));
            shift = V.Fma(V.Splat(Unsafe.Add(ref numbers, OutWeights + h)), V.Max(unit, V.Splat(0)), shift);
        }

        return shift;
    }
}
