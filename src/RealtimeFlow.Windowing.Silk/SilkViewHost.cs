using Silk.NET.Core.Contexts;
using Silk.NET.Maths;
using Silk.NET.Windowing;

namespace RealtimeFlow.Windowing.Silk;

/// <summary>A view or window of Silk.NET.Windowing as a host: every member is the view's member of that name.</summary>
/// <param name="view">The view, made for OpenGL 4.5 core; it ends with the host.</param>
public sealed class SilkViewHost(IView view) : IRenderHost
{
    /// <inheritdoc/>
    public event Action? Load { add => view.Load += value; remove => view.Load -= value; }

    /// <inheritdoc/>
    public event Action<double>? Update { add => view.Update += value; remove => view.Update -= value; }

    /// <inheritdoc/>
    public event Action<double>? Render { add => view.Render += value; remove => view.Render -= value; }

    /// <inheritdoc/>
    public event Action<Vector2D<int>>? FramebufferResize { add => view.FramebufferResize += value; remove => view.FramebufferResize -= value; }

    /// <inheritdoc/>
    public event Action? Closing { add => view.Closing += value; remove => view.Closing -= value; }

    /// <inheritdoc/>
    public IGLContext? GLContext => view.GLContext;

    /// <inheritdoc/>
    public Vector2D<int> FramebufferSize => view.FramebufferSize;

    /// <inheritdoc/>
    public Vector2D<int> Size => view.Size;

    /// <inheritdoc/>
    public bool IsEventDriven { get => view.IsEventDriven; set => view.IsEventDriven = value; }

    /// <inheritdoc/>
    public bool IsClosing => view.IsClosing;

    /// <inheritdoc/>
    public bool IsInitialized => view.IsInitialized;

    /// <inheritdoc/>
    public double Time => view.Time;

    /// <inheritdoc/>
    public void Initialize() => view.Initialize();

    /// <inheritdoc/>
    public void DoEvents() => view.DoEvents();

    /// <inheritdoc/>
    public void ContinueEvents() => view.ContinueEvents();

    /// <inheritdoc/>
    public void DoUpdate() => view.DoUpdate();

    /// <inheritdoc/>
    public void DoRender() => view.DoRender();

    /// <inheritdoc/>
    public void Reset() => view.Reset();

    /// <inheritdoc/>
    public void Close() => view.Close();

    /// <inheritdoc/>
    public void Dispose() => view.Dispose();
}
