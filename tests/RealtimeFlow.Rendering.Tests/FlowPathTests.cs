using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Rendering.Tests;

public sealed class FlowPathTests : IDisposable
{
    private const int Width = 640, Height = 360, GridSize = 160;

    private static readonly RandomStream Stream = new(1, StreamNumbers.Particles);

    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData("planar:8")]
    [InlineData("planar:4,radial:4")]
    public void The_pictures_of_all_paths_agree(string formula)
    {
        using OpenGL gl = OpenGL.OrSkip();
        FlowEngine engine = Engine(formula);
        using FlowPath byGpu = FlowPath.Choose(gl.Gl, ComputePath.Gpu, engine, Stream, _workers);
        using FlowPath byCpu = FlowPath.Choose(gl.Gl, ComputePath.Cpu, engine, Stream, _workers);
        Assert.Equal((true, "GPU", null, null), (byGpu.IsGpu, byGpu.Name, byGpu.Failure, byGpu.Timing));
        Assert.Equal((false, "CPU", null, null), (byCpu.IsGpu, byCpu.Name, byCpu.Failure, byCpu.Timing));

        // A target with another view, too: the engine then has new grids.
        foreach (string target in new[] { "u1", "funnel" })
        {
            engine.Restart(TargetLibrary.Find(target)!);
            engine.Advance(new FrameBudget(TimeSpan.Zero, 200, Density: false, Particles: false));
            FrameBudget draw = new(TimeSpan.Zero, 0, Density: true, Particles: true);
            byGpu.Advance(draw);
            byCpu.Advance(draw);

            using SoftwareRenderer software = new();
            using UploadRenderer upload = new(gl.Gl);
            byte[] expected = Picture(software, byCpu);
            Assert.Equal(expected, Picture(upload, byCpu));
            AssertAgree(expected, Picture(gl.Renderer, byCpu), moved: 0);

            // A particle that is counted in the next bin changes the pixels about both: at most 3 by 3 in a grid drawn nearly one to one.
            AssertAgree(expected, Picture(gl.Renderer, byGpu), moved: 20);
        }
    }

    [Fact]
    public void On_software_OpenGL_and_without_any_the_CPU_computes_untimed()
    {
        using OpenGL gl = OpenGL.OrSkip();
        FlowEngine engine = Engine("planar:2");
        using FlowPath without = FlowPath.Choose(null, ComputePath.Gpu, engine, Stream, _workers);
        Assert.False(without.IsGpu);
        using FlowPath auto = FlowPath.Choose(gl.Gl, ComputePath.Auto, engine, Stream, _workers);
        Assert.Equal(gl.Renderer.Device.IsSoftware, auto.Timing == null);
        Assert.True(auto.Timing != null || !auto.IsGpu);
    }

    [Fact]
    public void The_faster_path_is_kept_and_the_times_are_told()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using FlowPath path = FlowPath.Faster(gl.Gl, Engine("planar:2"), Stream, _workers);
        Assert.Matches(@"^20,000 particles and the density: GPU \d+\.\d\d ms, CPU \d+\.\d\d ms$", path.Timing);
        double[] times = [.. path.Timing!.Split("PU ").Skip(1).Select(part => double.Parse(part.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(times[0] < times[1], path.IsGpu);
    }

    [Fact]
    public void A_GPU_that_cannot_leaves_the_work_to_the_CPU_and_says_why()
    {
        using OpenGL gl = OpenGL.OrSkip();
        FlowEngine engine = Engine("planar:2");
        using FlowPath path = FlowPath.Choose(gl.Gl, ComputePath.Gpu, engine, Stream with { Sequence = RandomSequence.Sobol }, _workers);
        Assert.False(path.IsGpu);
        Assert.Contains("Sobol", path.Failure, StringComparison.Ordinal);
        path.Advance(new FrameBudget(TimeSpan.Zero, 1, Density: true, Particles: true));
        Assert.NotEqual(0u, engine.Particles.Counts.Aggregate((sum, count) => sum + count));
    }

    [Fact]
    public void A_frame_of_the_GPU_allocates_nothing()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using FlowPath path = FlowPath.Choose(gl.Gl, ComputePath.Gpu, Engine("planar:8"), Stream, _workers);
        Panel[] panels = [path.Particles("particles"), path.Density("density")];
        gl.Renderer.Resize(Width, Height);
        long before = 0;
        for (int frame = -40; frame < 10; frame++)
        {
            if (frame == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            path.Advance(new FrameBudget(TimeSpan.Zero, 1, Density: true, Particles: true));
            gl.Renderer.Render(new FrameInfo { Panels = panels, Exposure = 0.3f });
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_grid_on_the_GPU_is_for_the_renderer_there_and_for_its_own_kind_of_panel()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using FlowPath path = FlowPath.Choose(gl.Gl, ComputePath.Gpu, Engine("planar:2"), Stream, _workers);
        using SoftwareRenderer software = new();
        Assert.Contains("'particles' lies on the GPU", Assert.Throws<ArgumentException>(() => Picture(software, path)).Message, StringComparison.Ordinal);
        using GpuParticles particles = new(gl.Gl, 1, Stream, 1, 1);
        Assert.Throws<ArgumentException>(() => Panel.OfLogDensity("", particles.Counts, new ViewBox(0, 1, 0, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Panel.OfCounts("", particles.Counts, 0, new ViewBox(0, 1, 0, 1)));
    }

    private FlowEngine Engine(string formula) => new(
        TargetLibrary.Find("u1")!, new FlowEngineOptions { Particles = 20_000, Formula = formula, GridSize = GridSize }, _workers);

    private static byte[] Picture(IFrameRenderer renderer, FlowPath path)
    {
        Panel[] panels = [path.Particles("particles"), path.Density("density")];
        return Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = 0.3f }, Width, Height);
    }

    /// <summary>All pixels are the same to within two levels, but for those about some moved particles.</summary>
    private static void AssertAgree(byte[] expected, byte[] actual, int moved)
    {
        int pixels = 0;
        for (int i = 0; i < expected.Length; i += 4)
        {
            bool differs = false;
            for (int channel = 0; channel < 4; channel++)
            {
                differs |= Math.Abs(actual[i + channel] - expected[i + channel]) > 2;
            }

            pixels += differs ? 1 : 0;
        }

        Assert.InRange(pixels, 0, 2 * 9 * moved);
    }
}
