using System.Runtime.InteropServices;

namespace RealtimeFlow.Windowing.Egl;

/// <summary>The functions of EGL 1.5 that the headless host uses, under EGL's own names less the prefix.</summary>
internal static unsafe partial class EglNative
{
    internal const int None = 0x3038;
    internal const int Extensions = 0x3055;
    internal const int ClientApis = 0x308D;
    internal const int SurfaceType = 0x3033;
    internal const int PbufferBit = 0x0001;
    internal const int RenderableType = 0x3040;
    internal const int OpenGLBit = 0x0008;
    internal const uint OpenGLApi = 0x30A2;
    internal const int ContextMajorVersion = 0x3098;
    internal const int ContextMinorVersion = 0x30FB;
    internal const int ContextOpenGLProfileMask = 0x30FD;
    internal const int ContextOpenGLCoreProfileBit = 1;
    internal const uint PlatformSurfacelessMesa = 0x31DD;
    internal const uint PlatformDeviceExt = 0x313F;

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglGetError")]
    internal static partial int GetError();

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglQueryString")]
    internal static partial byte* QueryString(nint display, int name);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglGetProcAddress", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint GetProcAddress(string name);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglGetPlatformDisplay")]
    internal static partial nint GetPlatformDisplay(uint platform, nint nativeDisplay, nint* attributes);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglInitialize")]
    internal static partial uint Initialize(nint display, out int major, out int minor);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglTerminate")]
    internal static partial uint Terminate(nint display);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglBindAPI")]
    internal static partial uint BindApi(uint api);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglChooseConfig")]
    internal static partial uint ChooseConfig(nint display, int* attributes, out nint config, int size, out int count);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglCreateContext")]
    internal static partial nint CreateContext(nint display, nint config, nint share, int* attributes);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglDestroyContext")]
    internal static partial uint DestroyContext(nint display, nint context);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglMakeCurrent")]
    internal static partial uint MakeCurrent(nint display, nint draw, nint read, nint context);

    [LibraryImport(NativeLibraries.Egl, EntryPoint = "eglGetCurrentContext")]
    internal static partial nint GetCurrentContext();
}
