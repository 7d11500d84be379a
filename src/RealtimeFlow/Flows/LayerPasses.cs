using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>
/// A loop over layers and particles, layers outside: a layer's constants, and in Backward its sums, stay in registers while the tile
/// passes through the first-level cache, a row of lanes at a time, and what one row has to wait for another fills.
/// </summary>
internal interface ILayerPass
{
    /// <summary>Runs it, with one layer's kernels.</summary>
    static abstract void Loop<TKernel, V, P>(in LayerRun run)
        where TKernel : struct, ILayerKernel<TKernel, V, P>
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>;
}

/// <summary>
/// <see cref="ILayerKernel{TSelf, V, P}.Forward"/>, or <see cref="ILayerKernel{TSelf, V, P}.Push"/>, of all columns, layer after layer.
/// </summary>
/// <remarks>
/// Of points in rows, the arguments come first, four rows of lanes at a time: a sum over many coordinates is a chain of operations that
/// wait for each other, too long for the processor to see the next row's beyond it. Measured: 1.2 times as fast in 8 dimensions, 1.3 in
/// 16, 1.8 in 128.
/// </remarks>
internal readonly unsafe struct ForwardPass<TScore, TSaved> : ILayerPass
    where TScore : struct, IScoreChoice
    where TSaved : struct, ISavedChoice
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Loop<TKernel, V, P>(in LayerRun run)
        where TKernel : struct, ILayerKernel<TKernel, V, P>
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        float* points = run.Points, scores = run.Cotangents, product = run.Product, radial = run.Radial, arguments = run.Arguments;
        nint stride = run.Stride, columns = run.Columns;
        int dimension = P.Dimension > 0 ? P.Dimension : run.Dimension;
        for (int layer = 0; layer < run.Layers; layer++)
        {
            TKernel kernel = TKernel.Load(run.Constants + (layer * run.ConstantStride), dimension);
            float* saved = TSaved.IsKept ? run.Saved + (layer * stride) : null;
            float* checkpoint = TSaved.IsKept ? run.CheckpointBefore(layer) : null;
            run.Ahead.Fetch(layer, run.Layers);
            for (nint column = 0; P.Dimension == 0 && column < columns; column += 4 * V.Count)
            {
                P point = P.Load(points, stride, column, dimension);
                kernel.FourArguments(in point, arguments + column);
            }

            for (nint column = 0; column < columns; column += V.Count)
            {
                P point = P.Load(points, stride, column, dimension);
                Determinant<V> determinant = Determinant<V>.Load(product, radial, column, dimension);
                if (TSaved.IsKept && checkpoint != null)
                {
                    P.Copy(in point, checkpoint, stride, column);
                }

                V argument = P.Dimension > 0 ? kernel.Argument(in point) : V.Load(ref *arguments, column);
                V save;
                if (TScore.IsCarried)
                {
                    P score = P.Load(scores, stride, column, dimension);
                    kernel.Push(argument, ref point, ref score, ref determinant, out save);
                    P.Store(in score, scores, stride, column);
                }
                else
                {
                    kernel.Forward(argument, ref point, ref determinant, out save);
                }

                P.Store(in point, points, stride, column);
                determinant.Store(product, radial, column, dimension);
                if (TSaved.IsKept)
                {
                    V.Store(save, ref *saved, column);
                }
            }
        }
    }
}

