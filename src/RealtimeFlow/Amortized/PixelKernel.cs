using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Amortized;

/// <summary>A likelihood of pixels.</summary>
internal unsafe interface IPixels
{
    /// <summary>ln p of some pixels that stand one below the other, for one row of lanes.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="pixels">Where the pixels are.</param>
    /// <param name="count">How many, at most <see cref="PixelKernel{TPixels}.ShardPixels"/>.</param>
    /// <param name="scale">What the derivatives are multiplied by.</param>
    /// <param name="slopes">Whether the decoder's outputs are replaced by the derivatives of −ln p by them.</param>
    static abstract V LogLikelihood<V>(in PixelRows pixels, int count, V scale, bool slopes)
        where V : struct, ILanes<V>;
}

/// <summary>Pixels and the decoder's outputs of one row of lanes.</summary>
internal unsafe struct PixelRows
{
    /// <summary>The first pixel.</summary>
    public float* Values;

    /// <summary>Numbers from a pixel to the next.</summary>
    public nint ValueStride;

    /// <summary>The decoder's first output of that pixel.</summary>
    public float* Outputs;

    /// <summary>Numbers from that of a pixel to that of the next.</summary>
    public nint OutputStride;

    /// <summary>Numbers from a pixel's first output to its second, if it has two.</summary>
    public nint Second;
}

/// <summary>
/// ln p(x|z) of a batch: a shard is some pixels of all rows and samples, and leaves its sums in a row of its own, which are added in order.
/// </summary>
/// <typeparam name="TPixels">The likelihood.</typeparam>
internal unsafe struct PixelKernel<TPixels> : IShardKernel
    where TPixels : struct, IPixels
{
    /// <summary>Pixels of a shard: few enough that a product of so many numbers from 1 to 2 is a float.</summary>
    public const int ShardPixels = 56;

    /// <summary>[pixels][<see cref="Stride"/>].</summary>
    public float* Images;

    /// <summary>[outputs][samples · <see cref="Stride"/>]: the decoder's, replaced by cotangents if wanted.</summary>
    public float* Outputs;

    /// <summary>[shards][samples · <see cref="Stride"/>]: receives the sums.</summary>
    public float* Sums;

    /// <summary>[samples · <see cref="Stride"/>]: what the cotangents are multiplied by.</summary>
    public float* Scales;

    /// <summary>How many pixels an image has.</summary>
    public int Pixels;

    /// <summary>How many samples each image has.</summary>
    public int Samples;

    /// <summary>Places of a row of images.</summary>
    public int Stride;

    /// <summary>Whether cotangents are wanted.</summary>
    public bool Slopes;

    /// <summary>How many shards so many pixels make.</summary>
    public static int Shards(int pixels) => (pixels + ShardPixels - 1) / ShardPixels;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Do<V>(int shard)
        where V : struct, ILanes<V>
    {
        nint first = (nint)shard * ShardPixels, wide = (nint)Samples * Stride;
        int count = (int)Math.Min(ShardPixels, Pixels - first);
        for (nint column = 0; column < wide; column += V.Count)
        {
            PixelRows rows = new()
            {
                Values = Images + (first * Stride) + (column % Stride),
                ValueStride = Stride,
                Outputs = Outputs + (first * wide) + column,
                OutputStride = wide,
                Second = Pixels * wide,
            };
            V sum = TPixels.LogLikelihood(rows, count, V.Load(ref *Scales, column), Slopes);
            V.Store(sum, ref *Sums, (shard * wide) + column);
        }
    }
}
