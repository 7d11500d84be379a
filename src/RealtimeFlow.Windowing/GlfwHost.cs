using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Windowing.Glfw;
using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace RealtimeFlow.Windowing;

/// <summary>A window with an OpenGL 4.5 core context, by GLFW 3.3. GLFW wants all its calls on the main thread.</summary>
public sealed class GlfwHost : RenderHost
{
    private static readonly Lock InitializationLock = new();
    private static int Windows;

    private readonly HostOptions _options;
    private nint _window;
    private GCHandle _self;
    private ExceptionDispatchInfo? _failure;
    private KeyModifiers _modifiers;
    private WindowPlace _place;
    private bool _isMinimised;

    /// <summary>Nothing is opened before <see cref="RenderHost.Initialize"/>.</summary>
    public GlfwHost(HostOptions options)
        : base(options) => _options = options;

    /// <summary>Raised in <see cref="RenderHost.DoEvents"/>, in the order in which things happened. No key has a meaning of its own: call <see cref="RenderHost.Close"/> on Escape.</summary>
    public event Action<InputEvent>? Input;

    /// <summary>Raised in <see cref="RenderHost.DoEvents"/> when files were dropped on the window, with their paths; the name and type are those of Silk.NET.Windowing's <c>IWindow</c>.</summary>
    public event Action<string[]>? FileDrop;

    /// <summary>Whether the window covers the monitor that most of it is on; back in a window, it stands where it stood. Only between <see cref="RenderHost.Initialize"/> and <see cref="RenderHost.Reset"/>.</summary>
    public bool IsFullScreen
    {
        get => _window != 0 && GlfwNative.GetWindowMonitor(_window) != 0;
        set
        {
            if (_window == 0)
            {
                throw new InvalidOperationException("The host has no window: call Initialize first.");
            }

            if (value == IsFullScreen)
            {
                return;
            }

            if (value)
            {
                _place = WindowPlace.Of(_window);
                (nint monitor, WindowPlace all) = _place.Monitor();
                if (monitor != 0)
                {
                    GlfwNative.SetWindowMonitor(_window, monitor, all.X, all.Y, all.Width, all.Height, GlfwNative.DontCare);
                }
            }
            else
            {
                GlfwNative.SetWindowMonitor(_window, 0, _place.X, _place.Y, _place.Width, _place.Height, GlfwNative.DontCare);
            }
        }
    }

    /// <inheritdoc/>
    public override float ContentScale
    {
        get
        {
            if (_window == 0)
            {
                return 1;
            }

            GlfwNative.GetWindowContentScale(_window, out float x, out _);
            return x;
        }
    }

    /// <inheritdoc/>
    public override Vector2D<int> FramebufferSize
    {
        get
        {
            // Under X11 a minimised window has the size that it had.
            if (_window == 0 || _isMinimised)
            {
                return default;
            }

            GlfwNative.GetFramebufferSize(_window, out int width, out int height);
            return new Vector2D<int>(width, height);
        }
    }

    /// <inheritdoc/>
    public override Vector2D<int> Size
    {
        get
        {
            if (_window == 0)
            {
                return _options.Size;
            }

            GlfwNative.GetWindowSize(_window, out int width, out int height);
            return new Vector2D<int>(width, height);
        }
    }

    /// <inheritdoc/>
    public override void ContinueEvents()
    {
        if (_window != 0)
        {
            GlfwNative.PostEmptyEvent();
        }
    }

    private protected override IGLContext Open()
    {
        NativeLibraries.Require(NativeLibraries.Glfw);
        lock (InitializationLock)
        {
            if (Windows == 0 && GlfwNative.Init() == 0)
            {
                throw new HostUnavailableException(
                    $"No window: GLFW could not start ({GlfwNative.LastError()}); on Linux a window needs a running display server and the variable DISPLAY.");
            }

            Windows++;
        }

        GlfwNative.WindowHint(GlfwNative.ContextVersionMajor, 4);
        GlfwNative.WindowHint(GlfwNative.ContextVersionMinor, 5);
        GlfwNative.WindowHint(GlfwNative.OpenGLProfile, GlfwNative.OpenGLCoreProfile);
        GlfwNative.WindowHint(GlfwNative.OpenGLForwardCompat, GlfwNative.True);
        GlfwNative.WindowHint(GlfwNative.ContextRobustness, GlfwNative.LoseContextOnReset);
        GlfwNative.WindowHint(GlfwNative.DepthBits, 0);
        GlfwNative.WindowHint(GlfwNative.StencilBits, 0);
        GlfwNative.WindowHint(GlfwNative.ScaleToMonitor, GlfwNative.True);
        GlfwNative.WindowHint(GlfwNative.Visible, _options.IsVisible ? GlfwNative.True : 0);
        _window = GlfwNative.CreateWindow(_options.Size.X, _options.Size.Y, _options.Title, 0, 0);
        if (_window == 0)
        {
            string reason = GlfwNative.LastError();
            Leave();
            throw new HostUnavailableException(
                $"No window with OpenGL 4.5 ({reason}); update the graphics driver, or install the software one (Debian, Ubuntu: apt-get install libgl1-mesa-dri).");
        }

        _self = GCHandle.Alloc(this);
        GlfwNative.SetWindowUserPointer(_window, GCHandle.ToIntPtr(_self));
        Listen();
        return new GlfwContext(_window, this);
    }

