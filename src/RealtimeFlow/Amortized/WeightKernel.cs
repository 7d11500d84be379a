using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Amortized;

/// <summary>Multiplies the cotangents of the decoder's outputs by the weights of samples. A shard is some outputs.</summary>
internal unsafe struct WeightKernel : IShardKernel
{
    private const int ShardOutputs = 64;

    /// <summary>[outputs][<see cref="Wide"/>]: the cotangents.</summary>
    public float* Cotangents;

    /// <summary>[<see cref="Wide"/>]: the weights.</summary>
    public float* Weights;

    /// <summary>What the weights are multiplied by.</summary>
    public float Factor;

    /// <summary>Places of a row of samples.</summary>
    public int Wide;

    /// <summary>How many outputs there are.</summary>
    public int Outputs;

    /// <summary>How many shards so many outputs make.</summary>
    public static int Shards(int outputs) => (outputs + ShardOutputs - 1) / ShardOutputs;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Do<V>(int shard)
        where V : struct, ILanes<V>
    {
        V factor = V.Splat(Factor);
        for (nint row = (nint)shard * ShardOutputs; row < Math.Min(Outputs, (shard + 1) * ShardOutputs); row++)
        {
            float* cotangents = Cotangents + (row * Wide);
            for (nint i = 0; i < Wide; i += V.Count)
            {
                V.Store(factor * V.Load(ref *Weights, i) * V.Load(ref *cotangents, i), ref *cotangents, i);
            }
        }
    }
}
