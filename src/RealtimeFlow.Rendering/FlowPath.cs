using System.Diagnostics;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>
/// The way from a flow to the grids that a frame shows: the engine's own on the CPU, or compute shaders, by which only the flow's parameters
/// go to the GPU. The pictures are the same but for particles on the border between two bins.
/// </summary>
public sealed class FlowPath : IDisposable
{
    private const int Trials = 5;

    private FlowPath()
    {
    }

    /// <summary>The particles on the GPU, which are to be fitted to what is shown; null where the CPU computes.</summary>
    public GpuParticles? Particles { get; private set; }

    /// <summary>The exact density on the GPU; null where the CPU computes.</summary>
    public GpuDensity? Density { get; private set; }

    /// <summary>What computes: GPU or CPU.</summary>
    public string Name => Particles != null ? "GPU" : "CPU";

    /// <summary>The milliseconds that a frame took on either, and of how many particles; null where they were not timed.</summary>
    public string? Timing { get; private set; }

    /// <summary>Why the GPU does not compute although it should have, or been tried; null where all went well.</summary>
    public string? Failure { get; private set; }

    /// <summary>
    /// Takes the path that is asked for. Without a wish, that is the CPU where OpenGL itself is software, and otherwise the faster of the two
    /// on a few frames of a flow.
    /// </summary>
    /// <param name="gl">The functions of the context that is current on this thread; null where there is none, which leaves the CPU.</param>
    /// <param name="asked">The wish. A GPU that cannot is no error: <see cref="Failure"/> says what was wrong, and the CPU computes.</param>
    /// <param name="flow">A flow on the plane.</param>
    /// <param name="stream">The particles' noise.</param>
    /// <param name="particles">The CPU's particles: square, about the origin.</param>
    /// <param name="density">The CPU's density: square, about the origin.</param>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    public static FlowPath Choose(
        GL? gl, ComputePath asked, FlowDistribution flow, RandomStream stream, ParticleSystem particles, DensityGrid density)
    {
        if (gl == null || asked == ComputePath.Cpu || (asked == ComputePath.Auto && GraphicsDevice.Of(gl).IsSoftware))
        {
            return new FlowPath();
        }

        return asked == ComputePath.Gpu ? OnGpu(gl, flow, stream, particles, density) : Faster(gl, flow, stream, particles, density);
    }

    /// <summary>The faster path.</summary>
    internal static FlowPath Faster(GL gl, FlowDistribution flow, RandomStream stream, ParticleSystem particles, DensityGrid density)
    {
        FlowPath path = OnGpu(gl, flow, stream, particles, density);
        if (path.Particles == null)
        {
            return path;
        }

        double cpu = Milliseconds(() =>
        {
            particles.Advance(flow);
            density.Evaluate(flow);
        });
        double gpu = Milliseconds(() => path.Run(gl, flow));
        path.Timing = FormattableString.Invariant($"{particles.Count:N0} particles and the density: GPU {gpu:F2} ms, CPU {cpu:F2} ms");
        if (gpu >= cpu)
        {
            path.Dispose();
        }

        return path;
    }

    /// <summary>Frees what it made on the GPU; the context must be current.</summary>
    public void Dispose()
    {
        Particles?.Dispose();
        Density?.Dispose();
        (Particles, Density) = (null, null);
    }

    /// <summary>The path of the GPU, or, where that fails, of the CPU.</summary>
    private static FlowPath OnGpu(GL gl, FlowDistribution flow, RandomStream stream, ParticleSystem particles, DensityGrid density)
    {
        FlowPath path = new();
        try
        {
            path.Particles = new GpuParticles(gl, particles.Count, stream, particles.Width, particles.View.Right);
            path.Density = new GpuDensity(gl, density.Width, density.View.Right);

            // Drivers compile in full when a program is first run.
            path.Run(gl, flow);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            path.Dispose();
            path.Failure = exception.Message;
        }

        return path;
    }

    /// <summary>Computes both grids on the GPU and waits for them.</summary>
    private void Run(GL gl, FlowDistribution flow)
    {
        Particles!.Advance(flow);
        Density!.Evaluate(flow);
        gl.Finish();
    }

    /// <summary>The median time of a few runs, after one that is not counted.</summary>
    private static double Milliseconds(Action frame)
    {
        frame();
        double[] times = new double[Trials];
        for (int i = 0; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            frame();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Trials / 2];
    }
}
