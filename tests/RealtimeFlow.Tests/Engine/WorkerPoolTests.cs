using RealtimeFlow.Engine;

namespace RealtimeFlow.Tests.Engine;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_shard_is_done_exactly_once_by_a_worker_that_exists(int threads)
    {
        using WorkerPool workers = new(threads);
        Assert.Equal(threads, workers.Count);
        Counting work = new(1000);
        for (int run = 1; run <= 200; run++)
        {
            int shards = run % 7 == 0 ? 0 : run * 5;
            Array.Clear(work.Done);
            workers.Run(work, shards);
            Assert.All(work.Done[..shards], times => Assert.Equal(1, times));
            Assert.All(work.Done[shards..], times => Assert.Equal(0, times));
        }

        Assert.InRange(work.LargestWorker, 0, threads - 1);
    }

    [Fact]
    public void Workers_that_have_fallen_asleep_wake_for_the_next_run()
    {
        using WorkerPool workers = new(3);
        Counting work = new(64);
        for (int run = 0; run < 3; run++)
        {
            Thread.Sleep(50);
            workers.Run(work, 64);
        }

        Assert.All(work.Done, times => Assert.Equal(3, times));
    }

    [Fact]
    public void Two_pools_work_at_once()
    {
        using WorkerPool first = new(2), second = new(2);
        Counting one = new(8), other = new(8);
        Thread beside = new(() => Repeat(second, other));
        beside.Start();
        Repeat(first, one);
        beside.Join();
        Assert.All([.. one.Done, .. other.Done], times => Assert.Equal(2000, times));

        static void Repeat(WorkerPool workers, Counting work)
        {
            for (int run = 0; run < 2000; run++)
            {
                workers.Run(work, 8);
            }
        }
    }

    [Fact]
    public void A_run_of_one_shard_is_the_callers_alone()
    {
        using WorkerPool workers = new(3);
        Counting work = new(1);
        for (int run = 0; run < 1000; run++)
        {
            workers.Run(work, 1);
        }

        Assert.Equal(0, work.LargestWorker);
        Assert.Equal(1000, work.Done[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void After_an_exception_the_shards_that_were_not_begun_are_left_out(int threads)
    {
        using WorkerPool workers = new(threads);
        FailingAtOnce work = new();
        Assert.Throws<InvalidOperationException>(() => workers.Run(work, 1000));
        Assert.InRange(work.Begun, 1, threads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_in_a_shard_is_thrown_to_the_caller_and_the_pool_goes_on(int threads)
    {
        using WorkerPool workers = new(threads);
        Assert.Equal("shard 17", Assert.Throws<InvalidOperationException>(() => workers.Run(new Failing(), 40)).Message);
        Counting work = new(100);
        workers.Run(work, 100);
        Assert.All(work.Done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Many_more_threads_than_processors_do_short_runs_one_after_the_other()
    {
        using WorkerPool workers = new(8 * Environment.ProcessorCount);
        Counting work = new(5);
        const int runs = 5000;
        for (int run = 0; run < runs; run++)
        {
            workers.Run(work, 5);
        }

        Assert.All(work.Done, times => Assert.Equal(runs, times));
    }

    [Fact]
    public void Disposed_pools_refuse_work()
    {
        WorkerPool workers = new(2);
        workers.Dispose();
        workers.Dispose();
        Assert.Throws<ObjectDisposedException>(() => workers.Run(new Counting(1), 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100_000)]
    public void Numbers_of_threads_out_of_range_are_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(threads), () => new WorkerPool(threads));

    private sealed class Counting(int shards) : IShardedWork
    {
        private int _largestWorker;

        public int[] Done { get; } = new int[shards];

        public int LargestWorker => _largestWorker;

        public void Do(int shard, int worker)
        {
            Interlocked.Increment(ref Done[shard]);
            if (worker > _largestWorker)
            {
                _largestWorker = worker;
            }
        }
    }

    private sealed class FailingAtOnce : IShardedWork
    {
        private int _begun;

        public int Begun => _begun;

        public void Do(int shard, int worker)
        {
            Interlocked.Increment(ref _begun);
            throw new InvalidOperationException();
        }
    }

    private sealed class Failing : IShardedWork
    {
        public void Do(int shard, int worker)
        {
            if (shard == 17)
            {
                throw new InvalidOperationException("shard 17");
            }
        }
    }
}
