using System.Runtime.InteropServices;
using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace RealtimeFlow.Windowing.Tests;

/// <summary>No driver here can be made to lose a context, so this one says that it did.</summary>
public sealed unsafe class ContextLossTests
{
    private const uint GuiltyContextReset = 0x8253;

    private static uint Status;

    [Fact]
    public void In_the_place_of_a_lost_context_there_is_a_new_one()
    {
        Status = 0;
        using LosingHost host = new();
        List<string> events = [];
        host.Load += () => events.Add("load");
        host.Closing += () => events.Add("closing");
        host.ContextLost += () => events.Add($"lost {host.GLContext!.IsCurrent}");
        host.FramebufferResize += _ => events.Add("resize");
        host.Initialize();
        IGLContext first = host.GLContext!;
        Turn(host, () => host.Time > 1.1);
        Assert.Same(first, host.GLContext);

        Status = GuiltyContextReset;
        Turn(host, () => host.GLContext != first);
        Assert.Equal(["load", "lost True"], events);
        Assert.Equal((2, 1), (host.Opened, host.Shuts));
        host.Reset();
        Assert.Equal(["load", "lost True", "closing"], events);
        Assert.Equal((2, 2), (host.Opened, host.Shuts));
    }

    [Fact]
    public void A_driver_answers_that_all_is_well()
    {
        using EglHeadlessHost host = Needs.Headless(new HostOptions { FramesPerSecond = 100 });
        IGLContext first = host.GLContext!;
        Turn(host, () => host.Time > 1.1);
        Assert.Same(first, host.GLContext);
        Assert.True(first.IsCurrent);
    }

    private static void Turn(RenderHost host, Func<bool> until)
    {
        while (!until())
        {
            Assert.True(host.Time < 20, "It did not happen in time.");
            host.DoEvents();
            host.DoRender();
        }
    }

    [UnmanagedCallersOnly]
    private static uint GetStatus()
    {
        uint status = Status;
        Status = 0;
        return status;
    }

    private sealed class LosingHost() : RenderHost(new HostOptions { FramesPerSecond = 100 })
    {
        public override Vector2D<int> FramebufferSize => new(4, 3);

        public override Vector2D<int> Size => FramebufferSize;

        public int Opened { get; private set; }

        public int Shuts { get; private set; }

        private protected override IGLContext Open()
        {
            Opened++;
            return new Context();
        }

        private protected override void Pump(double seconds) => Thread.Sleep(TimeSpan.FromSeconds(seconds));

        private protected override void Shut() => Shuts++;
    }

    private sealed class Context : IGLContext
    {
        public nint Handle => 1;

        public IGLContextSource? Source => null;

        public bool IsCurrent { get; private set; }

        public void SwapInterval(int interval)
        {
        }

        public void SwapBuffers()
        {
        }

        public void MakeCurrent() => IsCurrent = true;

        public void Clear() => IsCurrent = false;

        public nint GetProcAddress(string proc, int? slot = null) => TryGetProcAddress(proc, out nint address) ? address : 0;

        public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
        {
            addr = proc == "glGetGraphicsResetStatus" ? (nint)(delegate* unmanaged<uint>)&GetStatus : 0;
            return addr != 0;
        }

        public void Dispose() => Clear();
    }
}
