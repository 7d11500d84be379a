using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>
/// The gradient of E[U1 − Σ ln det] by the parameters of a planar chain, over a batch of points of the base that lie in memory: forward,
/// energy, backward and sums, without the noise and the optimiser of a whole step.
/// </summary>
internal sealed class TrainingWork : IDisposable
{
    // An error of the gradient beyond this share of its norm is a wrong result, not rounding.
    private const double LargestError = 1e-4;

    private readonly double[] _reference;
    private readonly double[] _gradient;
    private readonly WorkerPool _alone = new(1);

    /// <param name="formula">The chain.</param>
    /// <param name="batch">How many points.</param>
    public TrainingWork(string formula, int batch)
    {
        Flow = Chains.Draw(formula);
        Batch = batch;
        Points = new AlignedFloats(2 * batch);
        new RandomStream(1, StreamNumbers.Training).FillNormal(0, Points.Span);
        _gradient = new double[Flow.Shape.ParameterCount];
        _reference = FloatingReference.Gradient(Flow, Points.Span);
    }

    /// <summary>The chain.</summary>
    public FlowDistribution Flow { get; }

    /// <summary>How many points.</summary>
    public int Batch { get; }

    /// <summary>The points: two rows.</summary>
    public AlignedFloats Points { get; }

    /// <summary>What one call does.</summary>
    public long Operations => (long)Batch * Flow.Shape.LayerCount;

    private Span<double> LayersGradient => _gradient.AsSpan(Flow.Shape.LogScale.End.Value);

    /// <summary>We.</summary>
    public Peer Ours()
    {
        BatchGradient gradient = new(Flow, new FromMemory(Flow, Points), Batch, _alone);
        return Check("RealtimeFlow", "forward, U1, backward, sums", () => gradient.Compute(Batch, _gradient));
    }

    /// <summary>A gradient by C.</summary>
    public unsafe Peer Compiled(CompiledPeer compiled)
    {
        delegate* unmanaged<float*, int, float*, double*, nint, double> planar = compiled.Gradient("planar_gradient");
        float[] parameters = Flow.Parameters[Flow.Shape.LogScale.End..].ToArray();
        return Check("C, intrinsics", "the same; " + compiled.Compiler, () =>
        {
            fixed (float* start = parameters)
            fixed (double* gradient = LayersGradient)
            {
                planar(start, Flow.Shape.LayerCount, Points.Pointer, gradient, Batch);
            }
        });
    }

    /// <summary>The error of a gradient by the layers' parameters, as a share of the norm, for the table.</summary>
    public string ErrorOf(string name, ReadOnlySpan<double> found)
    {
        double square = 0, norm2 = 0;
        for (int i = 0; i < _reference.Length; i++)
        {
            square += (found[i] - _reference[i]) * (found[i] - _reference[i]);
            norm2 += _reference[i] * _reference[i];
        }

        double error = Math.Sqrt(square / norm2);
        return error <= LargestError
            ? error.ToString("g2", CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{name} is wrong: its gradient by {error:g3} of the norm."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Points.Dispose();
        _alone.Dispose();
    }

    private Peer Check(string name, string form, Action work)
    {
        LayersGradient.Clear();
        work();
        return new Peer(name, form, Operations, () => Peer.Time(work)) { Error = ErrorOf(name, LayersGradient) };
    }

    /// <summary>The free energy's objective, but for where the points come from.</summary>
    private sealed unsafe class FromMemory : Objective
    {
        private readonly Chain _chain;
        private readonly AlignedFloats _points;
        private readonly Target _target = TargetLibrary.Find("u1")!;

        public FromMemory(FlowDistribution flow, AlignedFloats points)
        {
            _points = points;
            _chain = new Chain(flow.Shape);
            _chain.Prepare(flow.Parameters, 0, flow.Shape.LayerCount);
        }

        public override double LogScaleGradient => 0;

        public override void Begin(long step, long first, int count, double beta)
        {
        }

        public override void Accumulate(FlowDistribution flow, FlowTile tile, nint columns, int first, float* sums, float* statistics)
        {
            PointSpans.CopyIn(tile, (int)columns, _points.Span, _points.Span.Length / 2, first);
            tile.ResetDeterminants(columns);
            _chain.Forward(tile, columns, flow.Width, save: true);
            tile.ValueRow.Clear();
            flow.FinishLogDensity(tile, columns);
            TileRows.AddTo(statistics, tile.Values, columns, flow.Width);
            _target.Evaluate(tile, columns, flow.Width);
            TileRows.AddTo(statistics + LaneDispatch.Slots, tile.Values, columns, flow.Width);
            _chain.Backward(tile, columns, flow.Width, -1, sums + (2 * flow.Shape.Dimension * LaneDispatch.Slots));
        }
    }
}
