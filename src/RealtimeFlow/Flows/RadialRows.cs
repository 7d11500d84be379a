using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Flows;

/// <summary>Radial layers whose parameters are lanes: each row of a minibatch has its own. The mathematics is that of <see cref="RadialLayer"/>.</summary>
internal static unsafe class RadialRows
{
    /// <summary>α and s.</summary>
    public const int ConstantCount = 2;

    private const int Alpha = 0, S = 1;

    /// <summary>α and s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Constrain<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        for (nint column = 0; column < run.Columns; column += V.Count)
        {
            float* raw = run.Raw + (run.Dimension * run.Stride) + column, constants = run.Constants + column;
            V alpha = LaneMath.Softplus(V.Load(ref *raw, Alpha * run.Stride)) + V.Splat((float)RadialLayer.LeastAlpha);
            V s = V.Fma(V.Splat((float)ILayer.LeastScale), alpha, LaneMath.Softplus(V.Load(ref *raw, S * run.Stride)));
            V.Store(alpha, ref *constants, Alpha * run.Stride);
            V.Store(s, ref *constants, S * run.Stride);
        }
    }

    /// <summary>z becomes z₀ + φ (z − z₀).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<V>(in RowRun run)
        where V : struct, ILanes<V>
    {
        int dimension = run.Dimension;
        nint stride = run.Stride, pointStride = run.PointStride;
        for (nint column = 0; column < run.Columns; column += V.Count)
        {
            float* points = run.Points + column, center = run.Raw + column, constants = run.Constants + column;
            V alpha = V.Load(ref *constants, Alpha * stride), s = V.Load(ref *constants, S * stride);
            V squared = V.Splat(0);
            for (int i = 0; i < dimension; i++)
            {
                V apart = V.Load(ref *points, i * pointStride) - V.Load(ref *center, i * stride);
                squared = V.Fma(apart, apart, squared);
            }

            // Beyond 2⁶⁰, where φ and ψ are 1 to all digits, r counts as that, so that squares of it stay finite.
            V r = V.Min(V.Splat(1L << 60), V.Sqrt(squared));
            V inverseA = V.Splat(1) / (alpha + r);
            V phi = (s + r) * inverseA;
            V psi = V.Fma(r, alpha + alpha + r, alpha * s) * inverseA * inverseA;
            for (int i = 0; i < dimension; i++)
            {
                V from = V.Load(ref *center, i * stride);
                V.Store(V.Fma(phi, V.Load(ref *points, i * pointStride) - from, from), ref *points, i * pointStride);
            }

            V.Store(r, ref *run.Saved, column);
            RowFlow.Multiply(run.Product, run.Exponent, column, psi);
            RowFlow.Multiply(run.RadialProduct, run.RadialExponent, column, phi);
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
            float* points = run.Points + column, cotangents = run.Cotangents + column, center = run.Raw + column;
            float* constants = run.Constants + column, gradient = run.Gradient + column;
            V alpha = V.Load(ref *constants, Alpha * stride), s = V.Load(ref *constants, S * stride);
            V r = V.Load(ref *run.Saved, column), logDet = V.Load(ref *run.LogDetCotangents, column);

            // As RadialKernel.Backward, with ψ̄/A² since every derivative of ψ has that factor.
            V inverseA = V.Splat(1) / (alpha + r);
            V phi = (s + r) * inverseA, inversePhi = (alpha + r) / (s + r);
            V psiBar = logDet / V.Fma(r, alpha + alpha + r, alpha * s);
            V phiBar = logDet * V.Splat(dimension - 1) * inversePhi;
            for (int i = 0; i < dimension; i++)
            {
                V apart = (V.Load(ref *points, i * pointStride) - V.Load(ref *center, i * stride)) * inversePhi;
                phiBar = V.Fma(apart, V.Load(ref *cotangents, i * pointStride), phiBar);
            }

            V rBar = (alpha - s) * V.Fma(phiBar * inverseA, inverseA, (alpha + alpha) * psiBar * inverseA);
            V psiAlpha = V.NegFma(alpha + alpha, r, V.Fma(s, r, -(alpha * s)));
            V byAlpha = inverseA * V.Fma(psiBar, psiAlpha, -(phiBar * phi));
            V byS = V.Fma(phiBar, inverseA, psiBar * alpha);

            // The direction v/r has no limit at the centre, where its factor counts as 0.
            V along = V.Select(V.LessThan(V.Splat(0), r), rBar / r, V.Splat(0));
            for (int i = 0; i < dimension; i++)
            {
                V from = V.Load(ref *center, i * stride), cotangent = V.Load(ref *cotangents, i * pointStride);
                V apart = (V.Load(ref *points, i * pointStride) - from) * inversePhi;
                V back = V.Fma(along, apart, phi * cotangent);
                V.Store(from + apart, ref *points, i * pointStride);
                V.Store(back, ref *cotangents, i * pointStride);
                RowFlow.Add(cotangent - back, gradient, i * stride, run.IsFirst);
            }

            // α = 2⁻⁴⁰ + softplus(α′), s = s_min α + softplus(β′).
            float* raw = center + (dimension * stride), gradientRaw = gradient + (dimension * stride);
            V byRawAlpha = V.Fma(V.Splat((float)ILayer.LeastScale), byS, byAlpha) * LaneMath.Sigmoid(V.Load(ref *raw, Alpha * stride));
            RowFlow.Add(byRawAlpha, gradientRaw, Alpha * stride, run.IsFirst);
            RowFlow.Add(byS * LaneMath.Sigmoid(V.Load(ref *raw, S * stride)), gradientRaw, S * stride, run.IsFirst);
        }
    }
}
