using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Amortized;

/// <summary>
/// The images that each step sees: drawn without replacement, epoch after epoch, in an order that follows from (seed, epoch, N) alone. A
/// shard is sixteen images.
/// </summary>
internal sealed unsafe class ImageBatches(ImageSource images, ulong seed, int size, IWorkers workers) : IShardedWork
{
    private readonly EpochOrder _order = new(seed);
    private readonly int[] _drawn = new int[size];
    private float* _destination;
    private int _stride;
    private long _epoch;
    private int _rest;

    /// <summary>Draws the images of a step and writes them as columns.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="destination">[pixels][stride].</param>
    /// <param name="stride">Places of a pixel.</param>
    public void Fill(long step, Span<float> destination, int stride)
    {
        // The images up to the rest are of one epoch, those behind it of the next.
        (_epoch, long place) = Math.DivRem(step * size, images.Count);
        (_stride, _rest) = (stride, (int)Math.Min(size, images.Count - place));
        _order.Draw(step * size, images.Count, _drawn);
        fixed (float* columns = destination)
        {
            _destination = columns;
            workers.Run(this, stride / LaneDispatch.Slots);
        }
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        int first = shard * LaneDispatch.Slots, end = Math.Min(size, first + LaneDispatch.Slots);
        while (first < end)
        {
            // A minibatch larger than the set goes on into more epochs than the next.
            int epoch = first < _rest ? 0 : 1 + ((first - _rest) / images.Count), last = Math.Min(end, _rest + (epoch * images.Count));
            int length = ((images.Pixels - 1) * _stride) + last - first;
            images.Fill(_drawn.AsSpan(first..last), _epoch + epoch, new Span<float>(_destination + first, length), _stride);
            first = last;
        }
    }
}
