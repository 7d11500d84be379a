using RealtimeFlow.Density;
using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering.Tests;

public sealed class GpuDensityTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("planar:8", 1)]
    [InlineData("radial:8", 2)]
    [InlineData("planar:5,radial:3,planar:2", 3)]
    public void The_exact_density_is_the_CPUs(string formula, ulong seed)
    {
        const int size = 100;
        using OpenGL gl = OpenGL.OrSkip();
        using WorkerPool workers = new(2);
        FlowDistribution flow = Flows.Random(formula, seed);
        using GpuDensity gpu = new(gl.Gl, 3, 3);
        gpu.Fit(size, 4);
        DensityGrid cpu = new(size, 4, workers);
        float[] logDensity = new float[size * size];
        gpu.Evaluate(flow);
        gpu.LogDensity.Read(logDensity);
        cpu.Evaluate(flow);

        // Relative errors of the density: what the layers' inverses, by up to 1/s for each, make of some rounding errors.
        double[] errors = [.. logDensity.Zip(cpu.LogDensity, (mine, expected) => Math.Abs(Math.Exp(mine - expected) - 1)).Order()];
        Assert.InRange(errors[errors.Length / 2], 0, 1e-5);
        Assert.InRange(errors[^1], 0, 1e-3);
    }
}
