using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
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

/// <summary>
/// The planar layer f(z) = z + û tanh(wᵀz + b): Rezende &amp; Mohamed 2015 (arXiv:1505.05770), eq. 10–12 and appendix A.1.
/// With t = tanh a, g = 1 − t², k = wᵀû and s = 1 + k &gt; 0, its determinant is 1 + k g = t² + s g.
/// </summary>
/// <remarks>
/// Parameters, in D dimensions: w (D), u (D; raw, or effective û), b. The layer carries s, never 1 + k recomputed, and no
/// absolute value or epsilon stands around the determinant: both terms of t² + s g are positive.
/// </remarks>
/// <typeparam name="TRange">Which layers it computes: <see cref="Gentle"/> or <see cref="Steep"/>, a constant to the compiler.</typeparam>
internal readonly unsafe struct PlanarLayer<TRange> : ILayer
    where TRange : struct, IScaleRange
{
    // Places of the constants; w and û follow, D numbers each.
    private const int B = 0, K = 1, Rho = 2, C0 = 3, MinusTwoK = 4, S = 5, InverseS = 6, Steps = 7, W = 8;

    /// <inheritdoc/>
    public static string Name => "planar";

    /// <inheritdoc/>
    public static LayerKind KernelsFor(double scale) => scale > 16 ? LayerKind.SteepPlanar : LayerKind.Planar;

    /// <inheritdoc/>
    public static (string Name, int Length)[] Tensors(int dimension) => [("w", dimension), ("u", dimension), ("b", 1)];

    /// <inheritdoc/>
    public static int ParameterCount(int dimension) => (2 * dimension) + 1;

    /// <inheritdoc/>
    /// <remarks>w ~ N(0, 1), u ~ 0.3 N(0, 1), b ~ N(0, 1): hyperplanes spread over the base's mass, maps near the identity.</remarks>
    public static void Initialize(int dimension, Span<float> numbers)
    {
        foreach (ref float u in numbers.Slice(dimension, dimension))
        {
            u *= 0.3f;
        }
    }

    /// <inheritdoc/>
    /// <remarks>u = 0: then s = 1 and the map moves no bit of a point or of a determinant. The gradient by u is not 0, so it learns.</remarks>
    public static void InitializeIdentity(int dimension, FlowConstraint constraint, Span<float> numbers)
    {
        if (constraint != FlowConstraint.Identity)
        {
            throw new InvalidOperationException(
                "Under the paper's constraint no u makes a planar layer exactly the identity map; train with the identity constraint.");
        }

        Initialize(dimension, numbers);
        numbers.Slice(dimension, dimension).Clear();
    }

    /// <inheritdoc/>
    public static int ConstantCount(int dimension) => W + (2 * dimension);

    /// <inheritdoc/>
    public static void Constrain(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<float> effective)
    {
        raw.CopyTo(effective);
        ReadOnlySpan<float> w = raw[..dimension];
        Span<float> u = effective.Slice(dimension, dimension);
        (double dot, double norm2) = Products(w, u);
        double shift = Bend(constraint, dot, norm2).Shift;
        if (shift != 0)
        {
            double ratio = shift / norm2;
            for (int i = 0; i < dimension; i++)
            {
                u[i] = (float)(u[i] + (ratio * w[i]));
            }
        }

        RestoreScale(dimension, ILayer.LeastScale, norm2, effective);
    }

    /// <inheritdoc/>
    public static void PullBack(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<double> gradient)
    {
        // û = u + δ(C)/n w with C = wᵀu, n = ‖w‖², δ = m(C) − C. With Ū, W̄ the gradients by û and w taken as independent,
        // p = Ū·w: ∂u = Ū + (p/n) δ′ w and ∂w = W̄ + (δ/n) Ū + (p/n) δ′ u − 2 (p δ/n²) w.
        ReadOnlySpan<float> w = raw[..dimension];
        ReadOnlySpan<float> u = raw.Slice(dimension, dimension);
        Span<double> gradientW = gradient[..dimension];
        Span<double> gradientU = gradient.Slice(dimension, dimension);
        (double dot, double norm2) = Products(w, u);
        (double shift, double slope) = Bend(constraint, dot, norm2);
        if (shift == 0 && slope == 0)
        {
            return;
        }

        double p = 0;
        for (int i = 0; i < dimension; i++)
        {
            p += gradientU[i] * w[i];
        }

        double ratio = shift / norm2;
        p /= norm2;
        for (int i = 0; i < dimension; i++)
        {
            gradientW[i] += (ratio * gradientU[i]) + (p * slope * u[i]) - (2 * p * ratio * w[i]);
            gradientU[i] += p * slope * w[i];
        }
    }

    /// <inheritdoc/>
    public static void Attenuate(int dimension, float tau, Span<float> effective)
    {
        double s = ScaleOf(dimension, effective);
        foreach (ref float u in effective.Slice(dimension, dimension))
        {
            u *= tau;
        }

        ReadOnlySpan<float> w = effective[..dimension];
        RestoreScale(dimension, Math.Min(1, s), Products(w, w).Norm2, effective);
    }

    /// <inheritdoc/>
    public static bool ScalesByCoordinate => true;

    /// <inheritdoc/>
    /// <remarks>m + h ⊙ (z + û tanh(wᵀz + b)) at z = (y − m)/h is y + (h ⊙ û) tanh((w/h)ᵀy + b − (w/h)ᵀm).</remarks>
    public static void ChangeUnits(int dimension, ReadOnlySpan<float> location, ReadOnlySpan<float> scale, Span<float> effective)
    {
        double shift = 0;
        for (int i = 0; i < dimension; i++)
        {
            effective[i] /= scale[i];
            effective[dimension + i] *= scale[i];
            shift += (double)effective[i] * location[i];
        }

        effective[2 * dimension] = (float)(effective[2 * dimension] - shift);
    }

    /// <inheritdoc/>
    public static double Scale<T>(int dimension, ReadOnlySpan<T> effective, out double magnitude)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        double s = magnitude = 1;
        for (int i = 0; i < dimension; i++)
        {
            double term = double.CreateTruncating(effective[i]) * double.CreateTruncating(effective[dimension + i]);
            s += term;
            magnitude += Math.Abs(term);
        }

        return s;
    }

    /// <inheritdoc/>
    public static string? Defect(int dimension, ReadOnlySpan<float> effective)
    {
        double s = ScaleOf(dimension, effective);
        return !TensorPrimitives.IsFiniteAll(effective) ? "has a number that is not finite"
            : !(s > 0) ? string.Create(CultureInfo.InvariantCulture, $"is not invertible: s = 1 + w·u = {s:g6}, which must be above 0")
            : Math.Abs(Math.Log2(s)) <= ILayer.MostExponent ? null
            : string.Create(CultureInfo.InvariantCulture, $"is beyond float32: s = 1 + w·u = {s:g6}");
    }

    /// <inheritdoc/>
    public static double Prepare(int dimension, ReadOnlySpan<float> effective, Span<float> constants)
    {
        double s = ScaleOf(dimension, effective);
        double k = s - 1;
        constants[B] = effective[2 * dimension];
        constants[K] = (float)k;

        // det = t² + s g = k (ρ − t²) + c₀, where the two choices of (ρ, c₀) add terms of one sign only.
        constants[Rho] = k > 0 ? 1 : 0;
        constants[C0] = k > 0 ? 1 : (float)s;
        constants[MinusTwoK] = (float)(-2 * k);
        constants[S] = (float)s;
        constants[InverseS] = (float)(1 / s);
        constants[Steps] = NewtonSteps(s);
        effective[..(2 * dimension)].CopyTo(constants[W..]);
        return ILayer.ExponentBound(s);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<V, P>(float* constants, int dimension, ref P point, ref Determinant<V> determinant, out V saved)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        V a = P.Dot(in point, constants + W, V.Splat(constants[B]));
        V t = LaneMath.Tanh(a);
        if (TRange.IsSteep)
        {
            determinant.Product *= SteepDeterminant(constants, SechSquared(a));
            saved = a;
        }
        else
        {
            determinant.Product *= DeterminantAt(constants, t);
            saved = t;
        }

        P.AddScaled(ref point, constants + W + dimension, t);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// With c = wᵀy + b, which is given, the pre-activation a solves a + k tanh a = c. Both sides are odd: the root that is sought
    /// is |a|, of C = |c|.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InverseStart<V, P>(float* constants, int dimension, in P point, out V given, out V root)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        // Beyond this tanh is ±1 however far, and what follows stays finite.
        const float far = 1e37f;
        V c = P.DotCompensated(in point, constants + W, V.Splat(constants[B]));
        given = V.Min(V.Splat(far), V.Max(V.Splat(-far), c));
        root = Bracket(constants, V.Abs(given));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int InverseSteps(float* constants) => (int)constants[Steps];

    /// <inheritdoc/>
    /// <remarks>
    /// On a ≥ 0 the left side is concave for k &gt; 0 and convex otherwise, so from the bracket's near end Newton's steps are monotone:
    /// no bisection, no branch.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V InverseStep<V>(float* constants, V given, V root)
        where V : struct, ILanes<V>
    {
        V t = LaneMath.Tanh(root);
        V residual = V.Fma(V.Splat(constants[S]), t, AMinusTanh(root, t) - V.Abs(given));
        return root - (residual / DeterminantAt(constants, t));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InverseEnd<V, P>(
        float* constants, int dimension, V given, V root, ref P point, ref Determinant<V> determinant)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        V t = LaneMath.Tanh(root);
        V sign = given & V.SplatBits(0x8000_0000);
        P.SubtractScaled(ref point, constants + W + dimension, t ^ sign);
        if (constants[K] < 1.25f)
        {
            determinant.Product *= DeterminantAt(constants, t);
            return;
        }

        // Where the map spreads the middle of the slope over k, ‖û‖ exceeds what is left of the point, and with it the rounding of û t. The
        // root is good to its own last digits: what wᵀz + b misses of it is a step along û. In the tails, where tanh is ±1, nothing is lost.
        determinant.Product *= SteepDeterminant(constants, SechSquared(root));
        V missed = P.Dot(in point, constants + W, V.Splat(constants[B])) - (root ^ sign);
        V step = V.Select(V.LessThan(root, V.Splat(20)), missed / V.Splat(constants[K]), V.Splat(0));
        P.SubtractScaled(ref point, constants + W + dimension, step);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Push<V, P>(
        float* constants, int dimension, ref P point, ref P score, ref Determinant<V> determinant, out V saved)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        // J^{−T}x = x − w g (û·x)/det and ∇ ln det = −2 k t g/det w; since det − k g = 1, together G − (g/det)(û·G − 2 k t/det) w.
        V a = P.Dot(in point, constants + W, V.Splat(constants[B]));
        V t = LaneMath.Tanh(a);
        V g = TRange.IsSteep ? SechSquared(a) : V.NegFma(t, t, V.Splat(1));
        V det = TRange.IsSteep ? SteepDeterminant(constants, g) : DeterminantAt(constants, t);
        determinant.Product *= det;
        V pull = P.Dot(in score, constants + W + dimension, V.Splat(constants[MinusTwoK]) * t / det);
        P.SubtractScaled(ref score, constants + W, g / det * pull);
        P.AddScaled(ref point, constants + W + dimension, t);
        saved = TRange.IsSteep ? a : t;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<V, P, TGradient>(
        float* constants, int dimension, V saved, V logDetCotangent, ref P point, ref P cotangent, ref GradientSums<P, V> sums)
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
        where TGradient : struct, IGradientChoice
    {
        // ā = g (ȳ·û − 2 k t ℓ/det); x̄ = ȳ + ā w. Sums: First Û = Σ ȳ t, Second W = Σ ā x, Third κ = Σ ℓ g/det, Fourth B = Σ ā.
        V t, g, det;
        if (TRange.IsSteep)
        {
            t = LaneMath.Tanh(saved);
            g = SechSquared(saved);
            det = SteepDeterminant(constants, g);
        }
        else
        {
            t = saved;
            g = V.NegFma(t, t, V.Splat(1));
            det = DeterminantAt(constants, t);
        }

        V perDet = logDetCotangent / det;
        V pull = P.Dot(in cotangent, constants + W + dimension, V.Splat(constants[MinusTwoK]) * t * perDet);
        V aBar = g * pull;
        P.SubtractScaled(ref point, constants + W + dimension, t);
        if (TGradient.IsSummed)
        {
            P.Accumulate(ref sums.First, in cotangent, t);
            P.Accumulate(ref sums.Second, in point, aBar);
            sums.Third = V.Fma(g, perDet, sums.Third);
            sums.Fourth += aBar;
        }

        P.AddScaled(ref cotangent, constants + W, aBar);
    }

    /// <inheritdoc/>
    public static void CollectGradient(int dimension, ReadOnlySpan<float> effective, ReadOnlySpan<double> sums, Span<double> gradient)
    {
        // By û, w, b taken as independent: Û + κ w, W + κ û, B.
        double kappa = sums[2 * dimension];
        for (int i = 0; i < dimension; i++)
        {
            gradient[i] = sums[dimension + i] + (kappa * effective[dimension + i]);
            gradient[dimension + i] = sums[i] + (kappa * effective[i]);
        }

        gradient[2 * dimension] = sums[(2 * dimension) + 1];
    }

    /// <summary>det = k (ρ − t²) + c₀: two fused operations, no cancellation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V DeterminantAt<V>(float* constants, V t)
        where V : struct, ILanes<V> =>
        V.Fma(V.Splat(constants[K]), V.NegFma(t, t, V.Splat(constants[Rho])), V.Splat(constants[C0]));

    /// <summary>1 + k g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SteepDeterminant<V>(float* constants, V g)
        where V : struct, ILanes<V> => V.Fma(V.Splat(constants[K]), g, V.Splat(1));

    /// <summary>1 − tanh² a = 4e/(1 + e)², e = e^(−2|a|): to full relative precision however large a is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SechSquared<V>(V a)
        where V : struct, ILanes<V>
    {
        V e = LaneMath.Exp(V.Splat(-2) * V.Abs(a));
        V onePlus = V.Splat(1) + e;
        return V.Splat(4) * e / (onePlus * onePlus);
    }

    /// <summary>The end of the bracket of a from which Newton's method is monotone: the lower for k &gt; 0, the upper otherwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Bracket<V>(float* constants, V target)
        where V : struct, ILanes<V>
    {
        V overScale = target * V.Splat(constants[InverseS]);
        V shifted = target - V.Splat(constants[K]);
        if (constants[K] > 0)
        {
            return V.Max(shifted, overScale);
        }

        // ∛(3C) + 1.2 C, from a − tanh a ≥ what that gives for s = 0. The cube root comes from a third of the exponent
        // and one Halley step, made an upper bound by a factor; it only has to start Newton's method.
        V cube = V.Splat(3) * target;
        V root = V.AddInt(V.MultiplyHighInt(cube, V.SplatBits(0x5555_5556)), V.SplatBits(0x2a51_7d47));
        V root3 = root * root * root;
        root *= (root3 + cube + cube) / (root3 + root3 + cube);
        return V.Min(V.Min(shifted, overScale), V.Fma(V.Splat(1.2f), target, V.Splat(1.002f) * root));
    }

    /// <summary>a − tanh a ≥ 0 without cancellation: the series a³/3 − 2a⁵/15 + … below 0.35.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V AMinusTanh<V>(V a, V t)
        where V : struct, ILanes<V>
    {
        V a2 = a * a;
        V series = V.Fma(a2, V.Splat(1382f / 155925), V.Splat(-62f / 2835));
        series = V.Fma(a2, series, V.Splat(17f / 315));
        series = V.Fma(a2, series, V.Splat(-2f / 15));
        series = V.Fma(a2, series, V.Splat(1f / 3));
        return V.Select(V.LessThan(a, V.Splat(0.35f)), a * a2 * series, a - t);
    }

    /// <summary>Newton steps that reach float32 rounding from <see cref="Bracket"/>, measured over C for each s.</summary>
    private static int NewtonSteps(double s) => s is >= 1e-3 and <= 11 ? 4 : s < 1 ? 5 : 5 + (int)Math.Ceiling(0.7 * Math.Log2(s / 11));

    /// <summary>m(C) − C and its derivative, where m is the constraint on C = wᵀu; both 0 where û = u.</summary>
    private static (double Shift, double Slope) Bend(FlowConstraint constraint, double dot, double norm2)
    {
        if (constraint == FlowConstraint.Paper)
        {
            double shift = ILayer.LeastScale + ScalarMath.Softplus(dot) - 1 - dot;

            // û moves by shift/‖w‖. At w = 0, and so near to it that points would go where float32 cannot square them, nothing reaches the
            // paper's k: the constraint is void there, and the layer as good as a translation, s = 1.
            return Math.Abs(shift) < Math.Sqrt(norm2) * (1L << 60) ? (shift, ScalarMath.Sigmoid(dot) - 1) : (0, 0);
        }

        // δ ~ C²/2 near C = 0, and is divided by ‖w‖²: as w → 0 the quotient stays finite, if δ keeps its digits.
        if (dot >= 0)
        {
            return (0, 0);
        }

        double slope = ScalarMath.ExpM1(dot / (1 - ILayer.LeastScale), out double minusX);
        return ((1 - ILayer.LeastScale) * minusX, slope);
    }

    /// <summary>
    /// The determinant must be that of the map that is applied, so s is taken from the rounded û; where rounding has eaten the floor,
    /// û moves along w until s is back above half of it.
    /// </summary>
    private static void RestoreScale(int dimension, double floor, double norm2, Span<float> effective)
    {
        ReadOnlySpan<float> w = effective[..dimension];
        Span<float> u = effective.Slice(dimension, dimension);
        for (double s = ScaleOf(dimension, effective); s < floor / 2; s = ScaleOf(dimension, effective))
        {
            for (int i = 0; i < dimension; i++)
            {
                float moved = (float)(u[i] + ((floor - s) / norm2 * w[i]));
                u[i] = moved != u[i] || w[i] == 0 ? moved : w[i] > 0 ? MathF.BitIncrement(moved) : MathF.BitDecrement(moved);
            }
        }
    }

    private static double ScaleOf(int dimension, ReadOnlySpan<float> effective) => Scale(dimension, effective, out _);

    private static (double Dot, double Norm2) Products(ReadOnlySpan<float> w, ReadOnlySpan<float> u)
    {
        double dot = 0, norm2 = 0;
        for (int i = 0; i < w.Length; i++)
        {
            dot += (double)w[i] * u[i];
            norm2 += (double)w[i] * w[i];
        }

        return (dot, norm2);
    }
}
