using RealtimeFlow.Lanes;

namespace RealtimeFlow.Amortized;

/// <summary>A kernel whose work falls into shards, none of which depends on another.</summary>
internal interface IShardKernel
{
    /// <summary>Does one shard.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    void Do<V>(int shard)
        where V : struct, ILanes<V>;
}

/// <summary>Runs kernels of one type on all threads. Allocates nothing after construction.</summary>
/// <typeparam name="TKernel">The kernel, with its arguments.</typeparam>
internal sealed class ShardPass<TKernel>(IWorkers workers, LaneWidth width) : IShardedWork
    where TKernel : struct, IShardKernel
{
    private TKernel _kernel;

    /// <summary>Does all shards of a kernel.</summary>
    public void Run(in TKernel kernel, int shards)
    {
        _kernel = kernel;
        workers.Run(this, shards);
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        Shard one = new(_kernel, shard);
        LaneDispatch.Run(width, ref one);
    }

    private readonly struct Shard(TKernel kernel, int shard) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => kernel.Do<V>(shard);
    }
}
