using System.Diagnostics;
using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace RealtimeFlow.Windowing;

/// <summary>What a window and a headless context have in common: the events, the clock and the pace of the loop.</summary>
public abstract class RenderHost : IRenderHost
{
    // While a window is minimised and nothing limits the loop, it turns at this pace.
    private const double IdleSeconds = 1 / 60.0;

    // A lost context is rare, and to ask for it is a call into the driver.
    private const double SecondsBetweenLooks = 1;

    private readonly double _frameSeconds;
    private readonly bool _swap;
    private long _start;
    private double _due;
    private double _lastUpdate;
    private double _lastRender;
    private double _nextLook;
    private Vector2D<int> _knownFramebuffer;
    private bool _closingRaised;

    private protected RenderHost(HostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Size.X, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Size.Y, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.FramesPerSecond, nameof(options));
        _frameSeconds = options.FramesPerSecond > 0 ? 1 / options.FramesPerSecond : 0;
        _swap = options.ShouldSwapAutomatically;
    }

    /// <inheritdoc/>
    public event Action? Load;

    /// <inheritdoc/>
    public event Action<double>? Update;

    /// <inheritdoc/>
    public event Action<double>? Render;

    /// <inheritdoc/>
    public event Action<Vector2D<int>>? FramebufferResize;

    /// <inheritdoc/>
    public event Action? Closing;

    /// <summary>
    /// Raised in <see cref="DoEvents"/> after the driver lost the context, as when the GPU was reset, and a new one has taken its place
    /// and is current. What was made on the old one is gone: it is made again, and not freed.
    /// </summary>
    public event Action? ContextLost;

    /// <inheritdoc/>
    public abstract Vector2D<int> FramebufferSize { get; }

    /// <inheritdoc/>
    public abstract Vector2D<int> Size { get; }

    /// <summary>Pixels that text and lines are to be scaled by: 1 on an ordinary display, 2 where pixels are half as wide.</summary>
    public virtual float ContentScale => 1;

    /// <inheritdoc/>
    public bool IsEventDriven { get; set; }

    /// <inheritdoc/>
    public IGLContext? GLContext { get; private set; }

    /// <inheritdoc/>
    public bool IsClosing { get; private protected set; }

    /// <inheritdoc/>
    public bool IsInitialized => GLContext is not null;

    /// <inheritdoc/>
    public double Time => _start == 0 ? 0 : Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <inheritdoc/>
    public void Initialize()
    {
        if (IsInitialized)
        {
            throw new InvalidOperationException("The host is initialized already; Reset it first.");
        }

        IsClosing = false;
        _closingRaised = false;
        OpenContext();
        _start = Stopwatch.GetTimestamp();
        _due = 0;
        _lastUpdate = 0;
        _lastRender = 0;
        _nextLook = SecondsBetweenLooks;
        Load?.Invoke();
    }

    /// <inheritdoc/>
    public void DoEvents()
    {
        RequireContext();
        if (IsEventDriven && !IsClosing)
        {
            WaitForEvent();
        }

        do
        {
            Pump(IsClosing ? 0 : Math.Max(0, _due - Time));
        }
        while (!IsClosing && _due > Time);

        // A late frame moves the following ones; it does not make them hurry.
        Vector2D<int> framebuffer = FramebufferSize;
        double period = _frameSeconds == 0 && IsEmpty(framebuffer) ? IdleSeconds : _frameSeconds;
        _due = Math.Max(_due + period, Time);
        IGLContext context = PresentContext();
        if (framebuffer != _knownFramebuffer)
        {
            _knownFramebuffer = framebuffer;
            MakeCurrent(context);
            FramebufferResize?.Invoke(framebuffer);
        }

        if (IsClosing)
        {
            RaiseClosing(context);
        }
    }

    /// <inheritdoc/>
    public void DoUpdate()
    {
        RequireContext();
        double now = Time;
        double delta = now - _lastUpdate;
        _lastUpdate = now;
        Update?.Invoke(delta);
    }

    /// <inheritdoc/>
    public void DoRender()
    {
        IGLContext context = RequireContext();
        if (IsClosing || IsEmpty(FramebufferSize))
        {
            return;
        }

        MakeCurrent(context);
        double now = Time;
        double delta = now - _lastRender;
        _lastRender = now;
        Render?.Invoke(delta);
        if (_swap)
        {
            context.SwapBuffers();
        }
    }

    /// <inheritdoc/>
    public virtual void ContinueEvents()
    {
    }

    /// <inheritdoc/>
    public void Close() => IsClosing = true;

    /// <inheritdoc/>
    public void Reset()
    {
        if (GLContext is null)
        {
            return;
        }

        IsClosing = true;
        try
        {
            RaiseClosing(GLContext);
        }
        finally
        {
            GLContext.Dispose();
            GLContext = null;
            Shut();
        }
    }

    /// <summary>Resets the host.</summary>
    public void Dispose()
    {
        Reset();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the window or display and its context; leaves nothing behind if it fails.</summary>
    private protected abstract IGLContext Open();

    /// <summary>Called once the new context is current.</summary>
    private protected virtual void OnCurrent()
    {
    }

    /// <summary>Handles what happened, waiting until something has; a host without events does not wait.</summary>
    private protected virtual void WaitForEvent()
    {
    }

    /// <summary>Handles what happened, waiting for more for so many seconds at most.</summary>
    private protected abstract void Pump(double seconds);

    /// <summary>Frees what <see cref="Open"/> made, after the context.</summary>
    private protected abstract void Shut();

    private static bool IsEmpty(Vector2D<int> size) => size.X <= 0 || size.Y <= 0;

    private static void MakeCurrent(IGLContext context)
    {
        if (!context.IsCurrent)
        {
            context.MakeCurrent();
        }
    }

    private void OpenContext()
    {
        GLContext = Open();
        GLContext.MakeCurrent();
        OnCurrent();
        _knownFramebuffer = FramebufferSize;
    }

    /// <summary>The context, or a new one in its place where the driver says that it is lost.</summary>
    private IGLContext PresentContext()
    {
        IGLContext context = RequireContext();
        if (Time < _nextLook || IsClosing)
        {
            return context;
        }

        _nextLook = Time + SecondsBetweenLooks;
        MakeCurrent(context);
        if (!IsLost(context))
        {
            return context;
        }

        context.Dispose();
        GLContext = null;
        Shut();
        OpenContext();
        ContextLost?.Invoke();
        return RequireContext();
    }

    /// <summary>OpenGL 4.5's <c>glGetGraphicsResetStatus</c>: 0 while all is well.</summary>
    private static unsafe bool IsLost(IGLContext context) =>
        context.TryGetProcAddress("glGetGraphicsResetStatus", out nint status) && ((delegate* unmanaged<uint>)status)() != 0;

    private IGLContext RequireContext() =>
        GLContext ?? throw new InvalidOperationException("The host has no context: call Initialize first.");

    private void RaiseClosing(IGLContext context)
    {
        if (!_closingRaised)
        {
            _closingRaised = true;
            MakeCurrent(context);
            Closing?.Invoke();
        }
    }
}
