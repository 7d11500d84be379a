using Silk.NET.Core.Contexts;
using Silk.NET.Core.Loader;

namespace RealtimeFlow.Windowing.Egl;

/// <summary>An OpenGL context without any surface: it draws into framebuffers of its own only.</summary>
internal sealed class EglContext(nint display, nint context, IGLContextSource source) : IGLContext
{
    public nint Handle => context;

    public IGLContextSource? Source => source;

    public bool IsCurrent => EglNative.GetCurrentContext() == context;

    /// <summary>There is no display to wait for.</summary>
    public void SwapInterval(int interval)
    {
    }

    /// <summary>There is nothing to show.</summary>
    public void SwapBuffers()
    {
    }

    public void MakeCurrent()
    {
        // The client API is a setting of each thread, and OpenGL ES at first.
        if (EglNative.BindApi(EglNative.OpenGLApi) == 0 || EglNative.MakeCurrent(display, 0, 0, context) == 0)
        {
            throw new InvalidOperationException($"The headless OpenGL context cannot be made current (EGL 0x{EglNative.GetError():X}).");
        }
    }

    public void Clear() => _ = EglNative.MakeCurrent(display, 0, 0, 0);

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address, slot) ? address : throw new SymbolLoadingException(proc);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null) => (addr = EglNative.GetProcAddress(proc)) != 0;

    /// <summary>Lets go of the context; the host ends it. (Silk.NET's <c>GL.Dispose</c> disposes the context it was made from.)</summary>
    public void Dispose()
    {
        if (IsCurrent)
        {
            Clear();
        }
    }

    internal void Destroy() => _ = EglNative.DestroyContext(display, context);
}
