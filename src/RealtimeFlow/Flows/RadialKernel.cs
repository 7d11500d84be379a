using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>Places of a radial layer's constants; the centre follows, D numbers.</summary>
internal static class RadialConstants
{
    public const int Alpha = 0, S = 1, AlphaS = 2, TwoAlpha = 3, AlphaMinusS = 4, FourAlpha = 5, Center = 6;
}

/// <summary>The kernels of <see cref="RadialLayer"/>.</summary>
internal readonly unsafe struct RadialKernel<V, P> : ILayerKernel<RadialKernel<V, P>, V, P>
    where V : struct, ILanes<V>
    where P : struct, IPoint<P, V>
{
    private readonly P _center;
    private readonly V _alpha, _s, _alphaS, _twoAlpha, _alphaMinusS, _fourAlpha, _others;
    private readonly int _dimension;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RadialKernel(float* constants, int dimension)
    {
        _center = P.Splat(constants + RadialConstants.Center, dimension);
        _alpha = V.Splat(constants[RadialConstants.Alpha]);
        _s = V.Splat(constants[RadialConstants.S]);
        _alphaS = V.Splat(constants[RadialConstants.AlphaS]);
        _twoAlpha = V.Splat(constants[RadialConstants.TwoAlpha]);
        _alphaMinusS = V.Splat(constants[RadialConstants.AlphaMinusS]);
        _fourAlpha = V.Splat(constants[RadialConstants.FourAlpha]);
        _others = V.Splat(dimension - 1);
        _dimension = dimension;
    }

    /// <inheritdoc/>
    public int InverseSteps => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RadialKernel<V, P> Load(float* constants, int dimension) => new(constants, dimension);

    /// <inheritdoc/>
    /// <remarks>‖z − z₀‖².</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Argument(in P point) => P.SquaredDistance(in point, in _center);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FourArguments(in P point, float* arguments) => P.FourSquaredDistances(in point, in _center, arguments);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Forward(V argument, ref P point, ref Determinant<V> determinant, out V saved)
    {
        V r = Radius(argument);
        V phi = MultiplyDeterminant(r, ref determinant);
        P.ScaleAbout(ref point, in _center, phi);
        saved = r;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// In closed form: r is the positive root of r² − p r − α ρ with ρ = ‖y − z₀‖, which is given, and p = ρ − s; in the form that never
    /// subtracts, q = |p| + √(p² + 4αρ), r = q/2 for p ≥ 0, else 2αρ/q. At y = z₀ it is 0.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void InverseStart(in P point, out V given, out V root)
    {
        V rho = Radius(Argument(in point));
        V p = rho - _s;
        V q = V.Abs(p) + V.Sqrt(V.Fma(p, p, _fourAlpha * rho));
        given = rho;
        root = V.Select(V.LessThan(p, V.Splat(0)), _twoAlpha * rho / q, V.Splat(0.5f) * q);
    }

    /// <inheritdoc/>
    public V Nonlinearity(V root) => default;

    /// <inheritdoc/>
    public V InverseStep(V given, V root, V nonlinearity) => root;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void InverseEnd(V given, V root, ref P point, ref Determinant<V> determinant)
    {
        _ = MultiplyDeterminant(root, ref determinant);
        P.ScaleAbout(ref point, in _center, (_alpha + root) / (_s + root));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Push(V argument, ref P point, ref P score, ref Determinant<V> determinant, out V saved)
    {
        // With e = v/r: J⁻¹ = (1 − e eᵀ r φ_r/ψ)/φ is symmetric, and since ψ = φ + r φ_r, J⁻¹e = e/ψ. ∇ ln det = ((D−1) φ_r/φ + ψ_r/ψ) e.
        // Together G/φ − (φ_r/ψ)((v·G + D − 1)/φ + 2α/(A ψ)) e, since ψ_r = 2α φ_r/A; φ_r/ψ = (α−s)/(A²ψ).
        V r = Radius(argument);
        V a = _alpha + r;
        V inversePhi = a / (_s + r);
        V psiA2 = V.Fma(r, _twoAlpha + r, _alphaS);
        V bracket = V.Fma(
            P.DotDisplacement(in point, in _center, in score) + _others,
            inversePhi,
            _twoAlpha * a / psiA2);

        // The direction has no limit at the centre, where its factor counts as 0.
        V along = V.Select(V.LessThan(V.Splat(0), r), _alphaMinusS / psiA2 * bracket / r, V.Splat(0));
        P.ScaleAndAddDisplacement(ref score, inversePhi, -along, in point, in _center);
        P.ScaleAbout(ref point, in _center, MultiplyDeterminant(r, ref determinant));
        saved = r;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V BackwardQuotient(V saved, V logDetCotangent) => V.Splat(1) / (_alpha + saved);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<TGradient>(V saved, V quotient, V logDetCotangent, ref P point, ref P cotangent, ref GradientSums<P, V> sums)
        where TGradient : struct, IGradientChoice
    {
        // With A = α + r: φ_r = (α−s)/A², ψ_r = 2α(α−s)/A³, φ_α = −φ/A, φ_s = 1/A, ψ_α = (sr − αs − 2αr)/A³, ψ_s = α/A².
        // φ̄ = ȳ·v + ℓ(D−1)/φ, ψ̄ = ℓ/ψ, r̄ = φ̄ φ_r + ψ̄ ψ_r, x̄ = φ ȳ + (r̄/r) v.
        // Sums: First Σ x̄, Second Σ ȳ (their difference is the centre's), Third ∂α at fixed s, Fourth ∂s.
        V r = saved;
        V sPlusR = _s + r;
        V inverseA = quotient;
        V phi = sPlusR * inverseA;
        V inversePhi = (_alpha + r) / sPlusR;
        V psiA2 = V.Fma(r, _twoAlpha + r, _alphaS);

        P.ScaleAbout(ref point, in _center, inversePhi);
        V phiBar = V.Fma(
            logDetCotangent * _others, inversePhi, P.DotDisplacement(in point, in _center, in cotangent));

        // ψ̄/A², since every derivative of ψ has that factor.
        V psiBar = logDetCotangent / psiA2;
        V rBar = _alphaMinusS * V.Fma(phiBar * inverseA, inverseA, _twoAlpha * psiBar * inverseA);
        if (TGradient.IsSummed)
        {
            V psiAlpha = V.NegFma(_twoAlpha, r, V.Fma(_s, r, -_alphaS));
            sums.Third = V.Fma(inverseA, V.Fma(psiBar, psiAlpha, -(phiBar * phi)), sums.Third);
            sums.Fourth = V.Fma(phiBar, inverseA, V.Fma(psiBar, _alpha, sums.Fourth));
        }

        // The direction v/r has no limit at the centre, where its factor counts as 0.
        V along = V.Select(V.LessThan(V.Splat(0), r), rBar / r, V.Splat(0));
        if (TGradient.IsSummed)
        {
            P.PullBackAbout(ref cotangent, phi, along, in point, in _center, ref sums.First, ref sums.Second);
        }
        else
        {
            P.ScaleAndAddDisplacement(ref cotangent, phi, along, in point, in _center);
        }
    }

    /// <summary>‖z − z₀‖. Beyond 2⁶⁰, where φ and ψ are 1 to all digits, it counts as that, so that squares of it stay finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Radius(V squared) => V.Min(V.Splat(1L << 60), V.Sqrt(squared));

    /// <summary>Multiplies φ^(D−1) ψ at r into the products and returns φ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V MultiplyDeterminant(V r, ref Determinant<V> determinant)
    {
        V inverseA = V.Splat(1) / (_alpha + r);
        V phi = (_s + r) * inverseA;
        V psi = V.Fma(r, _twoAlpha + r, _alphaS) * inverseA * inverseA;
        determinant.Product *= _dimension == 2 ? phi * psi : psi;
        if (_dimension > 2)
        {
            determinant.Radial *= phi;
        }

        return phi;
    }
}
