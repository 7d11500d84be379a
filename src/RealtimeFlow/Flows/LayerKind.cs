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

    internal abstract int RowConstantCount(int dimension);

    internal abstract void PassRows(RowPass pass, LaneWidth width, in RowRun run);
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

    internal override void Forward(LaneWidth width, in LayerRun run) => RunForward<WithoutScore>(width, in run);

    internal override void Inverse(LaneWidth width, in LayerRun run) => Run<InversePass>(width, in run);

    internal override void Push(LaneWidth width, in LayerRun run) => RunForward<WithScore>(width, in run);

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

    internal override int RowConstantCount(int dimension) => TLayer.RowConstantCount(dimension);

    internal override void PassRows(RowPass pass, LaneWidth width, in RowRun run)
    {
        RowKernel kernel = new(pass, run);
        LaneDispatch.Run(width, ref kernel);
    }

    private static void RunForward<TScore>(LaneWidth width, in LayerRun run)
        where TScore : struct, IScoreChoice
    {
        if (run.Saved == null)
        {
            Run<ForwardPass<TScore, WithoutSaved>>(width, in run);
        }
        else
        {
            Run<ForwardPass<TScore, WithSaved>>(width, in run);
        }
    }

    private static void Run<TPass>(LaneWidth width, in LayerRun run)
        where TPass : struct, ILayerPass
    {
        Kernel<TPass> kernel = new(run);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <summary>A pass with the point type that holds D coordinates.</summary>
    private readonly struct Kernel<TPass>(LayerRun run) : ILaneKernel
        where TPass : struct, ILayerPass
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            switch (run.Dimension)
            {
                case 1:
                    TLayer.Run<TPass, V, Point1<V>>(in run);
                    break;
                case 2:
                    TLayer.Run<TPass, V, Point2<V>>(in run);
                    break;
                case 3:
                    TLayer.Run<TPass, V, Point3<V>>(in run);
                    break;
                default:
                    TLayer.Run<TPass, V, PointRows<V>>(in run);
                    break;
            }
        }
    }

    /// <summary>A pass of rows with parameters of their own.</summary>
    private readonly struct RowKernel(RowPass pass, RowRun run) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            switch (pass)
            {
                case RowPass.Constrain:
                    TLayer.ConstrainRows<V>(in run);
                    break;
                case RowPass.Forward:
                    TLayer.ForwardRows<V>(in run);
                    break;
                default:
                    TLayer.BackwardRows<V>(in run);
                    break;
            }
        }
    }
}
