using System.Diagnostics;
using System.Runtime.InteropServices;
using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace RealtimeFlow.Windowing.Tests;

/// <summary>A real window on a display server without a screen, used by xdotool as a person would.</summary>
public sealed unsafe partial class GlfwHostTests
{
    private const uint ColorBufferBit = 0x4000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Keys_pointer_and_a_new_size_arrive_and_Escape_closes()
    {
        using Xvfb server = Start("xdotool");
        using GlfwHost host = new(new HostOptions { Title = "keys", Size = new Vector2D<int>(320, 200), FramesPerSecond = 100 });
        List<InputEvent> input = [];
        List<Vector2D<int>> sizes = [];
        bool closing = false;
        host.Input += happened =>
        {
            input.Add(happened);
            if (happened is { Kind: InputKind.KeyDown, Key: Key.Escape })
            {
                host.Close();
            }
        };
        host.FramebufferResize += sizes.Add;
        host.Closing += () => closing = host.GLContext!.IsCurrent;
        host.Initialize();
        using Process person = server.Start(
            "xdotool", "search", "--sync", "--name", "keys", "windowfocus", "--sync", "windowsize", "500", "300", "sleep", "0.3",
            "mousemove", "--window", "%1", "50", "60", "click", "1", "click", "4", "key", "space", "key", "shift+a", "key", "Escape");
        Turn(host, () => host.IsClosing);
        host.DoEvents();
        Assert.True(person.WaitForExit(Patience));

        Assert.True(closing);
        Assert.Equal(new Vector2D<int>(500, 300), sizes[^1]);
        Assert.Equal(new Vector2D<int>(500, 300), host.FramebufferSize);
        Assert.Contains(new InputEvent(InputKind.Focus, 1, KeyModifiers.None, 0, 0), input);
        Assert.Contains(input, e => e is { Kind: InputKind.PointerMove, X: 50, Y: 60 });
        Assert.Contains(input, e => e is { Kind: InputKind.ButtonDown, Code: 0 });
        Assert.Contains(input, e => e is { Kind: InputKind.ButtonUp, Code: 0 });
        Assert.Contains(input, e => e is { Kind: InputKind.Scroll, Y: 1 });
        Assert.Contains(input, e => e is { Kind: InputKind.KeyDown, Key: Key.Space });
        Assert.Contains(input, e => e is { Kind: InputKind.KeyUp, Key: Key.Space });
        Assert.Contains(input, e => e is { Kind: InputKind.KeyDown, Key: Key.A, Modifiers: KeyModifiers.Shift });
        Assert.Contains(input, e => e is { Kind: InputKind.Character, Code: 'A' });
    }

