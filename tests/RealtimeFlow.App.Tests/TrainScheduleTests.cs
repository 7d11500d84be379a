namespace RealtimeFlow.App.Tests;

public sealed class TrainScheduleTests
{
    [Fact]
    public void Until_a_divergence_the_schedule_begins_anew_each_time_twice_as_long()
    {
        TrainSchedule schedule = TrainSchedule.For(new TrainLimits(Steps: 100, Seconds: null, UntilKl: 0.01));
        Assert.True(schedule.IsSound);
        (long Step, double Progress)[] expected =
        [
            (0, 0), (50, 0.5), (99, 0.99), (100, 0), (200, 0.5), (299, 0.995), (300, 0), (500, 0.5), (699, 0.9975), (700, 0), (1499, 0.99875), (1500, 0),
        ];
        Assert.All(expected, step => Assert.Equal(step.Progress, schedule.Progress(step.Step, seconds: 1e9), 1e-15));
    }

    [Fact]
    public void Of_steps_and_seconds_the_nearer_end_decides_and_then_all_is_over()
    {
        TrainSchedule schedule = TrainSchedule.For(new TrainLimits(Steps: 100, Seconds: 10, UntilKl: null));
        Assert.Equal(0.5, schedule.Progress(50, 1));
        Assert.Equal(0.5, schedule.Progress(1, 5));
        Assert.Equal(1, schedule.Progress(100, 0));
        Assert.Equal(1, schedule.Progress(1000, 100));
    }

    [Fact]
    public void A_schedule_without_a_length_is_none() =>
        Assert.All(
            (TrainSchedule[])[default, new(0, null), new(null, 0), new(null, double.NaN), new(null, 10, Repeats: true), new(-1, 10, Repeats: true)],
            schedule => Assert.False(schedule.IsSound));
}
