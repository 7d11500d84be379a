using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Engine;

/// <summary>What is drawn of a flow: grids over rectangles, whole and in slices.</summary>
public sealed class PicturesTests(ITestOutputHelper output) : IDisposable
{
    private static readonly RandomStream Stream = new(4, StreamNumbers.Particles);
    private static readonly PlaneView View = new(-1, 3, -2, 0.5f);

    private readonly WorkerPool _workers = new(2);

    private static FlowDistribution Flow { get; } = new(
        FlowShape.Parse("planar:2,radial:1", 2),
        [0.2f, -0.1f, 0.3f, 0.1f, 1.2f, -0.4f, 0.7f, 0.9f, 0.3f, -0.5f, 0.8f, 0.6f, 0.4f, -0.2f, 0.5f, 0.2f, 0.8f, 0.9f]);

    private static FlowDistribution Other { get; } = new(Flow.Shape, [.. Flow.Parameters[..4], -0.5f, .. Flow.Parameters[5..]]);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void A_rectangle_is_counted_bin_by_bin()
    {
        const int Count = 20_011, Width = 40, Height = 17;
        ParticleSystem particles = new(Count, Stream, Width, Height, View, _workers);
        particles.Advance(Flow);
        float[] points = new float[2 * Count];
        Flow.Sample(Stream, 0, points);
        long[] expected = new long[Width * Height];
        for (int j = 0; j < Count; j++)
        {
            double x = (points[j] + 1.0) / 4 * Width, y = (points[Count + j] + 2.0) / 2.5 * Height;
            if (x > 0 && x < Width && y > 0 && y < Height)
            {
                expected[((int)y * Width) + (int)x]++;
            }
        }

        // A particle on an edge may fall to either side.
        Assert.InRange(expected.Zip(particles.Counts).Sum(pair => Math.Abs(pair.First - pair.Second)), 0, 4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    public void Slices_in_turn_show_every_particle_once(int slices)
    {
        const int Count = 30_007;
        ParticleSystem whole = new(Count, Stream, 50, 20, View, _workers), sliced = new(Count, Stream, 50, 20, View, _workers, slices);
        for (int turn = 0; turn < slices; turn++)
        {
            Assert.Equal(turn, sliced.NextSlice);
            sliced.Advance(Other, 1);
        }

        whole.Advance(Other);
        Assert.Equal(whole.Counts, sliced.Counts);

        // One turn later, the first slice is of the other flow and all the rest of this one.
        sliced.Advance(Flow, 1);
        uint[] mixed = [.. sliced.Counts];
        ParticleSystem first = new((int)((long)Count / slices), Stream, 50, 20, View, _workers);
        first.Advance(Flow);
        uint[] expected = [.. first.Counts];
        first.Advance(Other);
        Assert.Equal(expected.Zip(whole.Counts, first.Counts).Select(n => n.First + n.Second - n.Third), mixed);
        sliced.Advance(Flow);
        whole.Advance(Flow);
        Assert.Equal(whole.Counts, sliced.Counts);
    }

    [Fact]
    public void Two_coordinates_of_several_are_seen()
    {
        const int Count = 5000;
        FlowDistribution flow = new(new FlowShape(5), [0, 1, 2, -1, 0, -1, -1, -1, -1, -1]);
        ParticleSystem particles = new(Count, Stream, 30, 30, PlaneView.Square(3), _workers) { Coordinates = (2, 3) };
        particles.Advance(flow);
        float[] points = new float[5 * Count];
        flow.Sample(Stream, 0, points);
        long inQuarter = Enumerable.Range(0, Count).Count(j => points[(2 * Count) + j] is > 0 and < 3 && points[(3 * Count) + j] is > -3 and < 0);
        long counted = Enumerable.Range(0, 15).Sum(row => particles.Counts.AsSpan((row * 30) + 15, 15).ToArray().Sum(n => n));
        Assert.Equal(inQuarter, counted);
        particles.Coordinates = (0, 5);
        Assert.Throws<ArgumentException>("flow", () => particles.Advance(flow));
    }

    [Fact]
    public void Rows_in_turn_make_the_picture_of_the_flow_at_the_first_of_them()
    {
        const int Width = 33, Height = 21;
        DensityGrid grid = new(Width, Height, View, _workers), expected = new(Width, Height, View, _workers);
        PartialFlow moving = new(Flow);
        moving.Update(Flow, 2);
        expected.Evaluate(moving.Flow);
        float[] before = [.. grid.LogDensity];
        Assert.False(grid.Advance(moving.Flow, 8));
        moving.Update(Other, 1.5);
        Assert.Equal(8, grid.NextRow);
        Assert.False(grid.Advance(moving.Flow, 12));
        Assert.Equal(before, grid.LogDensity);
        Assert.True(grid.Advance(moving.Flow, 12));
        Assert.Equal(expected.LogDensity, grid.LogDensity);
        Assert.Equal(0, grid.NextRow);

        // And of a target; a pass that was given up begins again.
        Target target = TargetLibrary.Find("u3")!;
        expected.Evaluate(target);
        Assert.False(grid.Advance(target, 20));
        grid.Begin();
        Assert.False(grid.Advance(target, 20));
        Assert.True(grid.Advance(target, 20));
        Assert.Equal(expected.LogDensity, grid.LogDensity);
    }

    [Fact]
    public void A_rectangle_has_the_density_at_the_centres_of_its_pixels()
    {
        DensityGrid grid = new(5, 3, View, _workers);
        grid.Evaluate(Flow);
        float[] points = new float[30], expected = new float[15];
        for (int i = 0; i < 15; i++)
        {
            (points[i], points[15 + i]) = (-1 + (((i % 5) + 0.5f) * 0.8f), -2 + (((i / 5) + 0.5f) * (2.5f / 3)));
        }

        Flow.LogDensity(points, expected);
        Assert.All(expected.Zip(grid.LogDensity), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * (1 + Math.Abs(pair.First))));
    }

    [Theory]
    [InlineData("u1")]
    [InlineData("u2")]
    [InlineData("u3")]
    [InlineData("u4")]
    public void The_picture_of_a_trained_flow_is_exact(string name)
    {
        const int Steps = 8000, Lattice = 40, Particles = 1 << 19, Side = 512;
        Target target = TargetLibrary.Find(name)!;
        using LiveTraining training = new(target, new LiveTrainingOptions { ScheduledSteps = Steps }, _workers);
        training.Advance(Steps);
        TrainingSnapshot snapshot = training.Latest();
        FlowDistribution flow = new(snapshot.Shape, snapshot.Parameters);

        // Against float64 on a lattice of pixels.
        DensityGrid grid = new(Lattice, target.ViewRadius, _workers);
        grid.Evaluate(flow);
        double[] parameters = Vectors.ToDoubles(snapshot.Parameters);
        double step = 2.0 * target.ViewRadius / Lattice;
        double[] errors = new double[Lattice * Lattice];
        Parallel.For(0, Lattice, j =>
        {
            ReferenceFlow reference = new(snapshot.Shape, parameters);
            for (int i = 0; i < Lattice; i++)
            {
                double expected = reference.LogDensity([((i + 0.5) * step) - target.ViewRadius, ((j + 0.5) * step) - target.ViewRadius]);
                double error = Math.Abs(Math.Exp(grid.LogDensity[(j * Lattice) + i] - expected) - 1);
                errors[(j * Lattice) + i] = expected > Math.Log(1e-6) ? error : -1;
            }
        });
        double[] counted = [.. errors.Where(error => error >= 0).Order()];
        output.WriteLine($"{name}: {counted.Length} pixels above 1e-6: median {counted[counted.Length / 2]:e2}, worst {counted[^1]:e2}");
        Assert.InRange(counted[counted.Length / 2], 0, 1e-4);
        Assert.InRange(counted[^1], 0, 1e-2);

        // Its sum against the share of the particles, in a part of the plane that cuts through the mass.
        foreach (PlaneView view in (PlaneView[])[PlaneView.Square(target.ViewRadius), new(-1, target.ViewRadius, -target.ViewRadius, 0.25f)])
        {
            DensityGrid fine = new(Side, Side, view, _workers);
            fine.Evaluate(flow);
            ParticleSystem particles = new(Particles, Stream, Side, Side, view, _workers);
            particles.Advance(flow);
            double sum = fine.LogDensity.Sum(value => Math.Exp(value)) * view.Area / fine.LogDensity.Length;
            double share = particles.Counts.Sum(n => (double)n) / Particles;

            // Of the share that the sum says: where next to nothing is outside, a particle more or less there would change an error by the share.
            double standardError = Math.Sqrt((sum * (1 - sum)) + (1.0 / Particles)) / Math.Sqrt(Particles);
            output.WriteLine($"  {view}: sum {sum:F6}, share {share:F6} ± {standardError:F6}");
            Assert.InRange(sum, share - (3 * standardError), share + (3 * standardError));
        }
    }

    [Fact]
    public void What_is_no_rectangle_is_refused()
    {
        foreach (PlaneView view in (PlaneView[])[new(1, 1, 0, 1), new(0, 1, 2, 1), new(float.NaN, 1, 0, 1), new(0, float.PositiveInfinity, 0, 1)])
        {
            Assert.Throws<ArgumentException>("view", () => new DensityGrid(4, 4, view, _workers));
            Assert.Throws<ArgumentException>("view", () => new ParticleSystem(4, Stream, 4, 4, view, _workers));
        }

        Assert.Throws<ArgumentOutOfRangeException>("height", () => new DensityGrid(4, 0, View, _workers));
        Assert.Throws<ArgumentOutOfRangeException>("slices", () => new ParticleSystem(4, Stream, 4, 4, View, _workers, 0));
        ParticleSystem particles = new(4, Stream, 4, 4, View, _workers, 2);
        Assert.Throws<ArgumentOutOfRangeException>("slices", () => particles.Advance(Flow, 3));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => new DensityGrid(4, 4, View, _workers).Advance(Flow, 0));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new Trajectories(0, Stream));
    }
}
