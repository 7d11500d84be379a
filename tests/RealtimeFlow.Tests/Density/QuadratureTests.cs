using System.Collections.Concurrent;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Flows;

namespace RealtimeFlow.Tests.Density;

/// <summary>What LogDensity says is a density: it integrates to one over the plane.</summary>
public sealed class QuadratureTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData("planar:8", 17)]
    [InlineData("radial:8", 17)]
    [InlineData("mixed:8", 16)]
    [InlineData("planar:32", 17)]
    [InlineData("radial:32", 17)]
    [InlineData("mixed:32", 16)]
    public void The_density_of_a_random_chain_integrates_to_one(string formula, int chains)
    {
        ConcurrentBag<double> errors = [];
        Parallel.For(0, chains, index =>
        {
            FlowShape shape = ShapeOf(formula, index);
            errors.Add(Error($"{formula}, chain {index}", new FlowDistribution(shape, OrdinaryChain.Draw(shape, (ulong)index))));
        });
        output.WriteLine($"{formula}: worst |∫q − 1| = {errors.Max():e2} of {chains} chains");
        Assert.InRange(errors.Max(), 0, Tolerance);
    }

    [Theory]
    [InlineData("u1")]
    [InlineData("u2")]
    [InlineData("u3")]
    [InlineData("u4")]
    public void The_density_of_a_trained_chain_integrates_to_one(string target)
    {
        const int Steps = 3000;
        using WorkerPool workers = new(1);
        Trainer trainer = new(
            FlowShape.Parse("planar:16,radial:4,planar:12", 2), TargetLibrary.Find(target)!, new TrainerOptions { BatchSize = 512 }, workers);
        for (int i = 0; i < Steps; i++)
        {
            trainer.Step((double)i / Steps);
        }

        Assert.InRange(Error(target, trainer.Flow), 0, Tolerance);
    }

    private double Error(string name, FlowDistribution q)
    {
        (double integral, Cubature work) = Cubature.Integrate(q, HalfSide(q));
        output.WriteLine($"{name}: ∫q − 1 = {integral - 1:e2}, {work.Evaluations / 1e6:f2} million points, {work.Generations} generations");
        return double.IsNaN(integral) ? double.PositiveInfinity : Math.Abs(integral - 1);
    }

    /// <summary>
    /// Half the side of a square outside which q has less than 10⁻⁹ of its mass: seven standard deviations of the base, and what the
    /// layers can move a point by, ‖û‖ or |β|.
    /// </summary>
    private static double HalfSide(FlowDistribution q)
    {
        FlowShape shape = q.Shape;
        double reach = 7 * Math.Exp(Math.Max(q.Parameters[2], q.Parameters[3])) + Math.Max(Math.Abs(q.Parameters[0]), Math.Abs(q.Parameters[1]));
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            ReadOnlySpan<float> numbers = q.Parameters[shape.Layer(layer)];
            reach += shape.Layers[layer] == LayerKind.Planar ? Math.Max(Math.Abs(numbers[2]), Math.Abs(numbers[3])) : Math.Abs(numbers[3]);
        }

        return reach;
    }

    /// <summary>Layers of one kind, or of a kind that is drawn for each.</summary>
    private static FlowShape ShapeOf(string formula, int seed)
    {
        if (!formula.StartsWith("mixed:", StringComparison.Ordinal))
        {
            return FlowShape.Parse(formula, 2);
        }

        System.Random random = new(seed);
        return new FlowShape(2, [.. Enumerable.Range(0, int.Parse(formula.AsSpan(6))).Select(_ => LayerKind.All[random.Next(2)])]);
    }
}
