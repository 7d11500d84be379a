using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

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

/// <summary>Whether a forward pass carries the score along with the points; a constant to the compiler.</summary>
internal interface IScoreChoice
{
    static abstract bool IsCarried { get; }
}

/// <summary>Points, determinants and the score.</summary>
internal readonly struct WithScore : IScoreChoice
{
    /// <inheritdoc/>
    public static bool IsCarried => true;
}

/// <summary>Points and determinants.</summary>
internal readonly struct WithoutScore : IScoreChoice
{
    /// <inheritdoc/>
    public static bool IsCarried => false;
}

/// <summary>
/// Whether a forward pass keeps what Backward needs; a constant to the compiler, as a test in the loop costs it a twentieth.
/// </summary>
internal interface ISavedChoice
{
    static abstract bool IsKept { get; }
}

/// <summary>For training, and for the score of a density that is read backwards.</summary>
internal readonly struct WithSaved : ISavedChoice
{
    /// <inheritdoc/>
    public static bool IsKept => true;
}

/// <summary>Points and determinants alone.</summary>
internal readonly struct WithoutSaved : ISavedChoice
{
    /// <inheritdoc/>
    public static bool IsKept => false;
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
/// The kernels of a layer, over the lanes (width) and over the point (dimension). The instance is the layer's constants, loaded once
/// a layer and held in registers while a tile passes: a loop that reads them from memory for each row of lanes is a third slower.
/// </summary>
internal unsafe interface ILayerKernel<TSelf, V, P>
    where TSelf : struct, ILayerKernel<TSelf, V, P>
    where V : struct, ILanes<V>
    where P : struct, IPoint<P, V>
{
    /// <summary>Reads the constants that <see cref="ILayer.Prepare"/> wrote.</summary>
    static abstract TSelf Load(float* constants, int dimension);

    /// <summary>What the layer's nonlinearity is a function of: a sum over the coordinates of the input.</summary>
    V Argument(in P point);

    /// <summary><see cref="Argument"/> of four rows of lanes, this and the next three, of points in rows.</summary>
    void FourArguments(in P point, float* arguments);

    /// <summary>The map, of a point and its <see cref="Argument"/>; <paramref name="saved"/> is what Backward needs beside the output.</summary>
    void Forward(V argument, ref P point, ref Determinant<V> determinant, out V saved);

    /// <summary>
    /// The inverse map begins: what it knows of the point (<paramref name="given"/>), and a first guess of the unknown that it has to
    /// find (<paramref name="root"/>).
    /// </summary>
    void InverseStart(in P point, out V given, out V root);

    /// <summary>
    /// How many times <see cref="InverseStep"/> improves the guess. The steps of a point depend on each other, so a step is taken for a
    /// whole tile before the next: the processor then has others to do meanwhile.
    /// </summary>
    int InverseSteps { get; }

    /// <summary>The layer's nonlinearity at the root, from which a step begins.</summary>
    V Nonlinearity(V root);

    /// <summary>One step towards the root.</summary>
    V InverseStep(V given, V root, V nonlinearity);

    /// <summary>The inverse map ends: the point moves, and the determinant of the forward map at the point found is multiplied in.</summary>
    void InverseEnd(V given, V root, ref P point, ref Determinant<V> determinant);

    /// <summary>
    /// The map, and with it the score G = ∇ ln q of the density that it carries along: G becomes J^{−T}(G − ∇ ln det), without inverting
    /// anything (J is the map's Jacobian, J^{−T} its inverse transposed). <paramref name="saved"/> is as Forward's.
    /// </summary>
    void Push(V argument, ref P point, ref P score, ref Determinant<V> determinant, out V saved);

    /// <summary>
    /// A division that <see cref="Backward"/> begins with. It is asked for a row of lanes ahead, and done while the row before is worked on.
    /// </summary>
    V BackwardQuotient(V saved, V logDetCotangent);

    /// <summary>
    /// One step of reverse-mode differentiation, written out: <paramref name="point"/> goes from output to input,
    /// <paramref name="cotangent"/> with it, and the gradient of the effective parameters is added to <paramref name="sums"/> where it is
    /// chosen.
    /// </summary>
    /// <param name="saved">What Forward saved.</param>
    /// <param name="quotient"><see cref="BackwardQuotient"/> of that.</param>
    /// <param name="logDetCotangent">ℓ: the derivative of the loss by this layer's ln det (−1 for the free energy).</param>
    /// <param name="point">The layer's output; becomes its input.</param>
    /// <param name="cotangent">The derivative of the loss by the output; becomes that by the input.</param>
    /// <param name="sums">The sums to add to; <see cref="ILayer.CollectGradient"/> knows what they mean.</param>
    void Backward<TGradient>(V saved, V quotient, V logDetCotangent, ref P point, ref P cotangent, ref GradientSums<P, V> sums)
        where TGradient : struct, IGradientChoice;
}
