using RealtimeFlow.App.Live;

namespace RealtimeFlow.App.Tests.Live;

public sealed class FrameTimesTests
{
    [Fact]
    public void Percentiles_are_known_to_a_twentieth_of_a_millisecond()
    {
        FrameTimes times = new();
        Assert.Equal(double.NaN, times.Percentile(0.5));
        double[] all = [.. Enumerable.Range(0, 1001).Select(i => 0.0371 * ((i * 7) % 1001))];
        foreach (double time in all)
        {
            times.Add(time);
        }

        Array.Sort(all);
        Assert.Equal((1001, all[^1]), (times.Count, times.Longest));
        foreach (double share in new[] { 0, 0.001, 0.5, 0.95, 0.99, 1 })
        {
            double expected = all[Math.Max(0, (int)Math.Ceiling(share * 1001) - 1)];
            Assert.InRange(times.Percentile(share), expected, expected + 0.05);
        }
    }

    [Fact]
    public void What_takes_longer_than_a_second_counts_as_the_longest()
    {
        FrameTimes times = new();
        times.Add(5000);
        times.Add(1);
        Assert.Equal((5000, 1.05), (times.Longest, times.Percentile(0.5)));
    }
}
