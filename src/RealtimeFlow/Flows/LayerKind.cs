using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>A kind of layer, by name: planar or radial (Rezende &amp; Mohamed 2015, eq. 10 and 14).</summary>
public abstract class LayerKind
{
    private protected LayerKind(string name) => Name = name;

    /// <summary>f(z) = z + û tanh(wᵀz + b).</summary>
    public static LayerKind Planar { get; } = new LayerKind<PlanarLayer<Gentle>>();

    /// <summary>f(z) = z₀ + φ (z − z₀), φ = (α + β + r)/(α + r), r = ‖z − z₀‖.</summary>
    public static LayerKind Radial { get; } = new LayerKind<RadialLayer>();

    /// <summary>The kernels of planar layers with large s: a variant of <see cref="Planar"/>, not a kind that formulas name.</summary>
    internal static LayerKind SteepPlanar { get; } = new LayerKind<PlanarLayer<Steep>>();

    /// <summary>Every kind there is. A new one is a file beside this and a place in this list.</summary>
    public static IReadOnlyList<LayerKind> All { get; } = [Planar, Radial];

    /// <summary>The name in formulas and files.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The numbers a layer of this kind has in D dimensions.</summary>
    /// <param name="dimension">D ≥ 1.</param>
    public abstract int ParameterCount(int dimension);

    internal abstract int ConstantCount(int dimension);

    internal abstract void Constrain(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<float> effective);

    internal abstract void PullBack(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<double> gradient);

    internal abstract LayerKind KernelsFor(int dimension, ReadOnlySpan<float> effective);

    internal abstract void Attenuate(int dimension, float tau, Span<float> effective);

    internal abstract bool ScalesByCoordinate { get; }

    internal abstract void ChangeUnits(int dimension, ReadOnlySpan<float> location, ReadOnlySpan<float> scale, Span<float> effective);

    internal abstract (string Name, int Length)[] Tensors(int dimension);

    internal abstract void Initialize(int dimension, Span<float> numbers);

    internal abstract void InitializeIdentity(int dimension, FlowConstraint constraint, Span<float> numbers);

    internal abstract double Scale(int dimension, ReadOnlySpan<float> effective);

    internal abstract double Scale(int dimension, ReadOnlySpan<double> effective, out double magnitude);

    internal abstract string? Defect(int dimension, ReadOnlySpan<float> effective);

    internal abstract double Prepare(int dimension, ReadOnlySpan<float> effective, Span<float> constants);

    internal abstract void CollectGradient(int dimension, ReadOnlySpan<float> effective, ReadOnlySpan<double> sums, Span<double> gradient);

    internal abstract void Forward(LaneWidth width, in LayerRun run);

    internal abstract void Inverse(LaneWidth width, in LayerRun run);

    internal abstract void Push(LaneWidth width, in LayerRun run);

    internal abstract void Backward(LaneWidth width, in LayerRun run);
}

