using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Amortized;

/// <summary>The layers behind the Gaussians of a batch: each image's own, or the same for all.</summary>
internal sealed unsafe class PosteriorLayers
{
    private readonly RowFlow _flow;
    private readonly LaneRows? _shared;
    private readonly LaneRows? _sharedGradient;
    private readonly ShardPass<TotalKernel> _totals;

    /// <param name="model">The model, which has layers.</param>
    /// <param name="capacity">The most images of a batch.</param>
    /// <param name="samples">Samples of each.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="width">The vector width.</param>
    public PosteriorLayers(LatentGaussianModel model, int capacity, int samples, IWorkers workers, LaneWidth width)
    {
        _flow = new RowFlow(model.Posterior, model.Constraint, capacity, samples, workers, width);
        _totals = new(workers, width);
        if (model.SharesLayers)
        {
            _shared = new LaneRows(_flow.ParameterCount, Network.Stride(capacity));
            _sharedGradient = new LaneRows(_flow.ParameterCount, Network.Stride(capacity));
        }
    }

    private int Numbers => _flow.ParameterCount * _flow.Stride;

    /// <summary>Takes the raw parameters of a batch.</summary>
    /// <param name="ofImages">Those of the images, [numbers][stride]; of no account where the layers are shared.</param>
    /// <param name="shared">Those of all images.</param>
    /// <param name="rows">How many images.</param>
    public void Constrain(ReadOnlySpan<float> ofImages, ReadOnlySpan<float> shared, int rows)
    {
        _flow.Begin(rows, _flow.Samples);
        for (int i = 0; i < shared.Length; i++)
        {
            _shared!.Span.Slice(i * _flow.Stride, _flow.Stride).Fill(shared[i]);
        }

        _flow.Constrain(Raw(ofImages));
    }

    /// <summary>Sends z_0 to z_K.</summary>
    /// <param name="ofImages">As for <see cref="Constrain"/>.</param>
    /// <param name="points">[D][samples · stride]: z_0, which becomes z_K.</param>
    /// <param name="logDet">Receives Σ ln det.</param>
    public void Forward(ReadOnlySpan<float> ofImages, Span<float> points, Span<float> logDet) => _flow.Forward(Raw(ofImages), points, logDet);

    /// <summary>Takes points and cotangents back to z_0.</summary>
    /// <param name="ofImages">As for <see cref="Constrain"/>.</param>
    /// <param name="points">z_K, which becomes z_0.</param>
    /// <param name="cotangents">The cotangent of z_K, which becomes that of z_0.</param>
    /// <param name="logDetCotangents">That of Σ ln det.</param>
    /// <param name="gradientOfImages">Receives the gradient by the raw parameters of each image; of no account where the layers are shared.</param>
    /// <param name="gradientOfShared">Receives that by the shared ones.</param>
    public void Backward(
        ReadOnlySpan<float> ofImages,
        Span<float> points,
        Span<float> cotangents,
        ReadOnlySpan<float> logDetCotangents,
        Span<float> gradientOfImages,
        Span<float> gradientOfShared)
    {
        Span<float> gradient = _sharedGradient == null ? gradientOfImages : _sharedGradient.Span[..Numbers];
        _flow.Backward(Raw(ofImages), points, cotangents, logDetCotangents, gradient);
        fixed (float* rows = gradient, totals = gradientOfShared)
        {
            // Rows beyond the images have weights of 0, and so a gradient of 0.
            _totals.Run(new TotalKernel { Rows = rows, Stride = _flow.Stride, Totals = totals }, gradientOfShared.Length);
        }
    }

    private ReadOnlySpan<float> Raw(ReadOnlySpan<float> ofImages) => _shared == null ? ofImages : _shared.Span[..Numbers];

    /// <summary>The sum over a row, in sixteen slots. A shard is a row.</summary>
    private struct TotalKernel : IShardKernel
    {
        public float* Rows;
        public int Stride;
        public float* Totals;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Do<V>(int shard)
            where V : struct, ILanes<V>
        {
            float* slots = stackalloc float[LaneDispatch.Slots], row = Rows + ((nint)shard * Stride);
            for (int slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
            {
                V sum = V.Splat(0);
                for (int i = slot; i < Stride; i += LaneDispatch.Slots)
                {
                    sum += V.Load(ref *row, i);
                }

                V.Store(sum, ref *slots, slot);
            }

            Totals[shard] = BatchRows.Total(slots);
        }
    }
}
