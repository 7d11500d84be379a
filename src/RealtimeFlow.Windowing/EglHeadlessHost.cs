using RealtimeFlow.Windowing.Egl;
using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace RealtimeFlow.Windowing;

/// <summary>
/// An OpenGL 4.5 core context without a window or display server, by EGL. Framebuffer 0 does not exist: draw into one of
/// your own, as FlowRenderer does. Contexts on several threads live side by side.
/// </summary>
public sealed class EglHeadlessHost : RenderHost
{
    private readonly HostOptions _options;
    private EglContext? _context;

    /// <summary>Nothing is opened before <see cref="RenderHost.Initialize"/>.</summary>
    public EglHeadlessHost(HostOptions options)
        : base(options) => _options = options;

    /// <inheritdoc/>
    public override Vector2D<int> FramebufferSize => _options.Size;

    /// <inheritdoc/>
    public override Vector2D<int> Size => _options.Size;

    private protected override unsafe IGLContext Open()
    {
        nint display = EglDisplay.Acquire();
        int* configAttributes = stackalloc int[]
        {
            EglNative.SurfaceType, EglNative.PbufferBit, EglNative.RenderableType, EglNative.OpenGLBit, EglNative.None,
        };
        int* contextAttributes = stackalloc int[]
        {
            EglNative.ContextMajorVersion, 4, EglNative.ContextMinorVersion, 5,
            EglNative.ContextOpenGLProfileMask, EglNative.ContextOpenGLCoreProfileBit, EglNative.None,
        };
        nint context = 0;
        if (EglNative.BindApi(EglNative.OpenGLApi) != 0
            && EglNative.ChooseConfig(display, configAttributes, out nint config, 1, out int count) != 0
            && count > 0)
        {
            context = EglNative.CreateContext(display, config, 0, contextAttributes);
        }

        if (context == 0)
        {
            int error = EglNative.GetError();
            EglDisplay.Release();
            throw new HostUnavailableException(
                $"No headless OpenGL 4.5: the driver refuses it (EGL 0x{error:X}); update the graphics driver, or install the software one (Debian, Ubuntu: apt-get install libegl1 libgl1-mesa-dri).");
        }

        return _context = new EglContext(display, context, this);
    }

    private protected override void Pump(double seconds)
    {
        // A sleep may end a millisecond late, so the last one is passed by yielding.
        double sleep = (seconds * 1000) - 1;
        if (sleep >= 1)
        {
            Thread.Sleep((int)sleep);
        }
        else if (seconds > 0)
        {
            Thread.Yield();
        }
    }

    private protected override void Shut()
    {
        _context?.Destroy();
        _context = null;
        EglDisplay.Release();
    }
}
