using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Flows;

/// <summary>The layers that one kernel serves, by their s.</summary>
internal interface IScaleRange
{
    /// <summary>
    /// Whether s &gt; 16: then k magnifies the rounding of 1 − t², whose digits are gone where t is near ±1, and g comes from the
    /// exponential instead.
    /// </summary>
    static abstract bool IsSteep { get; }
}

/// <summary>s ≤ 16: all that is met in practice.</summary>
internal readonly struct Gentle : IScaleRange
{
    /// <inheritdoc/>
    public static bool IsSteep => false;
}

/// <summary>s &gt; 16.</summary>
internal readonly struct Steep : IScaleRange
{
    /// <inheritdoc/>
    public static bool IsSteep => true;
}

/// <summary>Places of a planar layer's constants; w, 2w and 2û follow, D numbers each.</summary>
internal static class PlanarConstants
{
    public const int B = 0, K = 1, QuarterRho = 2, C0 = 3, S = 4, InverseS = 5, Steps = 6, Tanh = 7, W = Tanh + 9;
}

/// <summary>The kernels of <see cref="PlanarLayer{TRange}"/>.</summary>
/// <remarks>
/// They compute with h = t/2 and g/4 = ¼ − h², which cost an operation less than t and g: all that is a power of two is in the
/// constants, or taken out of the sums at the end, and rounds nothing.
/// </remarks>
internal readonly unsafe struct PlanarKernel<TRange, V, P> : ILayerKernel<PlanarKernel<TRange, V, P>, V, P>
    where TRange : struct, IScaleRange
    where V : struct, ILanes<V>
    where P : struct, IPoint<P, V>
{
    private readonly TanhCoefficients<V> _tanh;
    private readonly P _w, _twoW, _twoU;
    private readonly V _b, _k, _fourK, _minusEightK, _quarterRho, _c0, _quarter, _twice, _inverseS, _cubic;
    private readonly bool _expands, _magnifies;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PlanarKernel(float* constants, int dimension)
    {
        float k = constants[PlanarConstants.K], s = constants[PlanarConstants.S];
        float* w = constants + PlanarConstants.W;
        _tanh = TanhCoefficients<V>.Load(in constants[PlanarConstants.Tanh]);
        _w = P.Splat(w, dimension);
        _twoW = P.Splat(w + dimension, dimension);
        _twoU = P.Splat(w + (2 * dimension), dimension);
        _b = V.Splat(constants[PlanarConstants.B]);
        _k = V.Splat(k);
        _fourK = V.Splat(4 * k);
        _minusEightK = V.Splat(-8 * k);
        _quarterRho = V.Splat(constants[PlanarConstants.QuarterRho]);
        _c0 = V.Splat(constants[PlanarConstants.C0]);
        _quarter = V.Splat(0.25f);
        _inverseS = V.Splat(constants[PlanarConstants.InverseS]);
        _cubic = V.Splat(0.5f * k * constants[PlanarConstants.InverseS]);
        _expands = k > 0;
        _twice = V.Splat(_expands ? k + k : s + s);
        _magnifies = k >= 1.25f;
        InverseSteps = (int)constants[PlanarConstants.Steps];
    }

    /// <inheritdoc/>
    public int InverseSteps { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PlanarKernel<TRange, V, P> Load(float* constants, int dimension) => new(constants, dimension);

    /// <inheritdoc/>
    /// <remarks>The pre-activation a = wᵀz + b.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Argument(in P point) => P.Dot(in point, in _w, _b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FourArguments(in P point, float* arguments) => P.FourDots(in point, in _w, _b, arguments);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Forward(V argument, ref P point, ref Determinant<V> determinant, out V saved)
    {
        V h = _tanh.Half(argument);
        determinant.Product *= TRange.IsSteep ? SteepDeterminant(QuarterSlope(argument)) : DeterminantAt(h);
        P.AddScaled(ref point, in _twoU, h);
        saved = TRange.IsSteep ? argument : h;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// With c = wᵀy + b, which is given, the pre-activation a solves a + k tanh a = c. Both sides are odd: the root that is sought
    /// is |a|, of C = |c|.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void InverseStart(in P point, out V given, out V root)
    {
        // Beyond this tanh is ±1 however far, and what follows stays finite.
        const float far = 1e37f;
        V c = P.DotCompensated(in point, in _w, _b);
        given = V.Min(V.Splat(far), V.Max(V.Splat(-far), c));
        root = FirstGuess(V.Abs(given));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Nonlinearity(V root) => _tanh.Half(root);

    /// <inheritdoc/>
    /// <remarks>
    /// <para>
    /// Householder's method of third order (1970), whose error is the fourth power of the one before: with r the residual, d the determinant
    /// and g = 1 − t², r′ = d, r″ = −2 k t g, r‴ = −2 k g (1 − 3 t²), a moves by −r (d² − ½ r r″) / (d³ − d r r″ + r² r‴/6).
    /// </para>
    /// <para>
    /// The residual is a + k t − C or, where k &lt; 0 and the first two would cancel, (a − t) + s t − C.
    /// </para>
    /// <para>Where s is large d³ may overflow, and Newton's method it is: the left side is concave, and from below its steps are monotone.</para>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V InverseStep(V given, V root, V h)
    {
        V residual = V.Fma(_twice, h, (_expands ? root : MinusTanh(root, h)) - V.Abs(given));
        V det = DeterminantAt(h);
        if (TRange.IsSteep)
        {
            return root - (residual / det);
        }

        V quarterG = V.NegFma(h, h, _quarter);
        V bend = _minusEightK * quarterG * residual;
        V upper = V.NegFma(bend, h, det * det);
        V lower = V.NegFma(bend, h, upper);
        V twist = bend * residual * V.Fma(V.Splat(2), quarterG, V.Splat(-1f / 3));
        return root - (residual * upper / V.Fma(det, lower, twist));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void InverseEnd(V given, V root, ref P point, ref Determinant<V> determinant)
    {
        V h = _tanh.Half(root);
        P.SubtractScaled(ref point, in _twoU, V.FlipSign(h, given));
        if (!_magnifies)
        {
            determinant.Product *= DeterminantAt(h);
            return;
        }

        // Where the map spreads the middle of the slope over k, ‖û‖ exceeds what is left of the point, and with it the rounding of û t. The
        // root is good to its own last digits: what wᵀz + b misses of it is a step along û. In the tails, where tanh is ±1, nothing is lost.
        determinant.Product *= SteepDeterminant(QuarterSlope(root));
        V missed = Argument(in point) - V.FlipSign(root, given);
        V halfStep = V.Select(V.LessThan(root, V.Splat(20)), V.Splat(0.5f) * missed / _k, V.Splat(0));
        P.SubtractScaled(ref point, in _twoU, halfStep);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Push(V argument, ref P point, ref P score, ref Determinant<V> determinant, out V saved)
    {
        // J^{−T}x = x − w g (û·x)/det and ∇ ln det = −2 k t g/det w; since det − k g = 1, together G − (g/det)(û·G − 2 k t/det) w.
        V h = _tanh.Half(argument);
        V quarterG = TRange.IsSteep ? QuarterSlope(argument) : V.NegFma(h, h, _quarter);
        V det = TRange.IsSteep ? SteepDeterminant(quarterG) : DeterminantAt(h);
        determinant.Product *= det;
        V twicePull = P.Dot(in score, in _twoU, _minusEightK * h / det);
        P.SubtractScaled(ref score, in _twoW, quarterG / det * twicePull);
        P.AddScaled(ref point, in _twoU, h);
        saved = TRange.IsSteep ? argument : h;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V BackwardQuotient(V saved, V logDetCotangent) =>
        logDetCotangent / (TRange.IsSteep ? SteepDeterminant(QuarterSlope(saved)) : DeterminantAt(saved));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Backward<TGradient>(V saved, V quotient, V logDetCotangent, ref P point, ref P cotangent, ref GradientSums<P, V> sums)
        where TGradient : struct, IGradientChoice
    {
        // ā = g (ȳ·û − 2 k t ℓ/det); x̄ = ȳ + ā w. Sums: First ½ Û = Σ ȳ h, Second ½ W = Σ ½ ā x, Third ¼ κ = Σ ¼ ℓ g/det, Fourth
        // ½ B = Σ ½ ā. The quotient is ℓ/det.
        V h = TRange.IsSteep ? _tanh.Half(saved) : saved;
        V quarterG = TRange.IsSteep ? QuarterSlope(saved) : V.NegFma(h, h, _quarter);
        V halfABar = quarterG * P.Dot(in cotangent, in _twoU, _minusEightK * h * quotient);
        if (TGradient.IsSummed)
        {
            P.PullBackAlong(ref point, ref cotangent, in _twoU, in _twoW, h, halfABar, ref sums.First, ref sums.Second);
            sums.Third = V.Fma(quarterG, quotient, sums.Third);
            sums.Fourth += halfABar;
        }
        else
        {
            P.SubtractScaled(ref point, in _twoU, h);
            P.AddScaled(ref cotangent, in _twoW, halfABar);
        }
    }

    /// <summary>det = k (ρ − t²) + c₀: two fused operations, no cancellation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V DeterminantAt(V h) => V.Fma(_fourK, V.NegFma(h, h, _quarterRho), _c0);

    /// <summary>1 + k g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V SteepDeterminant(V quarterG) => V.Fma(_fourK, quarterG, V.Splat(1));

    /// <summary>¼ (1 − tanh² a) = e/(1 + e)², e = e^(−2|a|): to full relative precision however large a is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V QuarterSlope(V a)
    {
        V e = LaneMath.Exp(V.Splat(-2) * V.Abs(a));
        V onePlus = V.Splat(1) + e;
        return e / (onePlus * onePlus);
    }

    /// <summary>A guess of |a| from C: near enough, for s ≤ 16, that two steps from it reach what float32 can tell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V FirstGuess(V target)
    {
        V shifted = target - _k;
        V overScale = target * _inverseS;
        if (TRange.IsSteep)
        {
            return V.Max(shifted, overScale);
        }

        if (_expands)
        {
            // C/s and half as much again of the cube that follows it in the series of a.
            return V.Max(shifted, V.Min(target, V.Fma(_cubic * overScale, overScale * overScale, overScale)));
        }

        // ∛(3C) is the root for s = 0 near 0; here from a third of the exponent, within 4 %.
        V third = V.FromInt(V.Splat(3) * target) * V.Splat(1f / 3);
        V root = V.AddInt(V.ToInt(third), V.SplatBits(0x2a51_7d47));
        return V.Min(V.Min(shifted, overScale), V.Fma(V.Splat(0.55f), target, V.Splat(0.96f) * root));
    }

    /// <summary>a − tanh a ≥ 0 without cancellation: the series a³/3 − 2a⁵/15 + … below 0.35.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V MinusTanh(V a, V h)
    {
        V a2 = a * a;
        V series = V.Fma(a2, V.Splat(1382f / 155925), V.Splat(-62f / 2835));
        series = V.Fma(a2, series, V.Splat(17f / 315));
        series = V.Fma(a2, series, V.Splat(-2f / 15));
        series = V.Fma(a2, series, V.Splat(1f / 3));
        return V.Select(V.LessThan(a, V.Splat(0.35f)), a * a2 * series, V.NegFma(V.Splat(2), h, a));
    }
}