    private protected override void OnCurrent() => GlfwNative.SwapInterval(_options.VSync ? 1 : 0);

    private protected override void Pump(double seconds)
    {
        GlfwNative.WaitEventsTimeout(seconds);
        ThrowFailure();
    }

    private protected override void WaitForEvent()
    {
        GlfwNative.WaitEvents();
        ThrowFailure();
    }

    private protected override void Shut()
    {
        GlfwNative.DestroyWindow(_window);
        (_window, _isMinimised) = (0, false);
        _self.Free();
        Leave();
    }

    private static void Leave()
    {
        lock (InitializationLock)
        {
            Windows--;
            if (Windows == 0)
            {
                GlfwNative.Terminate();
            }
        }
    }

    private unsafe void Listen()
    {
        GlfwNative.SetWindowCloseCallback(_window, &OnClose);
        GlfwNative.SetWindowIconifyCallback(_window, &OnIconify);
        GlfwNative.SetWindowFocusCallback(_window, &OnFocus);
        GlfwNative.SetKeyCallback(_window, &OnKey);
        GlfwNative.SetCharCallback(_window, &OnCharacter);
        GlfwNative.SetMouseButtonCallback(_window, &OnButton);
        GlfwNative.SetCursorPosCallback(_window, &OnPointer);
        GlfwNative.SetScrollCallback(_window, &OnScroll);
        GlfwNative.SetDropCallback(_window, &OnDrop);
    }

    private static GlfwHost Of(nint window) => (GlfwHost)GCHandle.FromIntPtr(GlfwNative.GetWindowUserPointer(window)).Target!;

    /// <summary>An exception must not cross GLFW's frames: it is kept and thrown again once GLFW has returned.</summary>
    private void Raise<T>(Action<T>? handler, T happened)
    {
        try
        {
            handler?.Invoke(happened);
        }
#pragma warning disable CA1031 // Nothing is swallowed: ThrowFailure throws it again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure ??= ExceptionDispatchInfo.Capture(exception);
        }
    }

    private void Raise(InputEvent input) => Raise(Input, input);

    private void ThrowFailure()
    {
        ExceptionDispatchInfo? failure = _failure;
        _failure = null;
        failure?.Throw();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnClose(nint window) => Of(window).Close();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnIconify(nint window, int iconified) => Of(window)._isMinimised = iconified != 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFocus(nint window, int focused) => Of(window).Raise(new InputEvent(InputKind.Focus, focused, KeyModifiers.None, 0, 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnKey(nint window, int key, int scanCode, int action, int modifiers)
    {
        InputKind kind = action switch
        {
            GlfwNative.Press => InputKind.KeyDown,
            GlfwNative.Repeat => InputKind.KeyRepeat,
            _ => InputKind.KeyUp,
        };
        GlfwHost host = Of(window);
        host._modifiers = (KeyModifiers)modifiers;
        host.Raise(new InputEvent(kind, key, host._modifiers, 0, 0));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnCharacter(nint window, uint codePoint)
    {
        GlfwHost host = Of(window);
        host.Raise(new InputEvent(InputKind.Character, (int)codePoint, host._modifiers, 0, 0));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnButton(nint window, int button, int action, int modifiers)
    {
        InputKind kind = action == GlfwNative.Press ? InputKind.ButtonDown : InputKind.ButtonUp;
        Of(window).Raise(new InputEvent(kind, button, (KeyModifiers)modifiers, 0, 0));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPointer(nint window, double x, double y)
    {
        GlfwHost host = Of(window);
        host.Raise(new InputEvent(InputKind.PointerMove, 0, host._modifiers, x, y));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnScroll(nint window, double x, double y)
    {
        GlfwHost host = Of(window);
        host.Raise(new InputEvent(InputKind.Scroll, 0, host._modifiers, x, y));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void OnDrop(nint window, int count, byte** paths)
    {
        string[] files = new string[count];
        for (int i = 0; i < count; i++)
        {
            files[i] = Marshal.PtrToStringUTF8((nint)paths[i])!;
        }

        GlfwHost host = Of(window);
        host.Raise(host.FileDrop, files);
    }
}
