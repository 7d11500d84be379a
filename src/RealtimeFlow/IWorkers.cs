namespace RealtimeFlow;

/// <summary>Work that falls into shards, each of which any thread may do, in any order.</summary>
public interface IShardedWork
{
    /// <summary>Does one shard. Called from several threads at once, never twice for one shard.</summary>
    /// <param name="shard">Which: 0 ≤ shard &lt; the number given to <see cref="IWorkers.Run"/>.</param>
    /// <param name="worker">Who: 0 ≤ worker &lt; <see cref="IWorkers.Count"/>, for scratch memory of its own.</param>
    void Do(int shard, int worker);
}

/// <summary>
/// Threads to do work in shards. What a shard does must not depend on its worker: then results do not depend on how many there are.
/// </summary>
public interface IWorkers
{
    /// <summary>How many threads work, the caller's included.</summary>
    int Count { get; }

    /// <summary>Has every shard done, and returns when all are. Not to be called from a shard. Allocates nothing.</summary>
    /// <param name="work">The work.</param>
    /// <param name="shards">How many shards.</param>
    void Run(IShardedWork work, int shards);
}
