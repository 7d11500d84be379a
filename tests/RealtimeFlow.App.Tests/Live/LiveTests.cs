using System.Buffers.Binary;
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
}
