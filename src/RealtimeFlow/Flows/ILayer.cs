using System.Numerics;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>How raw, unbounded parameters become the parameters of an invertible layer.</summary>
public enum FlowConstraint
{
    /// <summary>
    /// wᵀû = m(wᵀu) with m(x) = x for x ≥ 0 and an exponential above −1 below it: u = 0 is exactly the identity map, so layers
    /// can join a running flow without moving a particle. The default for training.
    /// </summary>
    Identity,

    /// <summary>wᵀû = s_min + softplus(wᵀu) − 1: Rezende &amp; Mohamed 2015, appendix A.1 (there s_min = 0).</summary>
    Paper,
}

/// <summary>
/// A kind of layer: parameters, constraint, constants. Its kernels are a struct beside it, an <see cref="ILayerKernel{TSelf, V, P}"/>.
/// </summary>
/// <remarks>
/// Three forms of a layer's numbers: <em>raw</em>, what the optimiser moves; <em>effective</em>, what files hold and formulas
/// speak of, in the same layout; and <em>constants</em>, what kernels read, derived once an update.
/// </remarks>
internal unsafe interface ILayer
{
    /// <summary>The floor s_min that constraints put under s: the inverse amplifies rounding by up to 1/s.</summary>
    const double LeastScale = 1.0 / 4096;

    /// <summary>The most |log₂| of what a layer may multiply into a product: ±2^120 leaves room for the rounding up to the next power.</summary>
    const double MostExponent = 120;

    /// <summary>A bound on |log₂ x| of a positive normal x, from its exponent alone.</summary>
    /// <remarks>
    /// The exponent is read off the bits: <see cref="Math.ILogB(double)"/>, compiled ahead of time without AVX, costs a hundred nanoseconds after
    /// the vectors of whoever calls it, until it is compiled anew; never where tiered compilation is off.
    /// </remarks>
    static int ExponentBound(double x)
    {
        int exponent = (int)(BitConverter.DoubleToUInt64Bits(x) >> 52) - 1023;
        return Math.Max(-exponent, exponent + 1);
    }

    /// <summary>The name in formulas and files.</summary>
    static abstract string Name { get; }

    /// <summary>The kind whose kernels serve a layer of that s: this kind itself, or a variant of it.</summary>
    static abstract LayerKind KernelsFor(double scale);

    /// <summary>The parts of a layer's block of numbers in their order, raw and effective alike, by the names that files give them.</summary>
    static abstract (string Name, int Length)[] Tensors(int dimension);

    /// <summary>The numbers a layer has in D dimensions: the sum of the lengths of <see cref="Tensors"/>.</summary>
    static abstract int ParameterCount(int dimension);

    /// <summary>Makes raw parameters to start training from, near the identity map, of as many standard normal numbers.</summary>
    static abstract void Initialize(int dimension, Span<float> numbers);

    /// <summary>
    /// Makes raw parameters of a layer that is the identity map, to join a flow that has begun to train, of as many standard normal numbers.
    /// </summary>
    /// <exception cref="InvalidOperationException">The constraint has no identity.</exception>
    static abstract void InitializeIdentity(int dimension, FlowConstraint constraint, Span<float> numbers);

    /// <summary>The floats that <see cref="Prepare"/> writes.</summary>
    static abstract int ConstantCount(int dimension);

    /// <summary>Raw to effective parameters. Both spans hold <see cref="ParameterCount"/> numbers.</summary>
    static abstract void Constrain(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<float> effective);

    /// <summary>
    /// Replaces the gradient with respect to the effective parameters by that with respect to the raw ones, in place: the
    /// transpose of the derivative of <see cref="Constrain"/> at <paramref name="raw"/>.
    /// </summary>
    static abstract void PullBack(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<double> gradient);

    /// <summary>
    /// Makes the layer that lies τ of the way from the identity map to this one: û becomes τ û, or β becomes τ β. It is invertible
    /// for every τ from 0 to 1.
    /// </summary>
    static abstract void Attenuate(int dimension, float tau, Span<float> effective);

    /// <summary>Whether units that differ from coordinate to coordinate leave a layer of this kind one.</summary>
    static abstract bool ScalesByCoordinate { get; }

    /// <summary>
    /// Makes the layer what it is in other units, A ∘ f ∘ A⁻¹ with A(z) = m + h ⊙ z: a layer of the same kind. Where every h is a power of
    /// two, nothing is rounded but what depends on m, and invertibility keeps its margin.
    /// </summary>
    /// <param name="dimension">D.</param>
    /// <param name="location">m.</param>
    /// <param name="scale">h, positive; one number for all coordinates unless <see cref="ScalesByCoordinate"/>.</param>
    /// <param name="effective">The layer's block.</param>
    static abstract void ChangeUnits(int dimension, ReadOnlySpan<float> location, ReadOnlySpan<float> scale, Span<float> effective);

    /// <summary>s: 1 + wᵀû (planar), α + β (radial), in float64 from the effective numbers. Invertible means s &gt; 0.</summary>
    /// <param name="dimension">D.</param>
    /// <param name="effective">The layer's block.</param>
    /// <param name="magnitude">The sum of the magnitudes of the terms of s: what its rounding is relative to.</param>
    static abstract double Scale<T>(int dimension, ReadOnlySpan<T> effective, out double magnitude)
        where T : struct, IBinaryFloatingPointIeee754<T>;

    /// <summary>Null for the numbers of an invertible layer, else what is wrong with them, as the end of a sentence.</summary>
    static abstract string? Defect(int dimension, ReadOnlySpan<float> effective);

    /// <summary>
    /// Writes the constants that the kernels read, and returns a bound on |log₂| of what the layer multiplies into each product
    /// of a <see cref="Determinant{V}"/>.
    /// </summary>
    static abstract double Prepare(int dimension, ReadOnlySpan<float> effective, Span<float> constants);

    /// <summary>A pass with the kernels of this kind of layer.</summary>
    static abstract void Run<TPass, V, P>(in LayerRun run)
        where TPass : struct, ILayerPass
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>;

    /// <summary>The sums, laid out as [First (D) | Second (D) | Third | Fourth], as the gradient of the effective parameters.</summary>
    static abstract void CollectGradient(int dimension, ReadOnlySpan<float> effective, ReadOnlySpan<double> sums, Span<double> gradient);

    /// <summary>The numbers a row that <see cref="ConstrainRows"/> writes.</summary>
    static abstract int RowConstantCount(int dimension);

    /// <summary><see cref="Constrain"/> and <see cref="Prepare"/> of rows with parameters of their own.</summary>
    static abstract void ConstrainRows<V>(in RowRun run)
        where V : struct, ILanes<V>;

    /// <summary>The map of such rows.</summary>
    static abstract void ForwardRows<V>(in RowRun run)
        where V : struct, ILanes<V>;

    /// <summary>Reverse-mode differentiation of such rows, written out, down to the raw parameters.</summary>
    static abstract void BackwardRows<V>(in RowRun run)
        where V : struct, ILanes<V>;
}
