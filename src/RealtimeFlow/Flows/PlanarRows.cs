using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Flows;

/// <summary>
/// Planar layers whose parameters are lanes: each row of a minibatch has its own. The mathematics is that of
/// <see cref="PlanarLayer{TRange}"/>; what differs is that every coefficient comes from memory, once, so that it pays to compute the rest anew.
/// </summary>
/// <remarks>
/// One form of the determinant serves every s, since lanes cannot choose: k (ρ − t²) + c₀, in which 1 − t² comes from the exponential. A dot
/// product has four parts, i mod 4. The gradient by û, w and b is not summed and then pulled back, as a whole batch's is: a row's samples are
/// few, and written out, the two are shorter than either.
/// </remarks>
internal static unsafe class PlanarRows
{
    /// <summary>û (D), then these.</summary>
    public const int ConstantCount = 6;

    // Places behind û: k, s, δ/n, δ′, m′ = 1 + δ′ and 1/n.
    private const int K = 0, S = 1, Ratio = 2, Bend = 3, Slope = 4, InverseNorm2 = 5;

    // 2⁻¹⁰⁰: below it w counts as 0, where û = u.
    private const float LeastNorm2 = 7.888609e-31f;

    /// <summary>û, k, s, and what the gradient through the constraint needs.</summary>
    /// <remarks>In four loops, each short enough for the compiler to inline all that it calls.</remarks>
    public static void Constrain<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        TakeProducts<V>(in run);
        if (run.Constraint == FlowConstraint.Paper)
        {
            BendAsPaper<V>(in run);
        }
        else
        {
            BendFromIdentity<V>(in run);
        }

        MoveU<V>(in run);
        float* s = run.Constants + ((run.Dimension + S) * run.Stride);
        for (nint row = 0; row < run.Columns; row++)
        {
            if (s[row] < (float)(ILayer.LeastScale / 2))
            {
                RestoreScale(run, row);
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
        for (nint column = 0; column < run.Columns; column += V.Count)
        {
            float* points = run.Points + column, effective = run.Constants + column;
            float* b = run.Raw + (2 * dimension * stride) + column;
            V a = V.Load(ref *b, 0) + Dot<V>(points, pointStride, run.Raw + column, stride, dimension);
            V t = LaneMath.Tanh(a);
            V g = TanhSlope(a);
            float* constants = effective + (dimension * stride);
            V determinant = Determinant(V.Load(ref *constants, K * stride), V.Load(ref *constants, S * stride), t, g);
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
        for (nint column = 0; column < run.Columns; column += V.Count)
        {
            float* points = run.Points + column, cotangents = run.Cotangents + column;
            float* w = run.Raw + column, u = w + (dimension * stride), effective = run.Constants + column;
            float* constants = effective + (dimension * stride);
            V t = V.Load(ref *run.Saved, column), g = V.Load(ref *run.Saved, pointStride + column);
            V k = V.Load(ref *constants, K * stride), s = V.Load(ref *constants, S * stride);
            V ratio = V.Load(ref *constants, Ratio * stride);

            // ā = g (ȳ·û − 2 k t ℓ/det), κ = ℓ g/det; with Q = (Û·w)/n of Û = t ȳ, the gradient of PlanarLayer.PullBack gathered by its vectors:
            // ∂u = t ȳ + (κ m′ + Q δ′) w, ∂w = ā x + (δ/n) t ȳ + (κ m′ + Q δ′) u − 2 (δ/n) Q w. So gathered, an m′ near 0 loses no digit.
            V perDet = V.Load(ref *run.LogDetCotangents, column) / Determinant(k, s, t, g);
            V along = Dot<V>(cotangents, pointStride, effective, stride, dimension);
            V across = Dot<V>(cotangents, pointStride, w, stride, dimension);
            V aBar = g * V.NegFma(V.Splat(2) * k * t, perDet, along);
            V q = V.Load(ref *constants, InverseNorm2 * stride) * t * across;
            V byOther = V.Fma(V.Load(ref *constants, Slope * stride), g * perDet, V.Load(ref *constants, Bend * stride) * q);
            V byItself = V.Splat(-2) * ratio * q, ofCotangent = ratio * t;
            float* gradientW = run.Gradient + column, gradientU = gradientW + (dimension * stride);
            for (int i = 0; i < dimension; i++)
            {
                V wi = V.Load(ref *w, i * stride), ui = V.Load(ref *u, i * stride), cotangent = V.Load(ref *cotangents, i * pointStride);
                V point = V.NegFma(V.Load(ref *effective, i * stride), t, V.Load(ref *points, i * pointStride));
                V byU = V.Fma(byOther, wi, t * cotangent);
                V byW = V.Fma(byOther, ui, V.Fma(byItself, wi, V.Fma(ofCotangent, cotangent, aBar * point)));
                V.Store(point, ref *points, i * pointStride);
                V.Store(V.Fma(aBar, wi, cotangent), ref *cotangents, i * pointStride);
                RowFlow.Add(byW, gradientW, i * stride, run.IsFirst);
                RowFlow.Add(byU, gradientU, i * stride, run.IsFirst);
            }

            RowFlow.Add(aBar, gradientU, dimension * stride, run.IsFirst);
        }
    }

    /// <summary>C = wᵀu to the place of k, n = ‖w‖² to that of s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeProducts<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        int dimension = run.Dimension;
        nint stride = run.Stride;
        for (nint column = 0; column < run.Columns; column += V.Count)
        {
            float* w = run.Raw + column, u = w + (dimension * stride), constants = run.Constants + (dimension * stride) + column;
            V.Store(Dot<V>(w, stride, u, stride, dimension), ref *constants, K * stride);
            V.Store(Dot<V>(w, stride, w, stride, dimension), ref *constants, S * stride);
        }
    }

    /// <summary>δ/n, δ′ and m′ of the paper's constraint, m(C) = s_min + softplus(C) − 1, and 1/n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BendAsPaper<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        float* constants = run.Constants + (run.Dimension * run.Stride);
        for (nint column = 0; column < run.Columns; column += V.Count)
        {
            // As in PlanarLayer: void where û would be carried too far for squares.
            V dot = V.Load(ref *constants, (K * run.Stride) + column), norm2 = V.Load(ref *constants, (S * run.Stride) + column);
            V shift = LaneMath.Softplus(-dot) - V.Splat((float)(1 - ILayer.LeastScale));
            V isNear = V.LessThan(V.Abs(shift), V.Sqrt(norm2) * V.Splat(1L << 60));
            StoreBend(constants + column, run.Stride, shift, -LaneMath.Sigmoid(-dot), LaneMath.Sigmoid(dot), norm2, isNear);
        }
    }

