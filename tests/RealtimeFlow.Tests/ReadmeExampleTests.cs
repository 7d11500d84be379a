using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests;

/// <summary>The example in the README is the code below, and works.</summary>
public sealed class ReadmeExampleTests
{
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
    public void The_readme_shows_the_example_as_it_is()
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "RealtimeFlow.Tests", "ReadmeExampleTests.cs"));
        string indented = source.Split("        // README\n")[1].TrimEnd();
        string example = string.Join('\n', indented.Split('\n').Select(line => line.Length > 8 ? line[8..] : line));
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.Contains($"```csharp\n{example}\n```", readme, StringComparison.Ordinal);
    }
}
