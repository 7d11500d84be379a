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

    /// <summary>
    /// The first that opens of: the devices that are no software, which is how drivers of GPUs are reached; what Mesa offers without any
    /// device; the devices that are software.
    /// </summary>
    private static nint Open()
    {
        List<string> failures = [];
        nint* devices = stackalloc nint[MaxDevices];
        int count = Devices(devices);
        delegate* unmanaged<nint, int, byte*> queryDevice = (delegate* unmanaged<nint, int, byte*>)EglNative.GetProcAddress("eglQueryDeviceStringEXT");
        bool hasSurfaceless = Has(EglNative.QueryString(0, EglNative.Extensions), "EGL_MESA_platform_surfaceless");
        for (int pass = 0; pass < 2; pass++)
        {
            if (pass == 1 && hasSurfaceless && TryOpen("surfaceless", EglNative.PlatformSurfacelessMesa, 0, failures, out nint display))
            {
                return display;
            }

            for (int index = 0; index < count; index++)
            {
                bool isSoftware = queryDevice is not null && Has(queryDevice(devices[index], EglNative.Extensions), "EGL_MESA_device_software");
                if (isSoftware == (pass == 1) && TryOpen($"device {index}", EglNative.PlatformDeviceExt, devices[index], failures, out display))
                {
                    return display;
                }
            }
        }

        if (count == 0)
        {
            failures.Add("it lists no devices");
        }

        throw new HostUnavailableException(
            $"No headless OpenGL: EGL found no driver ({string.Join("; ", failures)}); install one (Debian, Ubuntu: apt-get install libegl1 libgl1-mesa-dri; Fedora: dnf install mesa-libEGL mesa-dri-drivers).");
    }

    /// <summary>Fills in the devices that EGL knows, and returns how many.</summary>
    private static int Devices(nint* devices)
    {
        delegate* unmanaged<int, nint*, int*, uint> queryDevices = (delegate* unmanaged<int, nint*, int*, uint>)EglNative.GetProcAddress("eglQueryDevicesEXT");
        int count = 0;
        return queryDevices is null || queryDevices(MaxDevices, devices, &count) == 0 ? 0 : count;
    }

    private static bool TryOpen(string name, uint platform, nint nativeDisplay, List<string> failures, out nint display)
    {
        display = EglNative.GetPlatformDisplay(platform, nativeDisplay, null);
        if (display == 0 || EglNative.Initialize(display, out _, out _) == 0)
        {
            failures.Add($"{name}: 0x{EglNative.GetError():X}");
            return false;
        }

        // Some drivers have OpenGL ES alone.
        if (Has(EglNative.QueryString(display, EglNative.ClientApis), "OpenGL"))
        {
            return true;
        }

        failures.Add($"{name}: no OpenGL");
        _ = EglNative.Terminate(display);
        return false;
    }

    /// <summary>Whether a word stands in one of EGL's lists, which are words between spaces.</summary>
    private static bool Has(byte* list, string word) =>
        (Marshal.PtrToStringUTF8((nint)list) ?? "").Split(' ').Contains(word);
}