    [Fact]
    public void What_is_drawn_is_seen_on_the_screen()
    {
        Needs.Program("import");
        using Xvfb server = Start("xdotool");
        using GlfwHost host = new(new HostOptions { Title = "picture", Size = new Vector2D<int>(320, 200), FramesPerSecond = 100 });
        string file = Path.Combine(Path.GetTempPath(), $"rtflow-{Environment.ProcessId}.rgb");
        int frames = 0;
        host.Render += _ =>
        {
            Clear(host.GLContext!, 1, 0, 0);
            frames++;
        };
        host.Initialize();
        Turn(host, () => frames > 5);
        try
        {
            using Process camera = server.Start("import", "-window", "root", "-depth", "8", "rgb:" + file);
            Turn(host, () => camera.HasExited);
            byte[] screen = File.ReadAllBytes(file);
            Assert.Equal(3 * 800 * 600, screen.Length);
            int red = 0;
            for (int i = 0; i < screen.Length; i += 3)
            {
                red += screen[i] == 255 && screen[i + 1] == 0 && screen[i + 2] == 0 ? 1 : 0;
            }

            Assert.Equal(320 * 200, red);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void An_exception_of_an_input_handler_comes_out_of_DoEvents_and_the_window_lives_on()
    {
        using Xvfb server = Start("xdotool");
        using GlfwHost host = new(new HostOptions { Title = "failing", Size = new Vector2D<int>(100, 80), FramesPerSecond = 100 });
        host.Input += happened =>
        {
            if (happened is { Kind: InputKind.KeyDown, Key: Key.X })
            {
                throw new TimeZoneNotFoundException("from the handler");
            }
        };
        host.Initialize();
        using Process person = server.Start("xdotool", "search", "--sync", "--name", "failing", "windowfocus", "--sync", "key", "x");
        Assert.Equal("from the handler", Assert.Throws<TimeZoneNotFoundException>(() => Turn(host, () => false)).Message);
        host.DoEvents();
        Assert.True(host.IsInitialized);
        Assert.True(person.WaitForExit(Patience));
    }

    [Fact]
    public void Dropped_files_arrive_with_their_paths()
    {
        using Xvfb server = Start("Xvfb");
        using XClient manager = new(server.Display);
        using GlfwHost host = new(new HostOptions { FramesPerSecond = 200 });
        List<string[]> drops = [];
        host.FileDrop += drops.Add;
        host.Initialize();
        Drop("file:///a%20b/%C3%BC.png", "file:///data.csv");
        Drop("# no file");
        host.FileDrop += _ => throw new TimeZoneNotFoundException("from the handler");
        Assert.Equal("from the handler", Assert.Throws<TimeZoneNotFoundException>(() => Drop("file:///c")).Message);
        Assert.Equal<string[]>([["/a b/ü.png", "/data.csv"], [], ["/c"]], drops);

        void Drop(params string[] uris)
        {
            nint window = GetX11Window(host.GLContext!.Handle);
            Thread hand = new(() => manager.Drop(window, uris));
            hand.Start();
            try
            {
                Turn(host, () => !hand.IsAlive);
            }
            finally
            {
                hand.Join();
            }
        }
    }

    [Fact]
    public void A_minimised_window_has_no_pixels_and_draws_nothing_and_comes_back_and_the_button_of_its_frame_closes_it()
    {
        using Xvfb server = Start("Xvfb");
        using XClient manager = new(server.Display);
        using GlfwHost host = new(new HostOptions { Size = new Vector2D<int>(320, 200), FramesPerSecond = 200 });
        List<Vector2D<int>> sizes = [];
        int updates = 0, frames = 0;
        host.FramebufferResize += sizes.Add;
        host.Update += _ => updates++;
        host.Render += _ => frames++;
        host.Initialize();
        nint window = GetX11Window(host.GLContext!.Handle);
        manager.Minimise(window);
        Turn(host, () => sizes.Count > 0);
        (int updatesBefore, int framesBefore) = (updates, frames);
        Turn(host, () => updates == updatesBefore + 20);
        Assert.Equal(framesBefore, frames);

        manager.Restore(window);
        Turn(host, () => frames > framesBefore);
        Assert.Equal([default, new Vector2D<int>(320, 200)], sizes);
        manager.Close(window);
        Turn(host, () => host.IsClosing);
    }

    [Fact]
    public void Full_screen_covers_the_monitor_and_ends_where_the_window_stood()
    {
        using Xvfb server = Start("Xvfb");
        using GlfwHost host = new(new HostOptions { Size = new Vector2D<int>(320, 200), FramesPerSecond = 100 });
        Assert.False(host.IsFullScreen);
        Assert.Throws<InvalidOperationException>(() => host.IsFullScreen = true);
        List<Vector2D<int>> sizes = [];
        host.FramebufferResize += sizes.Add;
        host.Initialize();
        for (int time = 0; time < 2; time++)
        {
            host.IsFullScreen = true;
            host.IsFullScreen = true;
            Turn(host, () => sizes is [.., { X: 800, Y: 600 }]);
            Assert.True(host.IsFullScreen);
            host.IsFullScreen = false;
            Turn(host, () => sizes is [.., { X: 320, Y: 200 }]);
            Assert.False(host.IsFullScreen);
        }

        Assert.Equal(4, sizes.Count);
    }

    [Theory]
    [InlineData(96, 1)]
    [InlineData(192, 2)]
    public void The_content_scale_follows_the_density_of_the_display(int dotsPerInch, float scale)
    {
        using Xvfb server = Start("Xvfb");
        using XResources resources = new(server.Display, $"Xft.dpi: {dotsPerInch}");
        using GlfwHost host = new(new HostOptions { Size = new Vector2D<int>(320, 200) });
        Assert.Equal(1, host.ContentScale);
        host.Initialize();
        Assert.Equal(scale, host.ContentScale);
        Assert.Equal(320 * scale, host.FramebufferSize.X);
    }

    [Fact]
    public void A_host_that_is_driven_by_events_waits_for_one()
    {
        using Xvfb server = Start("Xvfb");
        using GlfwHost host = new(new HostOptions { FramesPerSecond = 200 });
        host.ContinueEvents();
        host.Initialize();
        Turn(host, () => host.Time > 0.5);
        host.IsEventDriven = true;
        bool woken = false;
        Thread other = new(() =>
        {
            Thread.Sleep(200);
            Volatile.Write(ref woken, true);
            host.ContinueEvents();
        });
        other.Start();

        // The server may have sent a last event of its own.
        for (int turn = 0; turn < 10 && !woken; turn++)
        {
            host.DoEvents();
        }

        Assert.True(woken);
        other.Join();
        host.Close();
        host.DoEvents();
        Assert.True(host.IsClosing);
    }

    [Fact]
    public void A_window_can_be_opened_again_and_two_at_once()
    {
        using Xvfb server = Start("Xvfb");
        using GlfwHost first = new(new HostOptions());
        using GlfwHost second = new(new HostOptions { IsVisible = false });
        first.Initialize();
        second.Initialize();
        Assert.True(second.GLContext!.IsCurrent);
        first.Reset();
        second.DoEvents();
        second.DoRender();
        first.Initialize();
        Assert.True(first.GLContext!.IsCurrent);
        Assert.NotEqual(first.GLContext.Handle, second.GLContext.Handle);
    }

    [Fact]
    public void A_turn_of_the_loop_allocates_nothing_and_an_idle_one_waits()
    {
        using Xvfb server = Start("Xvfb");
        using GlfwHost host = new(new HostOptions { FramesPerSecond = 200 });
        host.Initialize();
        Turn(host, () => host.Time > 0.5);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        double start = host.Time;
        for (int turn = 0; turn < 50; turn++)
        {
            host.DoEvents();
            host.DoUpdate();
            host.DoRender();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.InRange(host.Time - start, 0.24, double.PositiveInfinity);
    }

    [LibraryImport("libglfw.so.3", EntryPoint = "glfwGetX11Window")]
    private static partial nint GetX11Window(nint window);

    private static Xvfb Start(string program)
    {
        Needs.Linux();
        Needs.Library(NativeLibraries.Glfw);
        Needs.Program("Xvfb");
        Needs.Program(program);
        MesaThreads.Limit(1);
        return new Xvfb();
    }

    /// <summary>Turns the loop until something is so; fails when it is not in time.</summary>
    private static void Turn(GlfwHost host, Func<bool> until)
    {
        long start = Stopwatch.GetTimestamp();
        while (!until())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "It did not happen in time.");
            host.DoEvents();
            host.DoUpdate();
            host.DoRender();
        }
    }

    private static void Clear(IGLContext context, float red, float green, float blue)
    {
        ((delegate* unmanaged<float, float, float, float, void>)context.GetProcAddress("glClearColor"))(red, green, blue, 1);
        ((delegate* unmanaged<uint, void>)context.GetProcAddress("glClear"))(ColorBufferBit);
    }
}
