using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering.Tests;

public sealed class ExposureTests
{
    private const int Side = 200;

    [Theory]
    [InlineData(4, 1)]
    [InlineData(8, 0.5)]
    public void Of_a_gaussian_it_is_near_the_peak_whatever_the_view(double radius, double deviation)
    {
        double peak = 1 / (2 * Math.PI * deviation * deviation);
        Assert.InRange(new Exposure().Update(Gaussian(radius, deviation)), 0.95 * peak, 1.02 * peak);
    }

    [Fact]
    public void Counts_and_log_densities_give_the_same()
    {
        Panel density = Gaussian(4, 1);
        uint[] counts = Array.ConvertAll(density.Values.ToArray(), log => (uint)(MathF.Exp(log) * 1_000_000));
        Panel particles = Panel.OfCounts("", counts, Side, Side, (long)(1e6 * Side * Side / density.View.Area), density.View);
        Assert.Equal(new Exposure().Update(density), new Exposure().Update(particles), 0.04 / (2 * Math.PI));
    }

    [Fact]
    public void Noise_does_not_move_it_and_a_change_is_followed_without_a_jump()
    {
        System.Random random = new(5);
        Exposure exposure = new();
        float first = exposure.Update(Gaussian(4, 1));
        for (int frame = 0; frame < 50; frame++)
        {
            Assert.Equal(first, exposure.Update(Gaussian(4, 1 + (0.04 * (random.NextDouble() - 0.5)))));
        }

        float last = first;
        int frames = 0;
        for (; exposure.Update(Gaussian(4, 0.5)) != last; frames++)
        {
            Assert.InRange(exposure.Value / last, 1, 1.3);
            last = exposure.Value;
        }

        Assert.InRange(frames, 10, 60);
        Assert.InRange(last, 3.8f * first, 4.2f * first);
        exposure.Reset();
        Assert.InRange(exposure.Update(Gaussian(4, 1)), 0.97f * first, 1.03f * first);
    }

    [Fact]
    public void Nothing_to_see_changes_nothing_and_what_is_no_density_is_left_out()
    {
        PlaneView view = new(0, 1, 0, 1);
        Exposure exposure = new();
        Assert.Equal(1, exposure.Update(Panel.OfCounts("", new uint[4], 2, 2, 1, view)));
        Assert.Equal(1, exposure.Update(Panel.OfLogDensity("", new[] { float.NaN, float.NegativeInfinity, float.PositiveInfinity }, 3, 1, view)));
        Assert.False(exposure.IsSet);
        Assert.InRange(exposure.Update(Panel.OfDifference("", new[] { -0.5f, 0.5f, 0, float.NaN }, 4, 1, view)), 0.49f, 0.51f);
        Assert.True(exposure.IsSet);
        Assert.Throws<ArgumentException>(() => exposure.Update(Panel.OfImage("", new byte[1], 1, 1, 1, view)));
    }

    [Fact]
    public void An_update_allocates_nothing()
    {
        Exposure exposure = new();
        Panel panel = Gaussian(4, 1);
        exposure.Update(panel);
        long before = GC.GetAllocatedBytesForCurrentThread();
        exposure.Update(panel);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Panel Gaussian(double radius, double deviation)
    {
        float[] log = new float[Side * Side];
        for (int cell = 0; cell < log.Length; cell++)
        {
            double x = ((((cell % Side) + 0.5) / Side * 2) - 1) * radius / deviation;
            double y = ((((cell / Side) + 0.5) / Side * 2) - 1) * radius / deviation;
            log[cell] = (float)((-0.5 * ((x * x) + (y * y))) - Math.Log(2 * Math.PI * deviation * deviation));
        }

        return Panel.OfLogDensity("", log, Side, Side, new PlaneView((float)-radius, (float)radius, (float)-radius, (float)radius));
    }
}
