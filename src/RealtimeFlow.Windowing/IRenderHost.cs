using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace RealtimeFlow.Windowing;

/// <summary>
/// Something that has an OpenGL context and asks for frames. The members have the names and delegate types of
/// Silk.NET.Windowing's <c>IView</c>, so that an adapter over an <c>IView</c> is a line a member; like an <c>IView</c>, a host is
/// what <c>GL.GetApi</c> takes. All members but <see cref="ContinueEvents"/> belong on the thread that called <see cref="Initialize"/>.
/// </summary>
public interface IRenderHost : IGLContextSource, IDisposable
{
    /// <summary>Raised once in <see cref="Initialize"/>, with the context current.</summary>
    event Action? Load;

    /// <summary>Raised once a turn of the loop, before <see cref="Render"/>, with the seconds since the last time.</summary>
    event Action<double>? Update;

    /// <summary>Raised once a turn of the loop, with the context current, with the seconds since the last time; not while the framebuffer has no pixels.</summary>
    event Action<double>? Render;

    /// <summary>Raised in <see cref="DoEvents"/>, at most once a turn, with the new size in pixels.</summary>
    event Action<Vector2D<int>>? FramebufferResize;

    /// <summary>Raised once, with the context still alive and current: the place to free what was made on it.</summary>
    event Action? Closing;

    /// <summary>Size of the framebuffer in pixels; 0 × 0 while a window is minimised.</summary>
    Vector2D<int> FramebufferSize { get; }

    /// <summary>Size in the units of mouse positions; differs from <see cref="FramebufferSize"/> on scaled displays.</summary>
    Vector2D<int> Size { get; }

    /// <summary>
    /// Whether <see cref="DoEvents"/> waits until something happens, as while a picture stands still; a host without events does not
    /// wait. False at first.
    /// </summary>
    bool IsEventDriven { get; set; }

    /// <summary>Whether the loop should end.</summary>
    bool IsClosing { get; }

    /// <summary>Whether the window and context exist.</summary>
    bool IsInitialized { get; }

    /// <summary>Seconds since <see cref="Initialize"/>; 0 before.</summary>
    double Time { get; }

    /// <summary>Makes the window and the context, makes the context current on this thread, and raises <see cref="Load"/>.</summary>
    /// <exception cref="HostUnavailableException">A library, display or driver is missing; the message says which and how to get it.</exception>
    void Initialize();

    /// <summary>Waits until the next frame is due, if a number of frames a second was asked for, and handles what happens meanwhile.</summary>
    void DoEvents();

    /// <summary>Ends the waiting of <see cref="IsEventDriven"/> once; any thread may call it.</summary>
    void ContinueEvents();

    /// <summary>Raises <see cref="Update"/>.</summary>
    void DoUpdate();

    /// <summary>Raises <see cref="Render"/> and shows what was drawn.</summary>
    void DoRender();

    /// <summary>Ends the window and the context; <see cref="Initialize"/> may be called again.</summary>
    void Reset();

    /// <summary>Asks the loop to end.</summary>
    void Close();
}