    /// <summary>The same of the constraint that leaves C ≥ 0 as it is, m(C) = (1 − s_min)(e^y − 1), y = C/(1 − s_min), below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BendFromIdentity<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        const float most = (float)(1 - ILayer.LeastScale);
        float* constants = run.Constants + (run.Dimension * run.Stride);
        for (nint column = 0; column < run.Columns; column += V.Count)
        {
            // e^y − 1 − y, by its series where that cancels; δ′ = e^y − 1 then is y more.
            V dot = V.Load(ref *constants, (K * run.Stride) + column), norm2 = V.Load(ref *constants, (S * run.Stride) + column);
            V y = V.Min(V.Splat(0), dot) * V.Splat(1 / most);
            V slope = LaneMath.Exp(y);
            V series = V.Fma(y, V.Splat(1f / 40320), V.Splat(1f / 5040));
            series = V.Fma(y, series, V.Splat(1f / 720));
            series = V.Fma(y, series, V.Splat(1f / 120));
            series = V.Fma(y, series, V.Splat(1f / 24));
            series = V.Fma(y, series, V.Splat(1f / 6));
            series = y * y * V.Fma(y, series, V.Splat(0.5f));
            V isFar = V.LessThan(y, V.Splat(-0.5f));
            V bend = V.Select(isFar, slope - V.Splat(1), y + series);
            V shift = V.Splat(most) * V.Select(isFar, bend - y, series);
            StoreBend(constants + column, run.Stride, shift, bend, slope, norm2, V.LessThan(V.Splat(-1), norm2));
        }
    }

    /// <summary>Writes what bends û, or where w is as good as 0 what does not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreBend<V>(float* constants, nint stride, V shift, V bend, V slope, V norm2, V isBent)
        where V : struct, ILanes<V>
    {
        V inverse = V.Select(V.LessThan(norm2, V.Splat(LeastNorm2)), V.Splat(0), V.Splat(1) / norm2);
        isBent &= V.LessThan(V.Splat(0), inverse);
        V.Store((shift & isBent) * inverse, ref *constants, Ratio * stride);
        V.Store(bend & isBent, ref *constants, Bend * stride);
        V.Store(V.Select(isBent, slope, V.Splat(1)), ref *constants, Slope * stride);
        V.Store(inverse, ref *constants, InverseNorm2 * stride);
    }

    /// <summary>û = u + δ/n w; k = wᵀû and s = 1 + k with the roundings of all products and sums made good.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MoveU<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        int dimension = run.Dimension;
        nint stride = run.Stride;
        for (nint column = 0; column < run.Columns; column += V.Count)
        {
            float* w = run.Raw + column, u = w + (dimension * stride), effective = run.Constants + column;
            float* constants = effective + (dimension * stride);
            V ratio = V.Load(ref *constants, Ratio * stride);
            V sum = V.Splat(0), lost = sum;
            for (int i = 0; i < dimension; i++)
            {
                V wi = V.Load(ref *w, i * stride);
                V moved = V.Fma(ratio, wi, V.Load(ref *u, i * stride));
                V.Store(moved, ref *effective, i * stride);
                V product = wi * moved;
                lost += V.Fma(wi, moved, -product);
                Add(ref sum, ref lost, product);
            }

            V.Store(sum + lost, ref *constants, K * stride);
            V s = V.Splat(1);
            Add(ref s, ref lost, sum);
            V.Store(s + lost, ref *constants, S * stride);
        }
    }

    /// <summary>det = k (ρ − t²) + c₀, where (ρ, c₀) = (1, 1) for k &gt; 0, else (0, s): terms of one sign, and exactly 1 where k = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Determinant<V>(V k, V s, V t, V g)
        where V : struct, ILanes<V>
    {
        V expands = V.LessThan(V.Splat(0), k);
        return V.Fma(k, V.Select(expands, g, -(t * t)), V.Select(expands, V.Splat(1), s));
    }

    /// <summary>
    /// g = 1 − tanh² a = 4e/(1 + e)², e = e^(−2|a|): to full relative precision while it is above 10⁻²⁴, and 0 below, where nothing that it
    /// enters can tell.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V TanhSlope<V>(V a)
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

    /// <summary>sum += x, and to what was lost what that rounds away (D. Knuth's TwoSum).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(ref V sum, ref V lost, V x)
        where V : struct, ILanes<V>
    {
        V before = sum;
        sum += x;
        V taken = sum - before;
        lost += before - (sum - taken) + (x - taken);
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
