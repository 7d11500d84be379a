using RealtimeFlow.Density;
using RealtimeFlow.Differentiation;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests;

/// <summary>The examples in the README are the code below, and work.</summary>
public sealed class ReadmeExampleTests
{
    private const string Mark = "// " + "README\n";

    [Fact]
    public void The_example_learns_the_ring_and_samples_it()
    {
        // README
        // A flow on the plane that learns the ring u1, on all threads.
        using WorkerPool workers = new(Environment.ProcessorCount);
        Trainer trainer = new(FlowShape.Parse("planar:16", dimension: 2), TargetLibrary.Find("u1")!, new TrainerOptions(), workers);
        for (int step = 0; step < 2000; step++)
        {
            trainer.Step(progress: step / 2000.0);
        }

        // Points of it, the x coordinates before the y coordinates, with ln q of each; then ln q and its gradient anywhere.
        FlowDistribution q = trainer.Flow;
        float[] points = new float[2 * 1000], logDensity = new float[1000];
        q.Sample(new RandomStream(Seed: 7, Stream: 0), first: 0, points, logDensity);

        float[] three = [0, 2, 0, /* and y */ 0, 0, 2], score = new float[6], logDensityThere = new float[3];
        q.Score(three, score, logDensityThere);
        // README

        Assert.InRange(trainer.FreeEnergy + TargetLibrary.Find("u1")!.LogNormalizer!.Value, -0.05, 0.1);
        double meanRadius = Enumerable.Range(0, 1000).Average(i => double.Hypot(points[i], points[1000 + i]));
        Assert.InRange(meanRadius, 2, 2.3);
        Assert.All(logDensity, value => Assert.InRange(value, -30, 3));

        // The ring has its mass about (±2, 0), none at the origin, and little at (0, 2).
        Assert.True(logDensityThere[1] > logDensityThere[2] && logDensityThere[2] > logDensityThere[0]);
        Assert.True(score.All(float.IsFinite) && score.Any(x => x != 0));
    }

    [Fact]
    public void The_example_of_an_energy_is_checked_and_learned()
    {
        // README
        Target cross = Target.Create("cross", new Cross(width: 0.5f));
        GradientReport report = GradientCheck.AtRandomPoints(cross);
        // README

        Assert.True(report.Agrees, report.ToString());
        using WorkerPool workers = new(1);
        Trainer trainer = new(FlowShape.Parse("planar:8", dimension: 2), cross, new TrainerOptions(), workers);
        for (int step = 0; step < 500; step++)
        {
            trainer.Step(progress: step / 500.0);
        }

        Assert.InRange(trainer.FreeEnergy + PlaneQuadrature.LogNormalizer(cross), -0.2, 0.3);
    }

    [Fact]
    public void The_readme_shows_the_examples_as_they_are()
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "RealtimeFlow.Tests", "ReadmeExampleTests.cs"));
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string[] parts = source.Split(Mark);
        Assert.Equal(7, parts.Length);
        for (int part = 1; part < parts.Length; part += 2)
        {
            string[] lines = parts[part].TrimEnd().Split('\n');
            int indent = lines[0].Length - lines[0].TrimStart().Length;
            string example = string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line));
            Assert.Contains($"```csharp\n{example}\n```", readme, StringComparison.Ordinal);
        }
    }

    // README
    // U of two crossed bars, written once: its gradient follows from it, at any vector width.
    private readonly struct Cross(float width) : IPlaneEnergy
    {
        public R Energy<R>(R x, R y)
            where R : struct, IReal<R> =>
            (0.5f * (R.Square(x) + R.Square(y))) - R.LogAddExp(-0.5f * R.Square(x / width), -0.5f * R.Square(y / width));
    }
    // README
}
