using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Engine;

public sealed class FlowEngineTests : IDisposable
{
    private const float ViewRadius = 4.8f;

    private readonly WorkerPool _workers = new(2);

    private static FlowShape Shape { get; } = FlowShape.Parse("planar:2,radial:1", 2);

    private static float[] Parameters { get; } =
        [0.2f, -0.1f, 0.3f, 0.1f, 1.2f, -0.4f, 0.7f, 0.9f, 0.3f, -0.5f, 0.8f, 0.6f, 0.4f, -0.2f, 0.5f, 0.2f, 0.8f, 0.9f];

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1000, 7)]
    [InlineData(100_003, 256)]
    public void The_count_image_is_the_histogram_of_the_samples(int count, int bins)
    {
        RandomStream stream = new(4, StreamNumbers.Particles);
        FlowDistribution q = new(Shape, Parameters);
        float[] points = new float[2 * count];
        q.Sample(stream, 0, points);
        uint[] expected = new uint[bins * bins];
        float scale = bins / (2 * ViewRadius);
        for (int j = 0; j < count; j++)
        {
            // As the engine rounds: one fused operation.
            float x = MathF.FusedMultiplyAdd(points[j], scale, 0.5f * bins), y = MathF.FusedMultiplyAdd(points[count + j], scale, 0.5f * bins);
            if (x > 0 && x < bins && y > 0 && y < bins)
            {
                expected[((int)y * bins) + (int)x]++;
            }
        }

        Assert.InRange(expected.Sum(n => (long)n), count * 0.9, count);
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            ParticleSystem particles = new(count, stream, bins, ViewRadius, _workers);
            particles.Advance(new FlowDistribution(Shape, Parameters) { Width = width });
            particles.Advance(new FlowDistribution(Shape, Parameters) { Width = width });
            Assert.Equal(expected, particles.Counts);
        }
    }

    [Fact]
    public void Particles_far_out_of_view_are_not_counted()
    {
        // The base alone, a hundred radii to the left; and one so wide that squares overflow.
        ParticleSystem particles = new(10_000, new RandomStream(1, 2), 64, ViewRadius, _workers);
        particles.Advance(new FlowDistribution(new FlowShape(2), [-480, 0, 0, 0]));
        Assert.All(particles.Counts, n => Assert.Equal(0u, n));
        particles.Advance(new FlowDistribution(new FlowShape(2), [0, 0, 85, 85]));
        Assert.All(particles.Counts, n => Assert.Equal(0u, n));
    }

    [Fact]
    public void The_density_grid_is_the_log_density_at_the_centres_of_the_pixels()
    {
        const int Size = 37;
        FlowDistribution q = new(Shape, Parameters);
        ReferenceFlow flow = new(Shape, Vectors.ToDoubles(Parameters));
        DensityGrid grid = new(Size, ViewRadius, _workers);
        grid.Evaluate(q);
        double mass = 0, step = 2 * ViewRadius / Size;
        for (int j = 0; j < Size; j++)
        {
            for (int i = 0; i < Size; i++)
            {
                double[] at = [((i + 0.5) * step) - ViewRadius, ((j + 0.5) * step) - ViewRadius];
                double expected = flow.LogDensity(at);

                // The pixel's centre is rounded too: a few ulp of the view radius times the slope of ln q.
                Assert.Equal(expected, grid.LogDensity[(j * Size) + i], 1e-5 * (1 + Math.Abs(expected)));
                mass += Math.Exp(grid.LogDensity[(j * Size) + i]) * step * step;
            }
        }

        Assert.InRange(mass, 0.9, 1.01);
    }

    [Theory]
    [InlineData("u1")]
    [InlineData("u3")]
    public void The_targets_grid_is_normalised(string name)
    {
        const int Size = 96;
        DensityGrid grid = new(Size, ViewRadius, _workers);
        grid.Evaluate(TargetLibrary.Find(name)!);
        double step = 2 * ViewRadius / Size;
        Assert.Equal(1, grid.LogDensity.Sum(x => Math.Exp(x)) * step * step, 0.01);
        Func<double[], double> energy = ReferenceEnergy.Of(name);
        double[] corner = [(0.5 * step) - ViewRadius, (1.5 * step) - ViewRadius];
        Assert.Equal(-energy(corner) - TargetLibrary.Find(name)!.LogNormalizer!.Value, grid.LogDensity[Size], 1e-3);
    }

    [Fact]
    public void Frames_of_fixed_steps_are_a_function_of_the_seed_alone()
    {
        FlowEngineOptions options = new() { Particles = 5000, Formula = "planar:4,radial:2", GridSize = 48, ScheduledSteps = 100, Seed = 3 };
        (float[] Parameters, uint[] Counts, float[] Density)[] runs = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            using WorkerPool workers = new(threads);
            FlowEngine engine = new(TargetLibrary.Find("u2")!, options, workers);
            FrameStatistics statistics = default;
            for (int frame = 0; frame < 5; frame++)
            {
                statistics = engine.Advance(new FrameBudget(TimeSpan.Zero, 7, Density: true, Particles: true));
            }

            Assert.Equal(7, statistics.TrainingSteps);
            Assert.Equal(35, engine.Trainer.Steps);
            Assert.Equal(0.35, engine.Progress, 1e-12);
            return (engine.Trainer.Flow.Parameters.ToArray(), engine.Particles.Counts, engine.Density.LogDensity);
        })];
        Assert.All(runs, run => Assert.Equal(runs[0].Parameters, run.Parameters));
        Assert.All(runs, run => Assert.Equal(runs[0].Counts, run.Counts));
        Assert.All(runs, run => Assert.Equal(runs[0].Density, run.Density));
        Assert.Contains(runs[0].Counts, n => n > 0);
    }

    [Fact]
    public void A_restart_begins_again_on_another_target()
    {
        FlowEngineOptions options = new() { Particles = 100, Formula = "planar:4", GridSize = 16 };
        FlowEngine engine = new(TargetLibrary.Find("u1")!, options, _workers);
        float[] start = engine.Trainer.Flow.Parameters.ToArray(), ring = [.. engine.TargetDensity.LogDensity];
        engine.Advance(new FrameBudget(TimeSpan.Zero, 5, Density: false, Particles: false));
        Assert.NotEqual(start, engine.Trainer.Flow.Parameters.ToArray());
        double before = engine.Diagnosis.Evaluation.FreeEnergy;
        engine.Restart(TargetLibrary.Find("u4")!);
        Assert.Equal(start, engine.Trainer.Flow.Parameters);
        Assert.Equal("u4", engine.Trainer.Target.Name);
        Assert.Equal(0, engine.Trainer.Steps);
        Assert.NotEqual(ring, engine.TargetDensity.LogDensity);
        Assert.NotEqual(before, engine.Diagnosis.Evaluation.FreeEnergy);
    }

    [Fact]
    public void Sizes_out_of_range_and_flows_off_the_plane_are_refused()
    {
        RandomStream stream = new(1, 2);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new ParticleSystem(0, stream, 8, 1, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new ParticleSystem(-5, stream, 8, 1, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new ParticleSystem(1, stream, 0, 1, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new ParticleSystem(1, stream, 10_000, 1, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("radius", () => new ParticleSystem(1, stream, 8, 0, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new DensityGrid(0, 1, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("radius", () => new DensityGrid(8, -1, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("radius", () => new DensityGrid(8, float.NaN, _workers));
        FlowDistribution solid = new(new FlowShape(3), new float[6]), line = new(new FlowShape(1), new float[2]);
        Assert.Throws<ArgumentException>("flow", () => new ParticleSystem(1, stream, 8, 1, _workers).Advance(line));
        Assert.Throws<ArgumentException>("flow", () => new DensityGrid(8, 1, _workers).Evaluate(solid));
    }
}