/// <summary>Binds a layer's static kernels to the run: which point type holds D coordinates, and the loops over particles and layers.</summary>
internal sealed unsafe class LayerKind<TLayer>() : LayerKind(TLayer.Name)
    where TLayer : struct, ILayer
{
    public override int ParameterCount(int dimension) => TLayer.ParameterCount(dimension);

    internal override int ConstantCount(int dimension) => TLayer.ConstantCount(dimension);

    internal override void Constrain(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<float> effective) =>
        TLayer.Constrain(dimension, constraint, raw, effective);

    internal override void PullBack(int dimension, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<double> gradient) =>
        TLayer.PullBack(dimension, constraint, raw, gradient);

    internal override LayerKind KernelsFor(int dimension, ReadOnlySpan<float> effective) =>
        TLayer.KernelsFor(Scale(dimension, effective));

    internal override void Attenuate(int dimension, float tau, Span<float> effective) => TLayer.Attenuate(dimension, tau, effective);

    internal override bool ScalesByCoordinate => TLayer.ScalesByCoordinate;

    internal override void ChangeUnits(int dimension, ReadOnlySpan<float> location, ReadOnlySpan<float> scale, Span<float> effective) =>
        TLayer.ChangeUnits(dimension, location, scale, effective);

    internal override (string Name, int Length)[] Tensors(int dimension) => TLayer.Tensors(dimension);

    internal override void Initialize(int dimension, Span<float> numbers) => TLayer.Initialize(dimension, numbers);

    internal override void InitializeIdentity(int dimension, FlowConstraint constraint, Span<float> numbers) =>
        TLayer.InitializeIdentity(dimension, constraint, numbers);

    internal override double Scale(int dimension, ReadOnlySpan<float> effective) => TLayer.Scale(dimension, effective, out _);

    internal override double Scale(int dimension, ReadOnlySpan<double> effective, out double magnitude) =>
        TLayer.Scale(dimension, effective, out magnitude);

    internal override string? Defect(int dimension, ReadOnlySpan<float> effective) => TLayer.Defect(dimension, effective);

    internal override double Prepare(int dimension, ReadOnlySpan<float> effective, Span<float> constants) =>
        TLayer.Prepare(dimension, effective, constants);

    internal override void CollectGradient(int dimension, ReadOnlySpan<float> effective, ReadOnlySpan<double> sums, Span<double> gradient) =>
        TLayer.CollectGradient(dimension, effective, sums, gradient);

    internal override void Forward(LaneWidth width, in LayerRun run) => Run<ForwardPass>(width, in run);

    internal override void Inverse(LaneWidth width, in LayerRun run) => Run<InversePass>(width, in run);

    internal override void Push(LaneWidth width, in LayerRun run) => Run<PushPass>(width, in run);

    internal override void Backward(LaneWidth width, in LayerRun run)
    {
        if (run.Sums == null)
        {
            Run<BackwardPass<WithoutGradient>>(width, in run);
        }
        else
        {
            Run<BackwardPass<WithGradient>>(width, in run);
        }
    }

    private static void Run<TPass>(LaneWidth width, in LayerRun run)
        where TPass : struct, IPass
    {
        Kernel<TPass> kernel = new(run);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <summary>A loop over particles and layers.</summary>
    private interface IPass
    {
        static abstract void Loop<V, P>(in LayerRun run)
            where V : struct, ILanes<V>
            where P : struct, IPoint<P, V>;
    }

    /// <summary>A pass with the point type that holds D coordinates.</summary>
    private readonly struct Kernel<TPass>(LayerRun run) : ILaneKernel
        where TPass : struct, IPass
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            switch (run.Dimension)
            {
                case 1:
                    TPass.Loop<V, Point1<V>>(run);
                    break;
                case 2:
                    TPass.Loop<V, Point2<V>>(run);
                    break;
                case 3:
                    TPass.Loop<V, Point3<V>>(run);
                    break;
                default:
                    TPass.Loop<V, PointRows<V>>(run);
                    break;
            }
        }
    }

    private readonly struct ForwardPass : IPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Loop<V, P>(in LayerRun run)
            where V : struct, ILanes<V>
            where P : struct, IPoint<P, V>
        {
            float* points = run.Points, product = run.Product, radial = run.Radial;
            nint stride = run.Stride, columns = run.Columns;
            int dimension = P.Dimension > 0 ? P.Dimension : run.Dimension;
            for (int layer = 0; layer < run.Layers; layer++)
            {
                float* constants = run.Constants + (layer * run.ConstantStride);
                float* saved = run.Saved == null ? null : run.Saved + (layer * stride);
                for (nint column = 0; column < columns; column += V.Count)
                {
                    P point = P.Load(points, stride, column, dimension);
                    Determinant<V> determinant = Determinant<V>.Load(product, radial, column, dimension);
                    TLayer.Forward(constants, dimension, ref point, ref determinant, out V save);
                    P.Store(in point, points, stride, column);
                    determinant.Store(product, radial, column, dimension);
                    if (saved != null)
                    {
                        V.Store(save, ref *saved, column);
                    }
                }
            }
        }
    }

    private readonly struct InversePass : IPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Loop<V, P>(in LayerRun run)
            where V : struct, ILanes<V>
            where P : struct, IPoint<P, V>
        {
            float* points = run.Points, product = run.Product, radial = run.Radial, givens = run.Givens, roots = run.Roots;
            nint stride = run.Stride, columns = run.Columns;
            int dimension = P.Dimension > 0 ? P.Dimension : run.Dimension;
            for (int layer = run.Layers - 1; layer >= 0; layer--)
            {
                float* constants = run.Constants + (layer * run.ConstantStride);
                for (nint column = 0; column < columns; column += V.Count)
                {
                    P point = P.Load(points, stride, column, dimension);
                    TLayer.InverseStart(constants, dimension, in point, out V given, out V root);
                    V.Store(given, ref *givens, column);
                    V.Store(root, ref *roots, column);
                }

                for (int steps = TLayer.InverseSteps(constants); steps > 0; steps--)
                {
                    for (nint column = 0; column < columns; column += V.Count)
                    {
                        V root = TLayer.InverseStep(constants, V.Load(ref *givens, column), V.Load(ref *roots, column));
                        V.Store(root, ref *roots, column);
                    }
                }

                for (nint column = 0; column < columns; column += V.Count)
                {
                    P point = P.Load(points, stride, column, dimension);
                    Determinant<V> determinant = Determinant<V>.Load(product, radial, column, dimension);
                    TLayer.InverseEnd(
                        constants, dimension, V.Load(ref *givens, column), V.Load(ref *roots, column), ref point, ref determinant);
                    P.Store(in point, points, stride, column);
                    determinant.Store(product, radial, column, dimension);
                }
            }
        }
    }

    private readonly struct PushPass : IPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Loop<V, P>(in LayerRun run)
            where V : struct, ILanes<V>
            where P : struct, IPoint<P, V>
        {
            float* points = run.Points, scores = run.Cotangents, product = run.Product, radial = run.Radial;
            nint stride = run.Stride, columns = run.Columns;
            int dimension = P.Dimension > 0 ? P.Dimension : run.Dimension;
            for (int layer = 0; layer < run.Layers; layer++)
            {
                float* constants = run.Constants + (layer * run.ConstantStride);
                float* saved = run.Saved == null ? null : run.Saved + (layer * stride);
                for (nint column = 0; column < columns; column += V.Count)
                {
                    P point = P.Load(points, stride, column, dimension);
                    P score = P.Load(scores, stride, column, dimension);
                    Determinant<V> determinant = Determinant<V>.Load(product, radial, column, dimension);
                    TLayer.Push(constants, dimension, ref point, ref score, ref determinant, out V save);
                    P.Store(in point, points, stride, column);
                    P.Store(in score, scores, stride, column);
                    determinant.Store(product, radial, column, dimension);
                    if (saved != null)
                    {
                        V.Store(save, ref *saved, column);
                    }
                }
            }
        }
    }

    private readonly struct BackwardPass<TGradient> : IPass
        where TGradient : struct, IGradientChoice
    {
        // Layers outside, particles inside: the sums stay in registers while a tile passes. A row of lanes narrower than the
        // sixteen slots passes over the tile once for each of its parts, so every slot takes its particles in ascending order.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Loop<V, P>(in LayerRun run)
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
                float* constants = run.Constants + (layer * run.ConstantStride);
                float* saved = run.Saved + (layer * stride);
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

                    for (nint column = slot; column < columns; column += LaneDispatch.Slots)
                    {
                        P point = P.Load(points, stride, column, dimension);
                        P cotangent = P.Load(cotangents, stride, column, dimension);
                        V save = V.Load(ref *saved, column);
                        TLayer.Backward<V, P, TGradient>(constants, dimension, save, cotangentOfLogDet, ref point, ref cotangent, ref sums);
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
}
