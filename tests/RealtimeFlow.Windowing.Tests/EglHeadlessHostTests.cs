using System.Diagnostics;
using System.Runtime.InteropServices;
using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace RealtimeFlow.Windowing.Tests;

public sealed unsafe class EglHeadlessHostTests
{
    private const uint GlVersion = 0x1F02;

    [Fact]
    public void The_context_is_at_least_OpenGL_4_5_core()
    {
        using EglHeadlessHost host = Needs.Headless();
        Assert.True(host.GLContext!.IsCurrent);
        Assert.True(string.CompareOrdinal(Version(host.GLContext), "4.5") >= 0);
        Assert.Same(host, host.GLContext.Source);
    }

    [Fact]
    public void A_function_that_does_not_exist_is_told_as_such()
    {
        using EglHeadlessHost host = Needs.Headless();
        Assert.False(host.GLContext!.TryGetProcAddress("noSuchFunction", out nint address) && address == 0);
    }

    [Fact]
    public void The_end_of_one_context_leaves_the_others_alive()
    {
        using EglHeadlessHost first = Needs.Headless();
        EglHeadlessHost second = Needs.Headless();
        second.Dispose();
        Assert.False(first.GLContext!.IsCurrent);
        first.GLContext.MakeCurrent();
        Assert.StartsWith("4.", Version(first.GLContext), StringComparison.Ordinal);
    }

    [Fact]
    public void Contexts_on_several_threads_live_side_by_side()
    {
        using EglHeadlessHost probe = Needs.Headless();
        string[] versions = new string[4];
        Thread[] threads = new Thread[versions.Length];
        for (int i = 0; i < threads.Length; i++)
        {
            int index = i;
            threads[i] = new Thread(() =>
            {
                using EglHeadlessHost host = new(new HostOptions());
                host.Initialize();
                versions[index] = Version(host.GLContext!);
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.All(versions, version => Assert.StartsWith("4.", version, StringComparison.Ordinal));
        Assert.True(probe.GLContext!.IsCurrent);
    }

    [Fact]
    public void The_loop_raises_the_events_in_order_and_ends_when_closed()
    {
        using (Needs.Headless())
        {
        }

        using EglHeadlessHost host = new(new HostOptions { Size = new Vector2D<int>(7, 5) });
        List<string> events = [];
        host.Load += () => events.Add($"load {host.FramebufferSize.X}x{host.FramebufferSize.Y} {host.GLContext!.IsCurrent}");
        host.Update += delta => events.Add($"update {delta >= 0}");
        host.Render += delta =>
        {
            events.Add($"render {host.GLContext!.IsCurrent}");
            if (events.Count > 4)
            {
                host.Close();
            }
        };
        host.Closing += () => events.Add($"closing {host.GLContext!.IsCurrent}");
        host.Run();
        Assert.Equal(["load 7x5 True", "update True", "render True", "update True", "render True", "closing True"], events);
        Assert.False(host.IsInitialized);
        Assert.Throws<InvalidOperationException>(host.DoEvents);
    }

    [Fact]
    public void A_host_that_was_reset_can_be_initialized_again()
    {
        using EglHeadlessHost host = Needs.Headless();
        int closings = 0;
        host.Closing += () => closings++;
        host.Reset();
        host.Reset();
        Assert.Equal(1, closings);
        host.Initialize();
        Assert.False(host.IsClosing);
        Assert.StartsWith("4.", Version(host.GLContext!), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(host.Initialize);
    }

    [Fact]
    public void A_limited_loop_keeps_the_pace_and_sleeps_in_between()
    {
        using EglHeadlessHost host = Needs.Headless(new HostOptions { FramesPerSecond = 50 });
        int frames = 0;
        host.Render += _ => frames++;
        int turns = 0;
        long start = Stopwatch.GetTimestamp();
        for (; frames <= 25; turns++)
        {
            host.DoEvents();
            host.DoUpdate();
            host.DoRender();
        }

        // 25 periods of 20 ms lie between 26 frames. A loaded machine may be late, never early.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.499, double.PositiveInfinity);

        // A turn is a microsecond or less: a loop that did not sleep would make some 20,000 a period, not the last millisecond's.
        Assert.InRange(turns, 26, 25 * 10_000);
    }

    [Fact]
    public void A_turn_of_the_loop_allocates_nothing()
    {
        using EglHeadlessHost host = Needs.Headless();
        host.Render += _ => { };
        long before = 0;
        for (int turn = -100; turn < 100; turn++)
        {
            if (turn == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            host.DoEvents();
            host.DoUpdate();
            host.DoRender();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_empty_window_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EglHeadlessHost(new HostOptions { Size = new Vector2D<int>(0, 5) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GlfwHost(new HostOptions { FramesPerSecond = -1 }));
    }

    private static string Version(INativeContext context) =>
        Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<uint, byte*>)context.GetProcAddress("glGetString"))(GlVersion))!;
}
