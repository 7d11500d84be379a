using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Rendering.Tests;

public sealed class GpuParticlesTests
{
    private const int Bins = 256;
    private const float Radius = 4;

    private static readonly RandomStream Stream = new(0x1234_5678_9abc_def0, 3);

    // Positions in view and on the way there are within 8 of the origin, and a chain of ten layers keeps them to some units in the last
    // place of that: 4 · 2⁻²⁰, about what float32 holds of ordinary chains anyhow.
    private const double Error = 4.0 / (1 << 20);

    [Theory]
    [InlineData("", 1)]
    [InlineData("planar:8", 1)]
    [InlineData("radial:8", 2)]
    [InlineData("planar:5,radial:3,planar:2", 3)]
    public void Counts_differ_from_the_CPUs_by_particles_on_a_border_alone(string formula, ulong seed)
    {
        const int particles = 200_000;
        using OpenGL gl = OpenGL.OrSkip();
        FlowDistribution flow = Flows.Random(formula, seed);
        (uint[] gpu, uint[] cpu) = Count(gl, flow, particles);

        int moved = 0;
        for (int i = 0; i < cpu.Length; i++)
        {
            moved += Math.Abs((int)gpu[i] - (int)cpu[i]);
        }

        // Both coordinates of a particle are within the error of a border with a probability of 2 · 2 · error / width; one that crosses
        // makes two differences. In view are at most all.
        double borders = 4 * Error / (2 * Radius / Bins) * particles;
        Assert.InRange(moved, 0, 2 * borders);
        Assert.InRange(Math.Abs(cpu.Sum(count => (long)count) - gpu.Sum(count => (long)count)), 0, 5);
        Assert.InRange(cpu.Sum(count => (long)count), particles / 4, particles);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(1023)]
    [InlineData(1024 * 3)]
    [InlineData((65_535 * 1024) + 100_001)]
    public void Every_particle_is_counted_once_however_many_there_are(int particles)
    {
        using OpenGL gl = OpenGL.OrSkip();
        using GpuParticles gpu = new(gl.Gl, particles, Stream, 3, 100);
        gpu.Advance(Flows.Random("", 1));
        uint[] counts = new uint[9];
        gpu.Counts.Read(counts);
        Assert.Equal([0, 0, 0, 0, (uint)particles, 0, 0, 0, 0], counts);
    }

    [Fact]
    public void What_is_shown_can_change_and_counts_start_from_nothing_each_time()
    {
        using OpenGL gl = OpenGL.OrSkip();
        FlowDistribution flow = Flows.Random("planar:3", 5);
        using GpuParticles gpu = new(gl.Gl, 50_000, Stream, Bins, Radius);
        uint[] before = new uint[Bins * Bins], after = new uint[Bins * Bins];
        gpu.Advance(flow);
        gpu.Counts.Read(before);
        gpu.Fit(100, Stream with { Seed = 5 }, 2 * Bins, 2);
        gpu.Advance(flow);
        gpu.Fit(50_000, Stream, Bins, Radius);
        gpu.Advance(flow);
        gpu.Counts.Read(after);
        Assert.Equal(before, after);
    }

    [Fact]
    public void What_the_shader_cannot_do_is_refused()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using GpuParticles gpu = new(gl.Gl, 10, Stream, 1, 1);
        FlowShape student = new(2, BaseKind.StudentT(3));
        foreach (FlowDistribution flow in new FlowDistribution[]
        {
            new(student, new float[4]), new(new FlowShape(3), new float[6]), new(new FlowShape(2), new float[4], FlowDirection.Normalizing),
        })
        {
            Assert.Contains("gaussian base to the plane", Assert.Throws<ArgumentException>(() => gpu.Advance(flow)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => new GpuParticles(gl.Gl, 1, Stream with { Sequence = RandomSequence.Sobol }, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpuParticles(gl.Gl, 0, Stream, 1, 1));
        Assert.Throws<ArgumentException>(() => new GpuParticles(gl.Gl, 1, Stream, 1 << 20, 1));
        Assert.Throws<InvalidOperationException>(() => gpu.Counts.Read(new float[1]));
        Assert.Throws<ArgumentException>(() => gpu.Counts.Read(Span<uint>.Empty));
    }

    private static (uint[] Gpu, uint[] Cpu) Count(OpenGL gl, FlowDistribution flow, int particles)
    {
        using GpuParticles gpu = new(gl.Gl, particles, Stream, Bins, Radius);
        using WorkerPool workers = new(2);
        ParticleSystem cpu = new(particles, Stream, Bins, Radius, workers);
        uint[] counts = new uint[Bins * Bins];
        gpu.Advance(flow);
        gpu.Counts.Read(counts);
        cpu.Advance(flow);
        return (counts, cpu.Counts);
    }
}
