using Silk.NET.Core.Contexts;
using Silk.NET.Core.Loader;

namespace RealtimeFlow.Windowing.Glfw;

/// <summary>The OpenGL context of a GLFW window.</summary>
internal sealed class GlfwContext(nint window, IGLContextSource source) : IGLContext
{
    public nint Handle => window;

    public IGLContextSource? Source => source;

    public bool IsCurrent => GlfwNative.GetCurrentContext() == window;

    public void SwapInterval(int interval) => GlfwNative.SwapInterval(interval);

    public void SwapBuffers() => GlfwNative.SwapBuffers(window);

    public void MakeCurrent() => GlfwNative.MakeContextCurrent(window);

    public void Clear() => GlfwNative.MakeContextCurrent(0);

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address, slot) ? address : throw new SymbolLoadingException(proc);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null) => (addr = GlfwNative.GetProcAddress(proc)) != 0;

    /// <summary>Lets go of the context; it ends with its window. (Silk.NET's <c>GL.Dispose</c> disposes the context it was made from.)</summary>
    public void Dispose()
    {
        if (IsCurrent)
        {
            Clear();
        }
    }
}
