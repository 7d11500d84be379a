using System.Reflection;
using System.Runtime.InteropServices;

namespace RealtimeFlow.Windowing;

/// <summary>Finds the native libraries under the names that each system gives them.</summary>
internal static class NativeLibraries
{
    internal const string Glfw = "glfw";
    internal const string Egl = "EGL";

    private static readonly Assembly Here = typeof(NativeLibraries).Assembly;

    /// <summary>A call into a library goes through <see cref="Require"/> first, so that this has run.</summary>
    static NativeLibraries() => NativeLibrary.SetDllImportResolver(Here, (name, _, _) => Load(name));

    /// <summary>Appended to every file name: tests ask for files that do not exist.</summary>
    internal static string Suffix { get; set; } = "";

    /// <exception cref="HostUnavailableException">None of the library's file names could be loaded.</exception>
    internal static void Require(string name)
    {
        if (Load(name) == 0)
        {
            throw new HostUnavailableException(name == Glfw
                ? $"No window: the library GLFW 3.3 was not found (tried {string.Join(", ", FileNames(Glfw))}); install it (Debian, Ubuntu: apt-get install libglfw3; Fedora: dnf install glfw)."
                : $"No headless OpenGL: the library EGL was not found (tried {string.Join(", ", FileNames(Egl))}); install it and a driver (Debian, Ubuntu: apt-get install libegl1 libgl1-mesa-dri; Fedora: dnf install mesa-libEGL mesa-dri-drivers).");
        }
    }

    private static nint Load(string name)
    {
        foreach (string file in FileNames(name))
        {
            if (NativeLibrary.TryLoad(file, Here, null, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static string[] FileNames(string name)
    {
        string[] files = name switch
        {
            Glfw when OperatingSystem.IsWindows() => ["glfw3.dll"],
            Glfw when OperatingSystem.IsMacOS() => ["libglfw.3.dylib", "libglfw.dylib"],
            Glfw => ["libglfw.so.3", "libglfw.so"],
            Egl when OperatingSystem.IsWindows() => ["libEGL.dll"],
            Egl when OperatingSystem.IsMacOS() => ["libEGL.dylib"],
            Egl => ["libEGL.so.1", "libEGL.so"],
            _ => [],
        };
        return Suffix.Length == 0 ? files : Array.ConvertAll(files, file => file + Suffix);
    }
}
