using RealtimeFlow.Lanes;

namespace RealtimeFlow.Amortized;

/// <summary>ln p(x|z) of a batch by the likelihood of a model, and on request the cotangents of the decoder's outputs. Allocates nothing after construction.</summary>
internal sealed unsafe class PixelPass
{
    private readonly LatentGaussianModel _model;
    private readonly LaneRows _sums;
    private readonly ShardPass<PixelKernel<BernoulliPixels>> _bernoulli;
    private readonly ShardPass<PixelKernel<GaussianPixels>> _gaussian;

    /// <param name="model">The model.</param>
    /// <param name="wide">The most places of a row of samples.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="width">The vector width.</param>
    public PixelPass(LatentGaussianModel model, int wide, IWorkers workers, LaneWidth width)
    {
        _model = model;
        _sums = new LaneRows(PixelKernel<BernoulliPixels>.Shards(model.Pixels), wide);
        _bernoulli = new(workers, width);
        _gaussian = new(workers, width);
    }

    /// <summary>Finds ln p(x|z) of all places.</summary>
    /// <param name="images">[pixels][stride].</param>
    /// <param name="outputs">[outputs][samples · stride]: the decoder's, replaced by cotangents if wanted.</param>
    /// <param name="scales">[samples · stride]: what the cotangents are multiplied by; of no account where they are not wanted.</param>
    /// <param name="stride">Places of a row of images.</param>
    /// <param name="slopes">Whether cotangents are wanted.</param>
    /// <param name="logLikelihood">[samples · stride]: receives it.</param>
    public void Run(float* images, float* outputs, float* scales, int stride, bool slopes, Span<double> logLikelihood)
    {
        if (_model.Likelihood == PixelLikelihood.Bernoulli)
        {
            Run(_bernoulli, images, outputs, scales, stride, slopes, logLikelihood);
        }
        else
        {
            Run(_gaussian, images, outputs, scales, stride, slopes, logLikelihood);
        }
    }

    private void Run<TPixels>(
        ShardPass<PixelKernel<TPixels>> pass, float* images, float* outputs, float* scales, int stride, bool slopes, Span<double> sums)
        where TPixels : struct, IPixels
    {
        PixelKernel<TPixels> kernel = new()
        {
            Images = images,
            Outputs = outputs,
            Sums = _sums.Start,
            Scales = scales,
            Pixels = _model.Pixels,
            Samples = sums.Length / stride,
            Stride = stride,
            Slopes = slopes,
        };
        int shards = PixelKernel<TPixels>.Shards(_model.Pixels);
        pass.Run(kernel, shards);
        sums.Clear();
        for (int shard = 0; shard < shards; shard++)
        {
            float* row = _sums.Start + ((nint)shard * sums.Length);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += row[i];
            }
        }
    }
}
