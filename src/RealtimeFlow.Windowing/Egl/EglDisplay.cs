using System.Runtime.InteropServices;

namespace RealtimeFlow.Windowing.Egl;

/// <summary>
/// The one display of the process. EGL hands the same display to everyone who asks and eglTerminate ends it for all of them,
/// so it is counted and ended with its last user.
/// </summary>
internal static unsafe class EglDisplay
{
    private const int MaxDevices = 16;

    private static readonly Lock Gate = new();
    private static nint Display;
    private static int Users;

    /// <exception cref="HostUnavailableException">There is no EGL library or no driver.</exception>
    internal static nint Acquire()
    {
        NativeLibraries.Require(NativeLibraries.Egl);
        lock (Gate)
        {
            if (Users == 0)
            {
                Display = Open();
            }

            Users++;
            return Display;
        }
    }

    internal static void Release()
    {
        lock (Gate)
        {
            Users--;
            if (Users == 0)
            {
                _ = EglNative.Terminate(Display);
                Display = 0;
            }
        }
    }

    /// <summary>First without any device or window system, as Mesa offers; then on each device, as other drivers offer.</summary>
    private static nint Open()
    {
        List<string> failures = [];
        string extensions = Marshal.PtrToStringUTF8((nint)EglNative.QueryString(0, EglNative.Extensions)) ?? "";
        if (extensions.Contains("EGL_MESA_platform_surfaceless", StringComparison.Ordinal)
            && TryOpen("surfaceless", EglNative.PlatformSurfacelessMesa, 0, failures, out nint display))
        {
            return display;
        }

        delegate* unmanaged<int, nint*, int*, uint> queryDevices = (delegate* unmanaged<int, nint*, int*, uint>)EglNative.GetProcAddress("eglQueryDevicesEXT");
        nint* devices = stackalloc nint[MaxDevices];
        int count = 0;
        if (queryDevices is null || queryDevices(MaxDevices, devices, &count) == 0 || count == 0)
        {
            failures.Add("it lists no devices");
        }

        for (int index = 0; index < count; index++)
        {
            if (TryOpen($"device {index}", EglNative.PlatformDeviceExt, devices[index], failures, out display))
            {
                return display;
            }
        }

        throw new HostUnavailableException(
            $"No headless OpenGL: EGL found no driver ({string.Join("; ", failures)}); install one (Debian, Ubuntu: apt-get install libegl1 libgl1-mesa-dri; Fedora: dnf install mesa-libEGL mesa-dri-drivers).");
    }

    private static bool TryOpen(string name, uint platform, nint nativeDisplay, List<string> failures, out nint display)
    {
        display = EglNative.GetPlatformDisplay(platform, nativeDisplay, null);
        if (display != 0 && EglNative.Initialize(display, out _, out _) != 0)
        {
            return true;
        }

        failures.Add($"{name}: 0x{EglNative.GetError():X}");
        return false;
    }
}
