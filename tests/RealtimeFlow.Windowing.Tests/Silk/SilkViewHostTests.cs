using RealtimeFlow.Windowing.Silk;
using Silk.NET.Core.Contexts;
using Silk.NET.Maths;
using Silk.NET.Windowing;

namespace RealtimeFlow.Windowing.Tests.Silk;

public sealed class SilkViewHostTests
{
    [Fact]
    public void The_loop_runs_over_a_view()
    {
        View view = new();
        using SilkViewHost host = new(view);
        List<string> events = [];
        int renders = 0;
        host.Load += () => events.Add($"load {host.FramebufferSize.X} {host.Size.X} {host.IsInitialized} {host.GLContext == null}");
        host.Update += delta => events.Add($"update {delta} {host.Time}");
        host.FramebufferResize += size => events.Add($"resize {size.X}");
        host.Closing += () => events.Add("closing");
        host.Render += Render;
        host.IsEventDriven = true;
        host.ContinueEvents();
        host.Run();
        host.Render -= Render;
        view.DoRender();

        Assert.Equal(1, renders);
        Assert.Equal(
            ["load 14 7 True True", "resize 15", "update 0.5 3", "closing"], events);
        Assert.Equal(["IsEventDriven", "ContinueEvents", "Initialize", "DoEvents", "DoUpdate", "DoRender", "Close", "DoEvents", "Reset", "DoRender"], view.Calls);
        host.Dispose();
        Assert.Equal("Dispose", view.Calls[^1]);

        void Render(double delta)
        {
            Assert.Equal(0.25, delta);
            renders++;
            host.Close();
        }
    }

    private sealed class View : IView
    {
        public event Action? Load;

        public event Action<double>? Update;

        public event Action<double>? Render;

        public event Action<Vector2D<int>>? FramebufferResize;

        public event Action? Closing;

        public List<string> Calls { get; } = [];

        public IGLContext? GLContext => null;

        public Vector2D<int> FramebufferSize => new(14, 8);

        public Vector2D<int> Size => new(7, 4);

        public bool IsEventDriven
        {
            get => true;
            set => Calls.Add(nameof(IsEventDriven));
        }

        public bool IsClosing { get; private set; }

        public bool IsInitialized { get; private set; }

        public double Time => 3;

        public void Initialize()
        {
            Calls.Add(nameof(Initialize));
            IsInitialized = true;
            Load?.Invoke();
        }

        public void DoEvents()
        {
            Calls.Add(nameof(DoEvents));
            (IsClosing ? Closing : () => FramebufferResize?.Invoke(new Vector2D<int>(15, 9)))?.Invoke();
        }

        public void ContinueEvents() => Calls.Add(nameof(ContinueEvents));

        public void DoUpdate()
        {
            Calls.Add(nameof(DoUpdate));
            Update?.Invoke(0.5);
        }

        public void DoRender()
        {
            Calls.Add(nameof(DoRender));
            Render?.Invoke(0.25);
        }

        public void Reset() => Calls.Add(nameof(Reset));

        public void Close()
        {
            Calls.Add(nameof(Close));
            IsClosing = true;
        }

        public void Dispose() => Calls.Add(nameof(Dispose));
    }
}
