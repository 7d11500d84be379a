using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
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
    /// <summary>The floor of α.</summary>
    public const double LeastAlpha = 1.0 / (1L << 40);

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
    public static int ConstantCount(int dimension) => RadialConstants.Center + dimension;

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
        constants[RadialConstants.Alpha] = (float)alpha;
        constants[RadialConstants.S] = (float)s;
        constants[RadialConstants.AlphaS] = (float)(alpha * s);
        constants[RadialConstants.TwoAlpha] = (float)(2 * alpha);
        constants[RadialConstants.AlphaMinusS] = (float)(alpha - s);
        constants[RadialConstants.FourAlpha] = (float)(4 * alpha);
        effective[..dimension].CopyTo(constants[RadialConstants.Center..]);

        // φ and ψ = 1 + α (s − α)/(α + r)² both lie between 1 and s/α; in two dimensions they share one product.
        return (dimension == 2 ? 2 : 1) * ILayer.ExponentBound(s / alpha);
    }

    /// <inheritdoc/>
    public static void Run<TPass, V, P>(in LayerRun run)
        where TPass : struct, ILayerPass
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V> =>
        TPass.Loop<RadialKernel<V, P>, V, P>(in run);

    /// <inheritdoc/>
    public static int RowConstantCount(int dimension) => RadialRows.ConstantCount;

    /// <inheritdoc/>
    public static void ConstrainRows<V>(in RowRun run)
        where V : struct, ILanes<V> => RadialRows.Constrain<V>(in run);

    /// <inheritdoc/>
    public static void ForwardRows<V>(in RowRun run)
        where V : struct, ILanes<V> => RadialRows.Forward<V>(in run);

    /// <inheritdoc/>
    public static void BackwardRows<V>(in RowRun run)
        where V : struct, ILanes<V> => RadialRows.Backward<V>(in run);

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
}
