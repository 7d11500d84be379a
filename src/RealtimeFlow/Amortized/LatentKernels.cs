using System.Runtime.CompilerServices;
using RealtimeFlow.Base;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;
using RealtimeFlow.Random;

namespace RealtimeFlow.Amortized;

/// <summary>Where the latent variables of a batch are. A shard is a group of sixteen images with one sample each.</summary>
internal unsafe struct LatentRows
{
    /// <summary>[2D and more][<see cref="Stride"/>]: what the encoder said, μ and ln σ.</summary>
    public float* Heads;

    /// <summary>[D][samples · <see cref="Stride"/>]: z.</summary>
    public float* Points;

    /// <summary>[samples · groups][D][16]: σ ε.</summary>
    public float* Spread;

    /// <summary>[samples · <see cref="Stride"/>]: first ln q_0(z_0), then ln q_K(z_K), both without their −½ D ln 2π.</summary>
    public float* LogPosterior;

    /// <summary>[samples · <see cref="Stride"/>]: ln p(z_K), without its −½ D ln 2π.</summary>
    public float* LogPrior;

    /// <summary>D.</summary>
    public int Latents;

    /// <summary>How many samples each image has.</summary>
    public int Samples;

    /// <summary>Places of a row of images.</summary>
    public int Stride;

    /// <summary>Places of a row of samples.</summary>
    public readonly nint Wide => (nint)Samples * Stride;

    /// <summary>How many groups of images there are.</summary>
    public readonly int Groups => Stride / LaneDispatch.Slots;

    /// <summary>The σ ε of a shard.</summary>
    public readonly float* SpreadOf(int shard) => Spread + ((nint)shard * Latents * LaneDispatch.Slots);
}

/// <summary>z_0 = μ + σ ε and ln q_0(z_0) = −Σ (ln σ + ½ ε²).</summary>
internal unsafe struct DrawKernel : IShardKernel
{
    /// <summary>The batch.</summary>
    public LatentRows Rows;

    /// <summary>Where ε comes from.</summary>
    public RandomStream Stream;

    /// <summary>The group of the stream's points that the first group of images takes with its first sample.</summary>
    public ulong FirstGroup;

    /// <summary>Groups of points from a sample to the next.</summary>
    public ulong SampleGroups;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Do<V>(int shard)
        where V : struct, ILanes<V>
    {
        (int sample, int group) = Math.DivRem(shard, Rows.Groups);
        float* spread = Rows.SpreadOf(shard);
        PointNoise.Normal<V>(Stream, Rows.Latents, FirstGroup + ((ulong)sample * SampleGroups) + (ulong)group, 1, ref *spread);
        float* heads = Rows.Heads + (group * LaneDispatch.Slots);
        nint place = ((nint)sample * Rows.Stride) + (group * LaneDispatch.Slots);
        for (nint lane = 0; lane < LaneDispatch.Slots; lane += V.Count)
        {
            CompensatedSum<V> sum = default;
            for (nint j = 0; j < Rows.Latents; j++)
            {
                V mean = V.Load(ref *heads, (j * Rows.Stride) + lane);
                V logScale = V.Load(ref *heads, ((Rows.Latents + j) * Rows.Stride) + lane);
                V noise = V.Load(ref *spread, (j * LaneDispatch.Slots) + lane);
                V distance = LaneMath.Exp(logScale) * noise;
                V.Store(distance, ref *spread, (j * LaneDispatch.Slots) + lane);
                V.Store(mean + distance, ref *Rows.Points, (j * Rows.Wide) + place + lane);
                sum.Add(-V.Fma(V.Splat(0.5f) * noise, noise, logScale));
            }

            V.Store(sum.Total, ref *Rows.LogPosterior, place + lane);
        }
    }
}

/// <summary>ln q_K(z_K) = ln q_0(z_0) − Σ ln det and ln p(z_K) = −½ ‖z_K‖².</summary>
internal unsafe struct DensityKernel : IShardKernel
{
    /// <summary>The batch.</summary>
    public LatentRows Rows;

    /// <summary>[samples · stride]: Σ ln det.</summary>
    public float* LogDet;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Do<V>(int shard)
        where V : struct, ILanes<V>
    {
        nint place = (nint)shard * LaneDispatch.Slots;
        for (nint lane = place; lane < place + LaneDispatch.Slots; lane += V.Count)
        {
            CompensatedSum<V> sum = default;
            for (nint j = 0; j < Rows.Latents; j++)
            {
                V z = V.Load(ref *Rows.Points, (j * Rows.Wide) + lane);
                sum.Add(V.Splat(-0.5f) * z * z);
            }

            V.Store(sum.Total, ref *Rows.LogPrior, lane);
            V.Store(V.Load(ref *Rows.LogPosterior, lane) - V.Load(ref *LogDet, lane), ref *Rows.LogPosterior, lane);
        }
    }
}

/// <summary>The cotangent of z_K: what came from the decoder, and β z_K, of −β ln p(z_K).</summary>
internal unsafe struct PriorKernel : IShardKernel
{
    /// <summary>The batch.</summary>
    public LatentRows Rows;

    /// <summary>[D][samples · stride]: the cotangent.</summary>
    public float* Cotangents;

    /// <summary>[samples · stride]: β and the weight of each sample.</summary>
    public float* Scales;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Do<V>(int shard)
        where V : struct, ILanes<V>
    {
        nint place = (nint)shard * LaneDispatch.Slots;
        for (nint lane = place; lane < place + LaneDispatch.Slots; lane += V.Count)
        {
            V scale = V.Load(ref *Scales, lane);
            for (nint j = 0; j < Rows.Latents; j++)
            {
                nint i = (j * Rows.Wide) + lane;
                V.Store(V.Fma(scale, V.Load(ref *Rows.Points, i), V.Load(ref *Cotangents, i)), ref *Cotangents, i);
            }
        }
    }
}

/// <summary>
/// The cotangents of μ and ln σ from that of z_0 = μ + σ ε, and from ln q_0 = −Σ ln σ, summed over the samples. A shard is a group of images.
/// </summary>
internal unsafe struct HeadKernel : IShardKernel
{
    /// <summary>The batch.</summary>
    public LatentRows Rows;

    /// <summary>[D][samples · stride]: the cotangent of z_0.</summary>
    public float* Cotangents;

    /// <summary>[samples · stride]: the weight of each sample.</summary>
    public float* Weights;

    /// <summary>[2D and more][stride]: receives the cotangents of the encoder's outputs.</summary>
    public float* HeadCotangents;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Do<V>(int group)
        where V : struct, ILanes<V>
    {
        for (nint lane = 0; lane < LaneDispatch.Slots; lane += V.Count)
        {
            nint column = ((nint)group * LaneDispatch.Slots) + lane;
            for (nint j = 0; j < Rows.Latents; j++)
            {
                V byMean = V.Splat(0), byLogScale = byMean;
                for (int sample = 0; sample < Rows.Samples; sample++)
                {
                    nint place = (sample * (nint)Rows.Stride) + column;
                    V cotangent = V.Load(ref *Cotangents, (j * Rows.Wide) + place);
                    V distance = V.Load(ref *Rows.SpreadOf((sample * Rows.Groups) + group), (j * LaneDispatch.Slots) + lane);
                    byMean += cotangent;
                    byLogScale += V.Fma(cotangent, distance, -V.Load(ref *Weights, place));
                }

                V.Store(byMean, ref *HeadCotangents, (j * Rows.Stride) + column);
                V.Store(byLogScale, ref *HeadCotangents, ((Rows.Latents + j) * Rows.Stride) + column);
            }
        }
    }
}
