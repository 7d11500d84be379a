using System.Diagnostics;
using RealtimeFlow.Windowing;
using RealtimeFlow.Windowing.Tests;
using Silk.NET.Maths;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering.Tests;

/// <summary>A renderer on a window, seen as a person would see it: by a photograph of the screen.</summary>
public sealed class WindowTests
{
    private const int Width = 640;
    private const int Height = 480;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_screen_shows_the_picture_pixel_for_pixel(bool shaders)
    {
        bool isInstalled = OperatingSystem.IsLinux() && File.Exists("/usr/bin/Xvfb") && File.Exists("/usr/bin/import");
        Assert.SkipUnless(
            isInstalled || Environment.GetEnvironmentVariable("CI") == "true", "Xvfb or import is not installed (Debian, Ubuntu: apt-get install xvfb imagemagick).");
        MesaThreads.Limit(1);
        using Xvfb server = new();
        using GlfwHost host = new(new HostOptions { Size = new Vector2D<int>(Width, Height), FramesPerSecond = 100 });
        try
        {
            host.Initialize();
        }
        catch (HostUnavailableException exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(exception.Message);
        }

        GL gl = GL.GetApi(host);
        using IFrameRenderer renderer = shaders ? new FlowRenderer(gl) : new UploadRenderer(gl);
        Scene scene = new(128, 100_000);
        renderer.Resize(Width, Height);
        int frames = 0;
        host.Render += _ =>
        {
            renderer.Render(scene.Frame());
            frames++;
        };
        Turn(host, () => frames > 5);
        Assert.Equal(GLEnum.NoError, gl.GetError());

        byte[] rgba = new byte[4 * Width * Height];
        renderer.ReadPixels(rgba);
        byte[] screen = Photograph(server, host);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                // The window stands in the corner of a screen that is 800 pixels wide.
                ReadOnlySpan<byte> seen = screen.AsSpan(3 * ((y * 800) + x), 3);
                ReadOnlySpan<byte> drawn = rgba.AsSpan(4 * ((y * Width) + x), 3);
                Assert.True(seen.SequenceEqual(drawn), $"({x}, {y})");
            }
        }
    }

    private static byte[] Photograph(Xvfb server, GlfwHost host)
    {
        string file = Path.Combine(Path.GetTempPath(), $"rtflow-window-{Environment.ProcessId}.rgb");
        try
        {
            using Process camera = server.Start("import", "-window", "root", "-depth", "8", "rgb:" + file);
            Turn(host, () => camera.HasExited);
            return File.ReadAllBytes(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Turn(GlfwHost host, Func<bool> until)
    {
        long start = Stopwatch.GetTimestamp();
        while (!until())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "It did not happen in time.");
            host.DoEvents();
            host.DoUpdate();
            host.DoRender();
        }
    }
}
