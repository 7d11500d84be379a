using System.Runtime.CompilerServices;
using RealtimeFlow.Differentiation;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Tests;

/// <summary>A target of the user's own by public members alone: this assembly sees no others.</summary>
public sealed class EmbedderTests
{
    private static readonly float[] Heights = [1.5f, 2.5f, 2, 3], Times = [0, 1, 2, 3];

    [Fact]
    public void An_energy_on_the_plane_is_written_once_checked_and_learned()
    {
        Target target = Target.Create(
            "cross",
            new Cross(0.5f),
            new TargetOptions { Description = "two bars", ViewRadius = 3, LogNormalizer = PlaneQuadrature.LogNormalizer });
        GradientReport report = GradientCheck.AtRandomPoints(target);
        Assert.True(report.Agrees, report.ToString());

        using WorkerPool workers = new(1);
        Trainer trainer = new(FlowShape.Parse("planar:8", target.Dimension), target, new TrainerOptions { BatchSize = 256 }, workers);
        for (int step = 0; step < 500; step++)
        {
            trainer.Step(step / 500.0);
        }

        Assert.InRange(trainer.FreeEnergy + target.LogNormalizer!.Value, -0.2, 0.5);
    }

    [Fact]
    public void A_posterior_with_data_in_any_dimension_is_written_once_and_checked()
    {
        Target target = Target.Create("line", 3, new Line(Times, Heights));
        GradientReport report = GradientCheck.AtRandomPoints(target);
        Assert.True(report.Agrees, report.ToString());
        Assert.Null(target.LogNormalizer);

        // At intercept 2, slope 0 and ln σ = 0: Σ (h − 2)²/2 = (0.25 + 0.25 + 0 + 1)/2, and the prior's ½ 2².
        float[] energy = new float[1], gradient = new float[3];
        target.Evaluate([2, 0, 0], energy, gradient);
        Assert.Equal(0.75 + 2, energy[0], 1e-6);
        Assert.Equal(2 - 1, gradient[0], 1e-6);
        Assert.Equal(-(0.5 + 3), gradient[1], 1e-6);
        Assert.Equal(4 - 1.5, gradient[2], 1e-6);
    }

    [Fact]
    public void A_gradient_by_hand_is_written_once_and_checked()
    {
        Target plane = Target.CreateWithGradient("bowl", new Bowl());
        Target any = Target.CreateWithGradient("bowl", 5, new Bowl());
        Assert.True(GradientCheck.AtRandomPoints(plane).Agrees);
        Assert.True(GradientCheck.AtRandomPoints(any).Agrees);
        Assert.Equal((2, 5), (plane.Dimension, any.Dimension));
    }

    [Fact]
    public void What_makes_no_target_is_refused()
    {
        Assert.Throws<ArgumentException>("name", () => Target.Create(" ", new Cross(1)));
        Assert.Throws<ArgumentOutOfRangeException>("dimension", () => Target.Create("none", 0, new Line(Times, Heights)));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => Target.Create("blind", new Cross(1), new TargetOptions { ViewRadius = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => Target.Create("blind", new Cross(1), new TargetOptions { ViewRadius = float.NaN }));
    }

    [Fact]
    public void The_engine_refuses_what_it_cannot_draw()
    {
        using WorkerPool workers = new(1);
        Target line = Target.Create("line", 3, new Line(Times, Heights));
        Assert.Throws<ArgumentException>("target", () => new FlowEngine(line, new FlowEngineOptions { Particles = 64, GridSize = 8 }, workers));
    }

    /// <summary>Two bars of a width.</summary>
    private readonly struct Cross(float width) : IPlaneEnergy
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Energy<R>(R x, R y)
            where R : struct, IReal<R> =>
            (0.5f * (R.Square(x) + R.Square(y))) - R.LogAddExp(-0.5f * R.Square(x / width), -0.5f * R.Square(y / width));
    }

    /// <summary>hᵢ ~ N(a + b tᵢ, σ²), a, b, ln σ ~ N(0, 1), up to constants.</summary>
    private readonly struct Line(float[] times, float[] heights) : IEnergy
    {
        public R Energy<R>(ReadOnlySpan<R> z)
            where R : struct, IReal<R>
        {
            R energy = 0.5f * (R.Square(z[0]) + R.Square(z[1]) + R.Square(z[2]));
            R inverse = R.Exp(-z[2]);
            for (int i = 0; i < times.Length; i++)
            {
                energy += (0.5f * R.Square((heights[i] - z[0] - (z[1] * times[i])) * inverse)) + z[2];
            }

            return energy;
        }
    }

    private readonly struct Bowl : IPlaneGradient, IGradient
    {
        public V Energy<V>(V x, V y, out V byX, out V byY)
            where V : struct, ILanes<V>
        {
            (byX, byY) = (x, y);
            return V.Splat(0.5f) * V.Fma(x, x, y * y);
        }

        public V Energy<V>(ReadOnlySpan<V> z, Span<V> gradient)
            where V : struct, ILanes<V>
        {
            V sum = V.Splat(0);
            for (int i = 0; i < z.Length; i++)
            {
                sum = V.Fma(z[i], z[i], sum);
                gradient[i] = z[i];
            }

            return V.Splat(0.5f) * sum;
        }
    }
}
