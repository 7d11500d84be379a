using System.Diagnostics;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>
/// The way from a live flow to the grids that a frame shows: the engine's own on the CPU, or compute shaders, by which only the flow's
/// parameters go to the GPU. The pictures are the same but for particles on the border between two bins.
/// </summary>
public sealed class FlowPath : IDisposable
{
    // Particles to time both ways by: some milliseconds of the CPU.
    private const int TrialParticles = 1 << 18, Trials = 5;

    private readonly FlowEngine _engine;
    private GpuParticles? _particles;
    private GpuDensity? _density;

    private FlowPath(FlowEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
    }

    /// <summary>Whether the GPU computes; <see cref="FlowRenderer"/> alone draws its panels.</summary>
    public bool IsGpu => _particles != null;

    /// <summary>What computes: GPU or CPU.</summary>
    public string Name => IsGpu ? "GPU" : "CPU";

    /// <summary>The milliseconds that a frame took on either, and of how many particles; null where they were not timed.</summary>
    public string? Timing { get; private set; }

    /// <summary>Why the GPU does not compute although it should have, or been tried; null where all went well.</summary>
    public string? Failure { get; private set; }

    /// <summary>
    /// Takes the path that is asked for. Without a wish, that is the CPU where OpenGL itself is software, and otherwise the faster of the two
    /// on a few frames of this flow.
    /// </summary>
    /// <param name="gl">The functions of the context that is current on this thread; null where there is none, which leaves the CPU.</param>
    /// <param name="asked">The wish. A GPU that cannot is no error: <see cref="Failure"/> says what was wrong, and the CPU computes.</param>
    /// <param name="engine">The flow.</param>
    /// <param name="particles">The noise of its particles.</param>
    /// <param name="workers">The threads of the CPU's path.</param>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    public static FlowPath Choose(GL? gl, ComputePath asked, FlowEngine engine, RandomStream particles, IWorkers workers)
    {
        if (gl == null || asked == ComputePath.Cpu || (asked == ComputePath.Auto && GraphicsDevice.Of(gl).IsSoftware))
        {
            return new FlowPath(engine);
        }

        return asked == ComputePath.Gpu ? OnGpu(gl, engine, particles) : Faster(gl, engine, particles, workers);
    }

    /// <summary>The faster path.</summary>
    internal static FlowPath Faster(GL gl, FlowEngine engine, RandomStream stream, IWorkers workers)
    {
        FlowPath path = OnGpu(gl, engine, stream);
        if (path.IsGpu)
        {
            path.KeepFaster(gl, stream, workers);
        }

        return path;
    }

    /// <summary>One frame of the engine's work, the grids computed on this path. Allocates nothing in steady state.</summary>
    /// <param name="budget">What it may cost.</param>
    /// <returns>What it did; the time of the GPU, which works on while the CPU goes on, is not in it.</returns>
    public FrameStatistics Advance(FrameBudget budget)
    {
        if (!IsGpu)
        {
            return _engine.Advance(budget);
        }

        FrameStatistics statistics = _engine.Advance(budget with { Particles = false, Density = false });
        float viewRadius = _engine.Trainer.Target.ViewRadius;
        if (budget.Particles)
        {
            _particles!.ViewRadius = viewRadius;
            _particles.Advance(_engine.Trainer.Flow);
        }

        if (budget.Density)
        {
            _density!.ViewRadius = viewRadius;
            _density.Evaluate(_engine.Trainer.Flow);
        }

        return statistics;
    }

    /// <summary>The panel of the particles; to be made again when the engine has restarted.</summary>
    /// <param name="title">The line above it.</param>
    public Panel Particles(string title)
    {
        ParticleSystem particles = _engine.Particles;
        return IsGpu
            ? Panel.OfCounts(title, _particles!.Counts, particles.Count, View())
            : Panel.OfCounts(title, particles.Counts, particles.Width, particles.Height, particles.Count, View());
    }

    /// <summary>The panel of the exact density; to be made again when the engine has restarted.</summary>
    /// <param name="title">The line above it.</param>
    public Panel Density(string title)
    {
        DensityGrid density = _engine.Density;
        return IsGpu
            ? Panel.OfLogDensity(title, _density!.LogDensity, View())
            : Panel.OfLogDensity(title, density.LogDensity, density.Width, density.Height, View());
    }

    /// <summary>Frees what it made on the GPU; the context must be current.</summary>
    public void Dispose()
    {
        _particles?.Dispose();
        _density?.Dispose();
    }

    private ViewBox View()
    {
        float radius = _engine.Trainer.Target.ViewRadius;
        return new ViewBox(-radius, radius, -radius, radius);
    }

    /// <summary>The path of the GPU, or, where that fails, of the CPU.</summary>
    private static FlowPath OnGpu(GL gl, FlowEngine engine, RandomStream stream)
    {
        FlowPath path = new(engine);
        float viewRadius = engine.Trainer.Target.ViewRadius;
        try
        {
            path._particles = new GpuParticles(gl, engine.Particles.Count, stream, engine.Particles.Width, viewRadius);
            path._density = new GpuDensity(gl, engine.Density.Width, viewRadius);

            // Drivers compile in full when a program is first run.
            path.Draw(gl, 1);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            path.LeaveToCpu();
            path.Failure = exception.Message;
        }

        return path;
    }

    private void LeaveToCpu()
    {
        Dispose();
        (_particles, _density) = (null, null);
    }

    private void KeepFaster(GL gl, RandomStream stream, IWorkers workers)
    {
        int count = Math.Min(_engine.Particles.Count, TrialParticles);
        ParticleSystem particles = new(count, stream, _engine.Particles.Width, _engine.Trainer.Target.ViewRadius, workers);
        double cpu = Milliseconds(() =>
        {
            particles.Advance(_engine.Trainer.Flow);
            _engine.Density.Evaluate(_engine.Trainer.Flow);
        });
        double gpu = Milliseconds(() => Draw(gl, count));
        Timing = FormattableString.Invariant($"{count:N0} particles and the density: GPU {gpu:F2} ms, CPU {cpu:F2} ms");
        if (gpu >= cpu)
        {
            LeaveToCpu();
        }
    }

    /// <summary>Computes both grids on the GPU and waits for them.</summary>
    private void Draw(GL gl, int particles)
    {
        _particles!.Advance(_engine.Trainer.Flow, particles);
        _density!.Evaluate(_engine.Trainer.Flow);
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
