using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Rendering.Tests;

public sealed class FlowPathTests : IDisposable
{
    private const int Width = 640, Height = 360, GridSize = 160, Particles = 20_000;

    private static readonly RandomStream Stream = new(1, StreamNumbers.Particles);

    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Theory]
    [InlineData("planar:8")]
    [InlineData("planar:4,radial:4")]
    public void The_pictures_of_all_paths_agree(string formula)
    {
        using OpenGL gl = OpenGL.OrSkip();
        FlowDistribution flow = Learned(formula, "u1");
        (ParticleSystem particles, DensityGrid density) = Grids(3);
        using FlowPath byGpu = FlowPath.Choose(gl.Gl, ComputePath.Gpu, flow, Stream, particles, density);
        using FlowPath byCpu = FlowPath.Choose(gl.Gl, ComputePath.Cpu, flow, Stream, particles, density);
        Assert.Equal(("GPU", null, null), (byGpu.Name, byGpu.Failure, byGpu.Timing));
        Assert.Equal(("CPU", null, null, null, null), (byCpu.Name, byCpu.Failure, byCpu.Timing, byCpu.Particles, byCpu.Density));

        // Another flow with another view, too.
        foreach ((string target, float radius) in new[] { ("u1", 4.5f), ("funnel", 6) })
        {
            flow = Learned(formula, target);
            (particles, density) = Grids(radius);
            particles.Advance(flow);
            density.Evaluate(flow);
            byGpu.Particles!.Fit(Particles, Stream, GridSize, radius);
            byGpu.Density!.Fit(GridSize, radius);
            byGpu.Particles.Advance(flow);
            byGpu.Density.Evaluate(flow);

            using SoftwareRenderer software = new();
            using UploadRenderer upload = new(gl.Gl);
            Panel[] onCpu =
            [
                Panel.OfCounts("particles", particles.Counts, GridSize, GridSize, Particles, particles.View),
                Panel.OfLogDensity("density", density.LogDensity, GridSize, GridSize, density.View),
            ];
            byte[] expected = Picture(software, onCpu);
            Assert.Equal(expected, Picture(upload, onCpu));
            AssertAgree(expected, Picture(gl.Renderer, onCpu), moved: 0);

            // A particle that is counted in the next bin changes the pixels about both: at most 3 by 3 in a grid drawn nearly one to one.
            AssertAgree(expected, Picture(gl.Renderer, PanelsOf(byGpu)), moved: 20);
        }
    }

    [Fact]
    public void On_software_OpenGL_and_without_any_the_CPU_computes_untimed()
    {
        using OpenGL gl = OpenGL.OrSkip();
        (ParticleSystem particles, DensityGrid density) = Grids(3);
        FlowDistribution flow = Flows.Random("planar:2", 1);
        using FlowPath without = FlowPath.Choose(null, ComputePath.Gpu, flow, Stream, particles, density);
        Assert.Null(without.Particles);
        using FlowPath auto = FlowPath.Choose(gl.Gl, ComputePath.Auto, flow, Stream, particles, density);
        Assert.Equal(gl.Renderer.Device.IsSoftware, auto.Timing == null);
        Assert.True(auto.Timing != null || auto.Particles == null);
    }

    [Fact]
    public void The_faster_path_is_kept_and_the_times_are_told()
    {
        using OpenGL gl = OpenGL.OrSkip();
        (ParticleSystem particles, DensityGrid density) = Grids(3);
        using FlowPath path = FlowPath.Faster(gl.Gl, Flows.Random("planar:2", 1), Stream, particles, density);
        Assert.Matches(@"^20,000 particles and the density: GPU \d+\.\d\d ms, CPU \d+\.\d\d ms$", path.Timing);
        double[] times = [.. path.Timing!.Split("PU ").Skip(1).Select(part => double.Parse(part.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(times[0] < times[1], path.Particles != null);
    }

    [Fact]
    public void A_GPU_that_cannot_leaves_the_work_to_the_CPU_and_says_why()
    {
        using OpenGL gl = OpenGL.OrSkip();
        (ParticleSystem particles, DensityGrid density) = Grids(3);
        using FlowPath path = FlowPath.Choose(
            gl.Gl, ComputePath.Gpu, Flows.Random("planar:2", 1), Stream with { Sequence = RandomSequence.Sobol }, particles, density);
        Assert.Equal(("CPU", null, null), (path.Name, path.Particles, path.Density));
        Assert.Contains("Sobol", path.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_of_the_GPU_allocates_nothing()
    {
        using OpenGL gl = OpenGL.OrSkip();
        FlowDistribution flow = Flows.Random("planar:8", 1);
        using FlowPath path = OnGpu(gl, flow);
        Panel[] panels = PanelsOf(path);
        gl.Renderer.Resize(Width, Height);
        long before = 0;
        for (int frame = -40; frame < 10; frame++)
        {
            if (frame == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            path.Particles!.Fit(Particles, Stream, GridSize, 3);
            path.Particles.Advance(flow);
            path.Density!.Evaluate(flow);
            gl.Renderer.Render(new FrameInfo { Panels = panels, Exposure = 0.3f });
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_grid_on_the_GPU_is_for_the_renderer_there_and_for_its_own_kind_of_panel()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using FlowPath path = OnGpu(gl, Flows.Random("planar:2", 1));
        using SoftwareRenderer software = new();
        Assert.Contains("'particles' lies on the GPU", Assert.Throws<ArgumentException>(() => Picture(software, PanelsOf(path))).Message, StringComparison.Ordinal);
        using GpuParticles particles = new(gl.Gl, 1, Stream, 1, 1);
        Assert.Throws<ArgumentException>(() => Panel.OfLogDensity("", particles.Counts, new PlaneView(0, 1, 0, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Panel.OfCounts("", particles.Counts, 0, new PlaneView(0, 1, 0, 1)));
    }

    private (ParticleSystem Particles, DensityGrid Density) Grids(float radius) =>
        (new ParticleSystem(Particles, Stream, GridSize, radius, _workers), new DensityGrid(GridSize, radius, _workers));

    private FlowPath OnGpu(OpenGL gl, FlowDistribution flow)
    {
        (ParticleSystem particles, DensityGrid density) = Grids(3);
        return FlowPath.Choose(gl.Gl, ComputePath.Gpu, flow, Stream, particles, density);
    }

    private FlowDistribution Learned(string formula, string target)
    {
        Trainer trainer = new(FlowShape.Parse(formula, dimension: 2), TargetLibrary.Find(target)!, new TrainerOptions(), _workers);
        for (int step = 0; step < 200; step++)
        {
            trainer.Step(step / 200.0);
        }

        return trainer.Flow;
    }

    private static Panel[] PanelsOf(FlowPath path)
    {
        PlaneView view = PlaneView.Square(path.Density!.ViewRadius);
        return [Panel.OfCounts("particles", path.Particles!.Counts, Particles, view), Panel.OfLogDensity("density", path.Density.LogDensity, view)];
    }

    private static byte[] Picture(IFrameRenderer renderer, Panel[] panels) =>
        Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = 0.3f }, Width, Height);

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
