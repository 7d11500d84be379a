using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

public sealed class ThreadsOfTrainingTests
{
    // About a shard of one tile, about sixteen such shards, and where shards have grown to their largest.
    [Theory]
    [InlineData(64)]
    [InlineData(448)]
    [InlineData(512)]
    [InlineData(576)]
    [InlineData(1088)]
    [InlineData(8128)]
    [InlineData(8256)]
    [InlineData(16_320)]
    [InlineData(16_448)]
    public void A_step_of_any_batch_has_the_same_bits_for_any_number_of_threads(int batch)
    {
        float[] alone = AfterThreeSteps(batch, threads: 1);
        Assert.All((int[])[2, 3, 7], threads => Assert.Equal(alone, AfterThreeSteps(batch, threads)));
    }

    private static float[] AfterThreeSteps(int batch, int threads)
    {
        using WorkerPool workers = new(threads);
        Trainer trainer = new(FlowShape.Parse("planar:2,radial:2", dimension: 2), TargetLibrary.Find("u3")!, new TrainerOptions { BatchSize = batch }, workers);
        for (int step = 0; step < 3; step++)
        {
            trainer.Step(progress: 0.5);
        }

        return [.. trainer.RawParameters];
    }
}
