using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Flows;

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
    private const double LargestGentleScale = 16;

    /// <inheritdoc/>
    public static string Name => "planar";

    /// <inheritdoc/>
    public static LayerKind KernelsFor(double scale) => scale > LargestGentleScale ? LayerKind.SteepPlanar : LayerKind.Planar;

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
    public static int ConstantCount(int dimension) => PlanarConstants.W + (3 * dimension);

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
        constants[PlanarConstants.B] = effective[2 * dimension];
        constants[PlanarConstants.K] = (float)k;

        // det = t² + s g = k (ρ − t²) + c₀, where the two choices of (ρ, c₀) add terms of one sign only.
        constants[PlanarConstants.QuarterRho] = k > 0 ? 0.25f : 0;
        constants[PlanarConstants.C0] = k > 0 ? 1 : (float)s;
        constants[PlanarConstants.S] = (float)s;
        constants[PlanarConstants.InverseS] = (float)(1 / s);
        constants[PlanarConstants.Steps] = InverseSteps(s);
        TanhCoefficients<Lane1>.Numbers.CopyTo(constants[PlanarConstants.Tanh..]);

        // w, 2w and 2û: multiples of two cost no digit.
        Span<float> vectors = constants[PlanarConstants.W..];
        for (int i = 0; i < dimension; i++)
        {
            vectors[i] = effective[i];
            vectors[dimension + i] = 2 * effective[i];
            vectors[(2 * dimension) + i] = 2 * effective[dimension + i];
        }

        return ILayer.ExponentBound(s);
    }

    /// <inheritdoc/>
    public static void Run<TPass, V, P>(in LayerRun run)
        where TPass : struct, ILayerPass
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V> =>
        TPass.Loop<PlanarKernel<TRange, V, P>, V, P>(in run);

    /// <inheritdoc/>
    public static int RowConstantCount(int dimension) => dimension + PlanarRows.ConstantCount;

    /// <inheritdoc/>
    public static void ConstrainRows<V>(in RowRun run)
        where V : struct, ILanes<V> => PlanarRows.Constrain<V>(in run);

    /// <inheritdoc/>
    public static void ForwardRows<V>(in RowRun run)
        where V : struct, ILanes<V> => PlanarRows.Forward<V>(in run);

    /// <inheritdoc/>
    public static void BackwardRows<V>(in RowRun run)
        where V : struct, ILanes<V> => PlanarRows.Backward<V>(in run);

    /// <inheritdoc/>
    public static void CollectGradient(int dimension, ReadOnlySpan<float> effective, ReadOnlySpan<double> sums, Span<double> gradient)
    {
        // By û, w, b taken as independent: Û + κ w, W + κ û, B. The kernel's sums are ½ Û, ½ W, ¼ κ, ½ B.
        double kappa = 4 * sums[2 * dimension];
        for (int i = 0; i < dimension; i++)
        {
            gradient[i] = (2 * sums[dimension + i]) + (kappa * effective[dimension + i]);
            gradient[dimension + i] = (2 * sums[i]) + (kappa * effective[i]);
        }

        gradient[2 * dimension] = 2 * sums[(2 * dimension) + 1];
    }

    /// <summary>Steps that reach float32 rounding from the first guess of the inverse kernel, measured over C for each s.</summary>
    private static int InverseSteps(double s) => s <= LargestGentleScale ? 2 : 5 + (int)Math.Ceiling(0.7 * Math.Log2(s / 11));

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
