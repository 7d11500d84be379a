using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeFlow.Windowing.Glfw;

/// <summary>The functions of GLFW 3.3 that the window uses, under GLFW's own names less the prefix.</summary>
internal static unsafe partial class GlfwNative
{
    internal const int True = 1;
    internal const int DontCare = -1;
    internal const int Press = 1;
    internal const int Repeat = 2;

    internal const int Visible = 0x20004;
    internal const int DepthBits = 0x21005;
    internal const int StencilBits = 0x21006;
    internal const int ContextVersionMajor = 0x22002;
    internal const int ContextVersionMinor = 0x22003;
    internal const int ContextRobustness = 0x22005;
    internal const int OpenGLForwardCompat = 0x22006;
    internal const int OpenGLProfile = 0x22008;
    internal const int OpenGLCoreProfile = 0x32001;
    internal const int LoseContextOnReset = 0x31002;
    internal const int ScaleToMonitor = 0x2200C;

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwInit")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int Init();

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwTerminate")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void Terminate();

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetError")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int GetError(out byte* description);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwWindowHint")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void WindowHint(int hint, int value);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwCreateWindow", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint CreateWindow(int width, int height, string title, nint monitor, nint share);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwDestroyWindow")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void DestroyWindow(nint window);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwMakeContextCurrent")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void MakeContextCurrent(nint window);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetCurrentContext")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint GetCurrentContext();

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetProcAddress", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint GetProcAddress(string name);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSwapInterval")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SwapInterval(int interval);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSwapBuffers")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SwapBuffers(nint window);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwWaitEventsTimeout")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void WaitEventsTimeout(double seconds);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwWaitEvents")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void WaitEvents();

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwPostEmptyEvent")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void PostEmptyEvent();

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetMonitors")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint* GetMonitors(out int count);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetMonitorPos")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void GetMonitorPosition(nint monitor, out int x, out int y);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetVideoMode")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial VideoMode* GetVideoMode(nint monitor);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetWindowMonitor")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint GetWindowMonitor(nint window);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetWindowMonitor")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetWindowMonitor(nint window, nint monitor, int x, int y, int width, int height, int refreshRate);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetWindowPos")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void GetWindowPosition(nint window, out int x, out int y);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetWindowContentScale")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void GetWindowContentScale(nint window, out float x, out float y);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetFramebufferSize")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void GetFramebufferSize(nint window, out int width, out int height);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetWindowSize")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void GetWindowSize(nint window, out int width, out int height);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetWindowUserPointer")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetWindowUserPointer(nint window, nint pointer);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwGetWindowUserPointer")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint GetWindowUserPointer(nint window);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetWindowCloseCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetWindowCloseCallback(nint window, delegate* unmanaged[Cdecl]<nint, void> callback);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetWindowIconifyCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetWindowIconifyCallback(nint window, delegate* unmanaged[Cdecl]<nint, int, void> callback);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetWindowFocusCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetWindowFocusCallback(nint window, delegate* unmanaged[Cdecl]<nint, int, void> callback);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetKeyCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetKeyCallback(nint window, delegate* unmanaged[Cdecl]<nint, int, int, int, int, void> callback);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetCharCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetCharCallback(nint window, delegate* unmanaged[Cdecl]<nint, uint, void> callback);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetMouseButtonCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetMouseButtonCallback(nint window, delegate* unmanaged[Cdecl]<nint, int, int, int, void> callback);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetCursorPosCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetCursorPosCallback(nint window, delegate* unmanaged[Cdecl]<nint, double, double, void> callback);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetScrollCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetScrollCallback(nint window, delegate* unmanaged[Cdecl]<nint, double, double, void> callback);

    [LibraryImport(NativeLibraries.Glfw, EntryPoint = "glfwSetDropCallback")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SetDropCallback(nint window, delegate* unmanaged[Cdecl]<nint, int, byte**, void> callback);

    /// <summary>The last error of this thread in one line.</summary>
    internal static string LastError()
    {
        int code = GetError(out byte* description);
        string text = Marshal.PtrToStringUTF8((nint)description) ?? "no reason given";
        return $"0x{code:X} {text.ReplaceLineEndings(" ").Trim()}";
    }

    /// <summary>The beginning of GLFW's <c>GLFWvidmode</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct VideoMode
    {
        internal int Width, Height, RedBits, GreenBits, BlueBits, RefreshRate;
    }
}
