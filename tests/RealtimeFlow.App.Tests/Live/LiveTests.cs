using System.Buffers.Binary;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;
using RealtimeFlow.Windowing;
using Silk.NET.Maths;

namespace RealtimeFlow.App.Tests.Live;

public sealed class LiveTests
{
    private static readonly (string, string?)[] NoDisplay = [("DISPLAY", null), ("WAYLAND_DISPLAY", null), ("CI", null)];
    private static readonly (string, string?)[] NoOpenGL = [.. NoDisplay, ("RTFLOW_NO_OPENGL", "1")];

    [Fact]
    public void Without_OpenGL_the_CPU_alone_draws_and_the_program_succeeds()
    {
        using TemporaryFolder folder = new();
        Rtflow run = Rtflow.RunProcess(folder.Path, NoOpenGL, "--frames", "3", "--particles", "1e4", "--flow", "planar:4", "--size", "640x360");

        Assert.Equal(0, run.ExitCode);
        string line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("RTFLOW_NO_OPENGL=1", line, StringComparison.Ordinal);
        Assert.Contains("3 frames", run.Output, StringComparison.Ordinal);
        Assert.Contains("picture: rtflow.png", run.Output, StringComparison.Ordinal);
        Assert.Equal([folder.File("rtflow.png")], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal((640, 360), PngSize(folder.File("rtflow.png")));
    }

    [Fact]
    public void Without_a_display_it_says_so_in_one_line_and_draws_all_the_same()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there a missing DISPLAY means that no window can be opened.");
        using TemporaryFolder folder = new();
        Rtflow run = Rtflow.RunProcess(folder.Path, NoDisplay, "live", "--frames", "2", "--particles", "1000", "--flow", "radial:2", "--screenshot", "a.png");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("rtflow: No window: ", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal([folder.File("a.png")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("--window")]
    [InlineData("--headless")]
    public void A_named_mode_that_cannot_run_ends_with_3_and_the_cure(string mode)
    {
        using TemporaryFolder folder = new();
        Rtflow.RunProcess(folder.Path, NoOpenGL, mode).AssertComplaint(3, "RTFLOW_NO_OPENGL=1", "--headless");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Headless_OpenGL_draws_the_asked_frames_into_the_asked_file()
    {
        SkipWithoutOpenGL();
        using TemporaryFolder folder = new();
        string picture = folder.File("a.png");
        Rtflow run = Rtflow.Run("live", "--headless", "--frames", "4", "--particles", "10000", "--flow", "planar:4", "--target", "u4", "--size", "800x450", "--screenshot", picture);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("u4, planar:4: step 320", run.Output, StringComparison.Ordinal);
        Assert.Equal((800, 450), PngSize(picture));
    }

    [Theory]
    [InlineData("auto", "CPU")]
    [InlineData("gpu", "GPU")]
    public void The_path_that_computes_can_be_named_and_is_told(string path, string name)
    {
        SkipWithoutOpenGL();
        using TemporaryFolder folder = new();
        string picture = folder.File("a.png");
        Rtflow run = Rtflow.Run("--headless", "--path", path, "--frames", "2", "--particles", "10000", "--flow", "planar:2", "--size", "320x180", "--screenshot", picture);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"particles and density: {name}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_allocates_nothing_drawing_and_readout_included()
    {
        using Stage stage = new(frames: null);
        stage.Frames(60);

        // All threads are counted, the test platform's own too, which report now and then: what a frame allocates is in every stretch.
        long[] stretches = new long[6];
        for (int i = 0; i < stretches.Length; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            stage.Frames(40);
            stretches[i] = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Assert.Equal(0, stretches.Min());
    }

    [Fact]
    public void The_picture_shows_the_learned_ring_with_its_two_modes()
    {
        using Stage stage = new(frames: 150);
        stage.Frames(150);
        byte[] rgba = stage.Session.Picture();

        // The ring's modes lie at (±2, 0); the density in the middle and above is a thousandth of theirs.
        for (int panel = 0; panel < 3; panel++)
        {
            double left = stage.Brightness(rgba, panel, -2, 0), right = stage.Brightness(rgba, panel, 2, 0);
            double middle = stage.Brightness(rgba, panel, 0, 0), above = stage.Brightness(rgba, panel, 0, 3.5);
            Assert.True(Math.Min(left, right) > 6 * (Math.Max(middle, above) + 5), $"panel {panel}: {left} {right} {middle} {above}");
        }
    }

    [Fact]
    public void Keys_change_target_panels_readout_and_time()
    {
        using Stage stage = new(frames: null);
        stage.Frames(2);
        string untouched = stage.Session.Summary();

        Assert.False(LiveKeys.Press(stage.Session, Key.Space));
        stage.Frames(2);
        Assert.Equal(untouched, stage.Session.Summary());
        LiveKeys.Press(stage.Session, Key.Space);
        stage.Frames(1);
        Assert.NotEqual(untouched, stage.Session.Summary());

        LiveKeys.Press(stage.Session, Key.Number3);
        Assert.StartsWith("u3, planar:8: step 0,", stage.Session.Summary(), StringComparison.Ordinal);
        stage.Frames(1);
        LiveKeys.Press(stage.Session, Key.R);
        Assert.StartsWith("u3, planar:8: step 0,", stage.Session.Summary(), StringComparison.Ordinal);

        int[] panels = new int[4];
        for (int i = 0; i < panels.Length; i++)
        {
            stage.Frames(1);
            panels[i] = stage.Renderer.Layout.Panels.Length;
            LiveKeys.Press(stage.Session, Key.D);
        }

        Assert.Equal([3, 1, 1, 3], panels);
        Assert.False(stage.Renderer.Layout.Hud.IsEmpty);
        LiveKeys.Press(stage.Session, Key.H);
        stage.Frames(1);
        Assert.True(stage.Renderer.Layout.Hud.IsEmpty);
        Assert.True(LiveKeys.Press(stage.Session, Key.Escape));
    }

    private static (int Width, int Height) PngSize(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        return (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)));
    }

    private static void SkipWithoutOpenGL()
    {
        try
        {
            using EglHeadlessHost host = new(new HostOptions { Size = new Vector2D<int>(64, 64) });
            host.Initialize();
        }
        catch (HostUnavailableException exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(exception.Message);
        }
    }

    /// <summary>A session drawn on the CPU.</summary>
    private sealed class Stage : IDisposable
    {
        private readonly WorkerPool _workers = new(2);

        public Stage(int? frames)
        {
            Renderer.Resize(960, 540);
            LiveOptions options = new(
                TargetLibrary.Find("u1")!, "planar:8", Particles: 100_000, Seed: 1, Threads: 2, (960, 540), LiveMode.Any, ComputePath.Auto, frames, null);
            Session = new LiveSession(options, Renderer, null, _workers, "test", frames);
        }

        public SoftwareRenderer Renderer { get; } = new();

        public LiveSession Session { get; }

        public void Frames(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Session.Advance();
                Session.Draw();
            }
        }

        /// <summary>The mean of all channels over the pixels about a point of the plane.</summary>
        public double Brightness(byte[] rgba, int panel, double x, double y)
        {
            const int reach = 4;
            PixelRect rect = Renderer.Layout.Panels[panel];
            double radius = TargetLibrary.All[0].ViewRadius;
            int column = rect.X + (int)((x + radius) / (2 * radius) * rect.Width);
            int row = rect.Y + (int)((radius - y) / (2 * radius) * rect.Height);
            double sum = 0;
            for (int i = -reach; i <= reach; i++)
            {
                for (int j = -reach; j <= reach; j++)
                {
                    int at = 4 * (((row + i) * Renderer.Layout.Width) + column + j);
                    sum += rgba[at] + rgba[at + 1] + rgba[at + 2];
                }
            }

            return sum / (3 * ((2 * reach) + 1) * ((2 * reach) + 1));
        }

        public void Dispose()
        {
            Renderer.Dispose();
            _workers.Dispose();
        }
    }
}
