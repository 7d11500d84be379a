using System.Numerics;
using System.Runtime.CompilerServices;
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

/// <summary>The product of the determinants along a chain, one a lane: its logarithm is taken once, at the end.</summary>
internal unsafe struct Determinant<V>
    where V : struct, ILanes<V>
{
    /// <summary>Π det of planar layers; Π ψ, or Π φψ in two dimensions, of radial ones.</summary>
    public V Product;

    /// <summary>Π φ of radial layers in more than two dimensions, which counts D − 1 times.</summary>
    public V Radial;

    /// <summary>Reads the products of the columns from <paramref name="column"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Determinant<V> Load(float* product, float* radial, nint column, int dimension)
    {
        Determinant<V> determinant;
        determinant.Product = V.Load(ref *product, column);
        determinant.Radial = dimension > 2 ? V.Load(ref *radial, column) : default;
        return determinant;
    }

    /// <summary>Writes them back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* product, float* radial, nint column, int dimension)
    {
        V.Store(Product, ref *product, column);
        if (dimension > 2)
        {
            V.Store(Radial, ref *radial, column);
        }
    }
}

/// <summary>Whether a backward pass sums the gradient of the parameters, or takes nothing but points and cotangents back; a constant to the compiler.</summary>
internal interface IGradientChoice
{
    static abstract bool IsSummed { get; }
}

/// <summary>For training.</summary>
internal readonly struct WithGradient : IGradientChoice
{
    /// <inheritdoc/>
    public static bool IsSummed => true;
}

/// <summary>For the score of a density.</summary>
internal readonly struct WithoutGradient : IGradientChoice
{
    /// <inheritdoc/>
    public static bool IsSummed => false;
}

/// <summary>The sums over particles that make a layer's gradient; what each means is said in the layer's file.</summary>
internal struct GradientSums<P, V>
    where P : struct, IPoint<P, V>
    where V : struct, ILanes<V>
{
    public P First;
    public P Second;
    public V Third;
    public V Fourth;
}

/// <summary>
/// A kind of layer. Its file holds, in this order: parameters, constraint, constants, Forward, Inverse, Backward. Kernels are
/// static and generic: over the lanes (width) and over the point (dimension).
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

    /// <summary>A bound on |log₂ x| of a positive x, from its exponent alone.</summary>
    static int ExponentBound(double x)
    {
        int exponent = Math.ILogB(x);
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

    /// <summary>The map; <paramref name="saved"/> is what Backward needs beside the output.</summary>
    static abstract void Forward<V, P>(float* constants, int dimension, ref P point, ref Determinant<V> determinant, out V saved)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>;

    /// <summary>
    /// The inverse map begins: what it knows of the point (<paramref name="given"/>), and a first guess of the unknown that it has to
    /// find (<paramref name="root"/>).
    /// </summary>
    static abstract void InverseStart<V, P>(float* constants, int dimension, in P point, out V given, out V root)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>;

    /// <summary>
    /// How many times <see cref="InverseStep"/> improves the guess. The steps of a point depend on each other, so a step is taken for a
    /// whole tile before the next: the processor then has others to do meanwhile.
    /// </summary>
    static abstract int InverseSteps(float* constants);

    /// <summary>One step towards the root.</summary>
    static abstract V InverseStep<V>(float* constants, V given, V root)
        where V : struct, ILanes<V>;

    /// <summary>The inverse map ends: the point moves, and the determinant of the forward map at the point found is multiplied in.</summary>
    static abstract void InverseEnd<V, P>(
        float* constants, int dimension, V given, V root, ref P point, ref Determinant<V> determinant)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>;

    /// <summary>
    /// The map, and with it the score G = ∇ ln q of the density that it carries along: G becomes J^{−T}(G − ∇ ln det), without inverting
    /// anything (J is the map's Jacobian, J^{−T} its inverse transposed). <paramref name="saved"/> is as Forward's.
    /// </summary>
    static abstract void Push<V, P>(
        float* constants, int dimension, ref P point, ref P score, ref Determinant<V> determinant, out V saved)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>;

    /// <summary>
    /// One step of reverse-mode differentiation, written out: <paramref name="point"/> goes from output to input,
    /// <paramref name="cotangent"/> with it, and the gradient of the effective parameters is added to <paramref name="sums"/> where it is
    /// chosen.
    /// </summary>
    /// <param name="constants">The layer's constants.</param>
    /// <param name="dimension">D.</param>
    /// <param name="saved">What Forward saved.</param>
    /// <param name="logDetCotangent">ℓ: the derivative of the loss by this layer's ln det (−1 for the free energy).</param>
    /// <param name="point">The layer's output; becomes its input.</param>
    /// <param name="cotangent">The derivative of the loss by the output; becomes that by the input.</param>
    /// <param name="sums">The sums to add to.</param>
    static abstract void Backward<V, P, TGradient>(
        float* constants, int dimension, V saved, V logDetCotangent, ref P point, ref P cotangent, ref GradientSums<P, V> sums)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
        where TGradient : struct, IGradientChoice;

    /// <summary>The sums, laid out as [First (D) | Second (D) | Third | Fourth], as the gradient of the effective parameters.</summary>
    static abstract void CollectGradient(int dimension, ReadOnlySpan<float> effective, ReadOnlySpan<double> sums, Span<double> gradient);
}
