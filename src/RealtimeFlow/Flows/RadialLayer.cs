using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Flows;

/// <summary>
/// The radial layer f(z) = z₀ + φ v with v = z − z₀, r = ‖v‖, φ = (s + r)/(α + r), s = α + β &gt; 0: Rezende &amp; Mohamed 2015
/// (arXiv:1505.05770), eq. 14 and appendix A.2 (the print of eq. 14 lacks a β).
/// ln det = (D − 1) ln φ + ln ψ with ψ = (r² + 2αr + αs)/(α + r)²: non-negative terms only.
/// </summary>
/// <remarks>
/// Parameters, in D dimensions: the centre z₀ (D), α, β; raw, they are z₀, α′, β′ with α = 2⁻⁴⁰ + softplus(α′) and
/// s = s_min α + softplus(β′). The power of two keeps α from underflowing; beside an α above 2⁻¹⁶ it is lost in rounding.
/// </remarks>
internal readonly unsafe struct RadialLayer : ILayer
{
    private const double LeastAlpha = 1.0 / (1L << 40);

    // Places of the constants; the centre follows, D numbers.
    private const int Alpha = 0, S = 1, AlphaS = 2, TwoAlpha = 3, AlphaMinusS = 4, FourAlpha = 5, Center = 8;

    /// <inheritdoc/>
    public static string Name => "radial";

    /// <inheritdoc/>
    public static LayerKind KernelsFor(double scale) => LayerKind.Radial;

    /// <inheritdoc/>
    public static (string Name, int Length)[] Tensors(int dimension) => [("center", dimension), ("alpha", 1), ("beta", 1)];

    /// <inheritdoc/>
    public static int ParameterCount(int dimension) => dimension + 2;

    /// <inheritdoc/>
    /// <remarks>Centres ~ N(0, 1), α = 1, β near 0.</remarks>
    public static void Initialize(int dimension, Span<float> numbers)
    {
        float one = (float)ScalarMath.InverseSoftplus(1);
        numbers[dimension] = one;
        numbers[dimension + 1] = one + (0.1f * numbers[dimension + 1]);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// α = 1, and β as near to 0 as a float32 β′ brings it, |β| &lt; 2⁻²³: φ is 1 up to the rounding that the map has anywhere.
    /// </remarks>
    public static void InitializeIdentity(int dimension, FlowConstraint constraint, Span<float> numbers)
    {
        numbers[dimension] = (float)ScalarMath.InverseSoftplus(1);
        numbers[dimension + 1] = (float)ScalarMath.InverseSoftplus(1 - ILayer.LeastScale);
    }

    /// <inheritdoc/>
    public static int ConstantCount(int dimension) => Center + dimension;

    /// <inheritdoc/>
    public static void Constrain(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<float> effective)
    {
        raw[..dimension].CopyTo(effective);
        float alpha = (float)(LeastAlpha + ScalarMath.Softplus(raw[dimension]));
        double s = (ILayer.LeastScale * alpha) + ScalarMath.Softplus(raw[dimension + 1]);
        effective[dimension] = alpha;
        effective[dimension + 1] = (float)(s - alpha);
    }

    /// <inheritdoc/>
    public static void PullBack(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<double> gradient)
    {
        // α = 2⁻⁴⁰ + softplus(α′), β = (s_min − 1) α + softplus(β′).
        double byAlpha = gradient[dimension], byBeta = gradient[dimension + 1];
        gradient[dimension] = (byAlpha + ((ILayer.LeastScale - 1) * byBeta)) * ScalarMath.Sigmoid(raw[dimension]);
        gradient[dimension + 1] = byBeta * ScalarMath.Sigmoid(raw[dimension + 1]);
    }

    /// <inheritdoc/>
    /// <remarks>Rounding is monotone: α + τβ is no less than the lesser of α and α + β, both positive.</remarks>
    public static void Attenuate(int dimension, float tau, Span<float> effective) => effective[dimension + 1] *= tau;

    /// <inheritdoc/>
    public static bool ScalesByCoordinate => false;

    /// <inheritdoc/>
    /// <remarks>φ depends on α/r and β/r alone: centre, α and β are lengths.</remarks>
    public static void ChangeUnits(int dimension, ReadOnlySpan<float> location, ReadOnlySpan<float> scale, Span<float> effective)
    {
        for (int i = 0; i < dimension; i++)
        {
            effective[i] = MathF.FusedMultiplyAdd(scale[i], effective[i], location[i]);
        }

        effective[dimension] *= scale[0];
        effective[dimension + 1] *= scale[0];
    }

    /// <inheritdoc/>
    public static double Scale<T>(int dimension, ReadOnlySpan<T> effective, out double magnitude)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        double alpha = double.CreateTruncating(effective[dimension]), beta = double.CreateTruncating(effective[dimension + 1]);
        magnitude = Math.Abs(alpha) + Math.Abs(beta);
        return alpha + beta;
    }

    /// <inheritdoc/>
    public static string? Defect(int dimension, ReadOnlySpan<float> effective)
    {
        double alpha = effective[dimension];
        double s = Scale(dimension, effective, out _);
        return !TensorPrimitives.IsFiniteAll(effective) ? "has a number that is not finite"
            : !(alpha > 0 && s > 0) ? string.Create(
                CultureInfo.InvariantCulture,
                $"is not invertible: alpha = {alpha:g6} and s = alpha + beta = {s:g6}, which must be above 0")
            : Math.Max(Math.Abs(Math.Log2(s / alpha)), Math.Max(Math.Abs(Math.Log2(alpha)), Math.Abs(Math.Log2(s)))) <= ILayer.MostExponent / 2 ? null
            : string.Create(CultureInfo.InvariantCulture, $"is beyond float32: alpha = {alpha:g6} and s = alpha + beta = {s:g6}");
    }

    /// <inheritdoc/>
    public static double Prepare(int dimension, ReadOnlySpan<float> effective, Span<float> constants)
    {
        double alpha = effective[dimension];
        double s = Scale(dimension, effective, out _);
        constants[Alpha] = (float)alpha;
        constants[S] = (float)s;
        constants[AlphaS] = (float)(alpha * s);
        constants[TwoAlpha] = (float)(2 * alpha);
        constants[AlphaMinusS] = (float)(alpha - s);
        constants[FourAlpha] = (float)(4 * alpha);
        effective[..dimension].CopyTo(constants[Center..]);

        // φ and ψ = 1 + α (s − α)/(α + r)² both lie between 1 and s/α; in two dimensions they share one product.
        return (dimension == 2 ? 2 : 1) * ILayer.ExponentBound(s / alpha);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<V, P>(float* constants, int dimension, ref P point, ref Determinant<V> determinant, out V saved)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        V r = Radius<V, P>(constants, in point);
        V phi = MultiplyDeterminant(constants, dimension, r, ref determinant);
        P.ScaleAbout(ref point, constants + Center, phi);
        saved = r;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// In closed form: r is the positive root of r² − p r − α ρ with ρ = ‖y − z₀‖, which is given, and p = ρ − s; in the form that never
    /// subtracts, q = |p| + √(p² + 4αρ), r = q/2 for p ≥ 0, else 2αρ/q. At y = z₀ it is 0.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InverseStart<V, P>(float* constants, int dimension, in P point, out V given, out V root)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        V rho = Radius<V, P>(constants, in point);
        V p = rho - V.Splat(constants[S]);
        V q = V.Abs(p) + V.Sqrt(V.Fma(p, p, V.Splat(constants[FourAlpha]) * rho));
        given = rho;
        root = V.Select(V.LessThan(p, V.Splat(0)), V.Splat(constants[TwoAlpha]) * rho / q, V.Splat(0.5f) * q);
    }

    /// <inheritdoc/>
    public static int InverseSteps(float* constants) => 0;

    /// <inheritdoc/>
    public static V InverseStep<V>(float* constants, V given, V root)
        where V : struct, ILanes<V> => root;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InverseEnd<V, P>(
        float* constants, int dimension, V given, V root, ref P point, ref Determinant<V> determinant)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        _ = MultiplyDeterminant(constants, dimension, root, ref determinant);
        P.ScaleAbout(ref point, constants + Center, (V.Splat(constants[Alpha]) + root) / (V.Splat(constants[S]) + root));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Push<V, P>(
        float* constants, int dimension, ref P point, ref P score, ref Determinant<V> determinant, out V saved)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        // With e = v/r: J⁻¹ = (1 − e eᵀ r φ_r/ψ)/φ is symmetric, and since ψ = φ + r φ_r, J⁻¹e = e/ψ. ∇ ln det = ((D−1) φ_r/φ + ψ_r/ψ) e.
        // Together G/φ − (φ_r/ψ)((v·G + D − 1)/φ + 2α/(A ψ)) e, since ψ_r = 2α φ_r/A; φ_r/ψ = (α−s)/(A²ψ).
        V r = Radius<V, P>(constants, in point);
        V a = V.Splat(constants[Alpha]) + r;
        V inversePhi = a / (V.Splat(constants[S]) + r);
        V psiA2 = V.Fma(r, V.Splat(constants[TwoAlpha]) + r, V.Splat(constants[AlphaS]));
        V bracket = V.Fma(
            P.DotDisplacement(in point, constants + Center, in score) + V.Splat(dimension - 1),
            inversePhi,
            V.Splat(constants[TwoAlpha]) * a / psiA2);

        // The direction has no limit at the centre, where its factor counts as 0.
        V along = V.Select(V.LessThan(V.Splat(0), r), V.Splat(constants[AlphaMinusS]) / psiA2 * bracket / r, V.Splat(0));
        P.ScaleAndAddDisplacement(ref score, inversePhi, -along, in point, constants + Center);
        P.ScaleAbout(ref point, constants + Center, MultiplyDeterminant(constants, dimension, r, ref determinant));
        saved = r;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<V, P, TGradient>(
        float* constants, int dimension, V saved, V logDetCotangent, ref P point, ref P cotangent, ref GradientSums<P, V> sums)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
        where TGradient : struct, IGradientChoice
    {
        // With A = α + r: φ_r = (α−s)/A², ψ_r = 2α(α−s)/A³, φ_α = −φ/A, φ_s = 1/A, ψ_α = (sr − αs − 2αr)/A³, ψ_s = α/A².
        // φ̄ = ȳ·v + ℓ(D−1)/φ, ψ̄ = ℓ/ψ, r̄ = φ̄ φ_r + ψ̄ ψ_r, x̄ = φ ȳ + (r̄/r) v.
        // Sums: First Σ x̄, Second Σ ȳ (their difference is the centre's), Third ∂α at fixed s, Fourth ∂s.
        V r = saved;
        V alpha = V.Splat(constants[Alpha]);
        V s = V.Splat(constants[S]);
        V sPlusR = s + r;
        V inverseA = V.Splat(1) / (alpha + r);
        V phi = sPlusR * inverseA;
        V inversePhi = (alpha + r) / sPlusR;
        V psiA2 = V.Fma(r, V.Splat(constants[TwoAlpha]) + r, V.Splat(constants[AlphaS]));

        P.ScaleAbout(ref point, constants + Center, inversePhi);
        V phiBar = V.Fma(
            logDetCotangent * V.Splat(dimension - 1), inversePhi, P.DotDisplacement(in point, constants + Center, in cotangent));

        // ψ̄/A², since every derivative of ψ has that factor.
        V psiBar = logDetCotangent / psiA2;
        V alphaMinusS = V.Splat(constants[AlphaMinusS]);
        V rBar = alphaMinusS * V.Fma(phiBar * inverseA, inverseA, V.Splat(constants[TwoAlpha]) * psiBar * inverseA);
        if (TGradient.IsSummed)
        {
            V psiAlpha = V.NegFma(V.Splat(constants[TwoAlpha]), r, V.Fma(s, r, -V.Splat(constants[AlphaS])));
            sums.Third = V.Fma(inverseA, V.Fma(psiBar, psiAlpha, -(phiBar * phi)), sums.Third);
            sums.Fourth = V.Fma(phiBar, inverseA, V.Fma(psiBar, alpha, sums.Fourth));
            P.Accumulate(ref sums.Second, in cotangent, V.Splat(1));
        }

        // The direction v/r has no limit at the centre, where its factor counts as 0.
        V along = V.Select(V.LessThan(V.Splat(0), r), rBar / r, V.Splat(0));
        P.ScaleAndAddDisplacement(ref cotangent, phi, along, in point, constants + Center);
        if (TGradient.IsSummed)
        {
            P.Accumulate(ref sums.First, in cotangent, V.Splat(1));
        }
    }

    /// <inheritdoc/>
    public static void CollectGradient(int dimension, ReadOnlySpan<float> effective, ReadOnlySpan<double> sums, Span<double> gradient)
    {
        for (int i = 0; i < dimension; i++)
        {
            gradient[i] = sums[dimension + i] - sums[i];
        }

        // At fixed β, s moves with α.
        double byScale = sums[(2 * dimension) + 1];
        gradient[dimension] = sums[2 * dimension] + byScale;
        gradient[dimension + 1] = byScale;
    }

    /// <summary>‖z − z₀‖. Beyond 2⁶⁰, where φ and ψ are 1 to all digits, it counts as that, so that squares of it stay finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Radius<V, P>(float* constants, in P point)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V> =>
        V.Min(V.Splat(1L << 60), V.Sqrt(P.SquaredDistance(in point, constants + Center)));

    /// <summary>Multiplies φ^(D−1) ψ at r into the products and returns φ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V MultiplyDeterminant<V>(float* constants, int dimension, V r, ref Determinant<V> determinant)
        where V : struct, ILanes<V>
    {
        V inverseA = V.Splat(1) / (V.Splat(constants[Alpha]) + r);
        V phi = (V.Splat(constants[S]) + r) * inverseA;
        V psi = V.Fma(r, V.Splat(constants[TwoAlpha]) + r, V.Splat(constants[AlphaS])) * inverseA * inverseA;
        determinant.Product *= dimension == 2 ? phi * psi : psi;
        if (dimension > 2)
        {
            determinant.Radial *= phi;
        }

        return phi;
    }
}
