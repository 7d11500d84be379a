using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Flows;

/// <summary>
/// Planar layers whose parameters are lanes: each row of a minibatch has its own. The mathematics is that of
/// <see cref="PlanarLayer{TRange}"/>; what differs is that every coefficient comes from memory, once, so that it pays to compute the rest anew.
/// </summary>
/// <remarks>
/// The determinant is t² + s g with g from the exponential: two positive terms, each with all its digits, whatever s. The sum over the
/// coordinates has four parts, i mod 4.
/// </remarks>
internal static unsafe class PlanarRows
{
    /// <summary>û (D), then these.</summary>
    public const int ConstantCount = 5;

    // Places behind û.
    private const int K = 0, S = 1, Ratio = 2, Slope = 3, InverseNorm2 = 4;

    // 2⁻¹⁰⁰: below it w counts as 0, where û = u.
    private const float LeastNorm2 = 7.888609e-31f;

    /// <summary>û, k, s, and what the gradient through the constraint needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Constrain<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        int dimension = run.Dimension;
        nint stride = run.Stride;
        for (nint column = 0; column < LaneDispatch.Slots; column += V.Count)
        {
            float* w = run.Raw + column, u = w + (dimension * stride);
            V dot = V.Splat(0), norm2 = dot;
            for (int i = 0; i < dimension; i++)
            {
                V wi = V.Load(ref *w, i * stride);
                dot = V.Fma(wi, V.Load(ref *u, i * stride), dot);
                norm2 = V.Fma(wi, wi, norm2);
            }

            V inverse = V.Select(V.LessThan(norm2, V.Splat(LeastNorm2)), V.Splat(0), V.Splat(1) / norm2);
            Bend(run.Constraint, dot, norm2, out V shift, out V slope);
            V ratio = shift * inverse;

            // k = wᵀû and s = 1 + k with the roundings of all products and sums made good.
            float* effective = run.Constants + column;
            V sum = V.Splat(0), rest = sum;
            for (int i = 0; i < dimension; i++)
            {
                V wi = V.Load(ref *w, i * stride);
                V moved = V.Fma(ratio, wi, V.Load(ref *u, i * stride));
                V.Store(moved, ref *effective, i * stride);
                V product = wi * moved;
                rest += V.Fma(wi, moved, -product) + TwoSum(ref sum, product);
            }

            V s = V.Splat(1);
            V k = sum + rest;
            rest += TwoSum(ref s, sum);
            s += rest;

            float* constants = run.Constants + (dimension * stride) + column;
            V.Store(k, ref *constants, K * stride);
            V.Store(s, ref *constants, S * stride);
            V.Store(ratio, ref *constants, Ratio * stride);
            V.Store(slope & V.LessThan(V.Splat(0), inverse), ref *constants, Slope * stride);
            V.Store(inverse, ref *constants, InverseNorm2 * stride);
            for (nint lane = column; lane < column + V.Count; lane++)
            {
                if (run.Constants[((dimension + S) * stride) + lane] < (float)(ILayer.LeastScale / 2))
                {
                    RestoreScale(run, lane);
                }
            }
        }
    }

    /// <summary>z becomes z + û t.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        int dimension = run.Dimension;
        nint stride = run.Stride, pointStride = run.PointStride;
        for (nint column = 0; column < LaneDispatch.Slots; column += V.Count)
        {
            float* points = run.Points + column, effective = run.Constants + column;
            float* b = run.Raw + (2 * dimension * stride) + column;
            V a = V.Load(ref *b, 0) + Dot<V>(points, pointStride, run.Raw + column, stride, dimension);
            V t = LaneMath.Tanh(a);
            V g = Slope1<V>(a);
            float* constants = effective + (dimension * stride);
            V determinant = V.Fma(V.Load(ref *constants, S * stride), g, t * t);
            for (int i = 0; i < dimension; i++)
            {
                V moved = V.Fma(V.Load(ref *effective, i * stride), t, V.Load(ref *points, i * pointStride));
                V.Store(moved, ref *points, i * pointStride);
            }

            V.Store(t, ref *run.Saved, column);
            V.Store(g, ref *run.Saved, pointStride + column);
            RowFlow.Multiply(run.Product, run.Exponent, column, determinant);
        }
    }

    /// <summary>Points and cotangents go back, and the gradient by the raw parameters is added up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        int dimension = run.Dimension;
        nint stride = run.Stride, pointStride = run.PointStride;
        for (nint column = 0; column < LaneDispatch.Slots; column += V.Count)
        {
            float* points = run.Points + column, cotangents = run.Cotangents + column;
            float* w = run.Raw + column, u = w + (dimension * stride), effective = run.Constants + column;
            float* constants = effective + (dimension * stride);
            V t = V.Load(ref *run.Saved, column), g = V.Load(ref *run.Saved, pointStride + column);
            V k = V.Load(ref *constants, K * stride), s = V.Load(ref *constants, S * stride);
            V ratio = V.Load(ref *constants, Ratio * stride);

            // ā = g (ȳ·û − 2 k t ℓ/det), κ = ℓ g/det; through the constraint p = ∂û·w with ∂û = ȳ t + κ w.
            V perDet = V.Load(ref *run.LogDetCotangents, column) / V.Fma(s, g, t * t);
            V along = Dot<V>(cotangents, pointStride, effective, stride, dimension);
            V across = Dot<V>(cotangents, pointStride, w, stride, dimension);
            V aBar = g * V.NegFma(V.Splat(2) * k * t, perDet, along);
            V kappa = g * perDet;
            V p = V.Fma(V.Load(ref *constants, InverseNorm2 * stride) * t, across, kappa);
            V bent = p * V.Load(ref *constants, Slope * stride), twice = V.Splat(-2) * p * ratio;
            float* gradientW = run.Gradient + column, gradientU = gradientW + (dimension * stride);
            for (int i = 0; i < dimension; i++)
            {
                V wi = V.Load(ref *w, i * stride), effectiveI = V.Load(ref *effective, i * stride);
                V cotangent = V.Load(ref *cotangents, i * pointStride);
                V point = V.NegFma(effectiveI, t, V.Load(ref *points, i * pointStride));
                V byEffective = V.Fma(cotangent, t, kappa * wi);
                V byU = V.Fma(bent, wi, byEffective);
                V byW = V.Fma(aBar, point, kappa * effectiveI);
                byW = V.Fma(bent, V.Load(ref *u, i * stride), V.Fma(ratio, byEffective, V.Fma(twice, wi, byW)));
                V.Store(point, ref *points, i * pointStride);
                V.Store(V.Fma(aBar, wi, cotangent), ref *cotangents, i * pointStride);
                RowFlow.Add(byW, gradientW, i * stride, run.IsFirst);
                RowFlow.Add(byU, gradientU, i * stride, run.IsFirst);
            }

            RowFlow.Add(aBar, gradientU, dimension * stride, run.IsFirst);
        }
    }

    /// <summary>δ = m(C) − C and δ′ of the constraint at C = wᵀu.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Bend<V>(FlowConstraint constraint, V dot, V norm2, out V shift, out V slope)
        where V : struct, ILanes<V>
    {
        const float most = (float)(1 - ILayer.LeastScale);
        if (constraint == FlowConstraint.Paper)
        {
            // As in PlanarLayer: void where û would be carried too far for squares.
            shift = LaneMath.Softplus(-dot) - V.Splat(most);
            V isNear = V.LessThan(V.Abs(shift), V.Sqrt(norm2) * V.Splat(1L << 60));
            shift &= isNear;
            slope = -LaneMath.Sigmoid(-dot) & isNear;
            return;
        }

        // y ≤ 0; δ/most = e^y − 1 − y, by its series where that cancels.
        V y = V.Min(V.Splat(0), dot) * V.Splat(1 / most);
        slope = LaneMath.Expm1(y);
        V series = V.Fma(y, V.Splat(1f / 40320), V.Splat(1f / 5040));
        series = V.Fma(y, series, V.Splat(1f / 720));
        series = V.Fma(y, series, V.Splat(1f / 120));
        series = V.Fma(y, series, V.Splat(1f / 24));
        series = V.Fma(y, series, V.Splat(1f / 6));
        series = y * y * V.Fma(y, series, V.Splat(0.5f));
        shift = V.Splat(most) * V.Select(V.LessThan(y, V.Splat(-0.5f)), slope - y, series);
    }

    /// <summary>
    /// g = 1 − tanh² a = 4e/(1 + e)², e = e^(−2|a|): to full relative precision while it is above 10⁻²⁴, and 0 below, where nothing that it
    /// enters can tell.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Slope1<V>(V a)
        where V : struct, ILanes<V>
    {
        V e = LaneMath.FlushBelow(LaneMath.Exp(V.Splat(-2) * V.Abs(a)), 1e-24f);
        V onePlus = V.Splat(1) + e;
        return V.Splat(4) * e / (onePlus * onePlus);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Dot<V>(float* x, nint strideX, float* y, nint strideY, int dimension)
        where V : struct, ILanes<V>
    {
        V sum0 = V.Splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        int i = 0;
        for (; i <= dimension - 4; i += 4)
        {
            sum0 = V.Fma(V.Load(ref *x, i * strideX), V.Load(ref *y, i * strideY), sum0);
            sum1 = V.Fma(V.Load(ref *x, (i + 1) * strideX), V.Load(ref *y, (i + 1) * strideY), sum1);
            sum2 = V.Fma(V.Load(ref *x, (i + 2) * strideX), V.Load(ref *y, (i + 2) * strideY), sum2);
            sum3 = V.Fma(V.Load(ref *x, (i + 3) * strideX), V.Load(ref *y, (i + 3) * strideY), sum3);
        }

        for (; i < dimension; i++)
        {
            sum0 = V.Fma(V.Load(ref *x, i * strideX), V.Load(ref *y, i * strideY), sum0);
        }

        return sum0 + sum1 + (sum2 + sum3);
    }

    /// <summary>sum += x, and what that rounded away (D. Knuth's TwoSum).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V TwoSum<V>(ref V sum, V x)
        where V : struct, ILanes<V>
    {
        V before = sum;
        sum += x;
        V taken = sum - before;
        return before - (sum - taken) + (x - taken);
    }

    /// <summary>
    /// Rounding has eaten the floor of s in one row: the layer of float64 arithmetic, which moves û along w until it is back, takes its place.
    /// Rare: an s near s_min from an û of hundreds.
    /// </summary>
    private static void RestoreScale(in RowRun run, nint lane)
    {
        int count = PlanarLayer<Gentle>.ParameterCount(run.Dimension);
        Span<float> numbers = LaneMemory.Take<float>(2 * count);
        Span<float> raw = numbers[..count], effective = numbers[count..];
        for (int i = 0; i < count; i++)
        {
            raw[i] = run.Raw[(i * run.Stride) + lane];
        }

        PlanarLayer<Gentle>.Constrain(run.Dimension, run.Constraint, raw, effective);
        for (int i = 0; i < run.Dimension; i++)
        {
            run.Constants[(i * run.Stride) + lane] = effective[run.Dimension + i];
        }

        double s = PlanarLayer<Gentle>.Scale(run.Dimension, effective, out _);
        run.Constants[((run.Dimension + K) * run.Stride) + lane] = (float)(s - 1);
        run.Constants[((run.Dimension + S) * run.Stride) + lane] = (float)s;
    }
}