/// <summary>The inverse, from the last layer to the first.</summary>
/// <remarks>Three loops in methods of their own: in one the compiler would no longer inline all that they do.</remarks>
internal readonly unsafe struct InversePass : ILayerPass
{
    /// <inheritdoc/>
    public static void Loop<TKernel, V, P>(in LayerRun run)
        where TKernel : struct, ILayerKernel<TKernel, V, P>
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        for (int layer = run.Layers - 1; layer >= 0; layer--)
        {
            float* constants = run.Constants + (layer * run.ConstantStride);
            LoopOfStarts<TKernel, V, P>(in run, constants);
            LoopOfSteps<TKernel, V, P>(in run, constants);
            LoopOfEnds<TKernel, V, P>(in run, constants);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LoopOfStarts<TKernel, V, P>(in LayerRun run, float* constants)
        where TKernel : struct, ILayerKernel<TKernel, V, P>
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        float* points = run.Points, givens = run.Givens, roots = run.Roots;
        nint stride = run.Stride, columns = run.Columns;
        int dimension = P.Dimension > 0 ? P.Dimension : run.Dimension;
        TKernel kernel = TKernel.Load(constants, dimension);
        for (nint column = 0; column < columns; column += V.Count)
        {
            P point = P.Load(points, stride, column, dimension);
            kernel.InverseStart(in point, out V given, out V root);
            V.Store(given, ref *givens, column);
            V.Store(root, ref *roots, column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LoopOfSteps<TKernel, V, P>(in LayerRun run, float* constants)
        where TKernel : struct, ILayerKernel<TKernel, V, P>
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        float* givens = run.Givens, roots = run.Roots, nonlinearities = run.Arguments;
        nint columns = run.Columns;
        TKernel kernel = TKernel.Load(constants, P.Dimension > 0 ? P.Dimension : run.Dimension);
        for (int steps = kernel.InverseSteps; steps > 0; steps--)
        {
            // In two loops: a step is one chain of operations that wait for each other, of which the nonlinearity is half.
            for (nint column = 0; column < columns; column += V.Count)
            {
                V.Store(kernel.Nonlinearity(V.Load(ref *roots, column)), ref *nonlinearities, column);
            }

            for (nint column = 0; column < columns; column += V.Count)
            {
                V root = kernel.InverseStep(V.Load(ref *givens, column), V.Load(ref *roots, column), V.Load(ref *nonlinearities, column));
                V.Store(root, ref *roots, column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LoopOfEnds<TKernel, V, P>(in LayerRun run, float* constants)
        where TKernel : struct, ILayerKernel<TKernel, V, P>
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        float* points = run.Points, product = run.Product, radial = run.Radial, givens = run.Givens, roots = run.Roots;
        nint stride = run.Stride, columns = run.Columns;
        int dimension = P.Dimension > 0 ? P.Dimension : run.Dimension;
        TKernel kernel = TKernel.Load(constants, dimension);
        for (nint column = 0; column < columns; column += V.Count)
        {
            P point = P.Load(points, stride, column, dimension);
            Determinant<V> determinant = Determinant<V>.Load(product, radial, column, dimension);
            kernel.InverseEnd(V.Load(ref *givens, column), V.Load(ref *roots, column), ref point, ref determinant);
            P.Store(in point, points, stride, column);
            determinant.Store(product, radial, column, dimension);
        }
    }
}

/// <summary><see cref="ILayerKernel{TSelf, V, P}.Backward"/>, from the last layer to the first.</summary>
internal readonly unsafe struct BackwardPass<TGradient> : ILayerPass
    where TGradient : struct, IGradientChoice
{
    // The sums stay in registers while a tile passes. A row of lanes narrower than the sixteen slots passes over the tile once for each
    // of its parts, so every slot takes its particles in ascending order.
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Loop<TKernel, V, P>(in LayerRun run)
        where TKernel : struct, ILayerKernel<TKernel, V, P>
        where V : struct, ILanes<V>
        where P : struct, IPoint<P, V>
    {
        float* points = run.Points, cotangents = run.Cotangents;
        nint stride = run.Stride, columns = run.Columns;
        int dimension = P.Dimension > 0 ? P.Dimension : run.Dimension;
        nint sumRows = (2 * dimension) + 2;
        V cotangentOfLogDet = V.Splat(run.LogDetCotangent);
        for (int layer = run.Layers - 1; layer >= 0; layer--)
        {
            TKernel kernel = TKernel.Load(run.Constants + (layer * run.ConstantStride), dimension);
            float* saved = run.Saved + (layer * stride);
            float* output = run.CheckpointBefore(layer + 1);
            for (nint column = 0; P.Dimension == 0 && output != null && column < columns; column += V.Count)
            {
                P.Copy(P.Load(output, stride, column, dimension), points, stride, column);
            }

            output = P.Dimension > 0 && output != null ? output : points;
            float* slots = run.Sums + (layer * sumRows * LaneDispatch.Slots);
            float* second = slots + (dimension * LaneDispatch.Slots);
            float* scalars = second + (dimension * LaneDispatch.Slots);
            for (int slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
            {
                GradientSums<P, V> sums = default;
                if (TGradient.IsSummed)
                {
                    sums.First = P.Load(slots, LaneDispatch.Slots, slot, dimension);
                    sums.Second = P.Load(second, LaneDispatch.Slots, slot, dimension);
                    sums.Third = V.Load(ref *scalars, slot);
                    sums.Fourth = V.Load(ref *scalars, LaneDispatch.Slots + slot);
                }

                // One turn more than rows, of which the first has but the quotient ahead to do.
                nint last = columns - LaneDispatch.Slots + slot;
                V ahead = default;
                for (nint column = slot - LaneDispatch.Slots; column <= last; column += LaneDispatch.Slots)
                {
                    V quotient = ahead;
                    ahead = kernel.BackwardQuotient(V.Load(ref *saved, Math.Min(column + LaneDispatch.Slots, last)), cotangentOfLogDet);
                    if (column < 0)
                    {
                        continue;
                    }

                    P point = P.Load(output, stride, column, dimension);
                    P cotangent = P.Load(cotangents, stride, column, dimension);
                    V save = V.Load(ref *saved, column);
                    kernel.Backward<TGradient>(save, quotient, cotangentOfLogDet, ref point, ref cotangent, ref sums);
                    P.Store(in point, points, stride, column);
                    P.Store(in cotangent, cotangents, stride, column);
                }

                if (TGradient.IsSummed)
                {
                    P.Store(in sums.First, slots, LaneDispatch.Slots, slot);
                    P.Store(in sums.Second, second, LaneDispatch.Slots, slot);
                    V.Store(sums.Third, ref *scalars, slot);
                    V.Store(sums.Fourth, ref *scalars, LaneDispatch.Slots + slot);
                }
            }
        }
    }
}
