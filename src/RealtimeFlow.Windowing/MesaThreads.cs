using System.Runtime.InteropServices;

namespace RealtimeFlow.Windowing;

/// <summary>How many threads Mesa's software OpenGL draws on. By default it takes one a core, away from whoever computes.</summary>
public static partial class MesaThreads
{
    /// <summary>
    /// Asks Mesa for a number of drawing threads, by LP_NUM_THREADS, unless the user has set that. It works on Linux, before the
    /// first call of OpenGL, EGL or GLFW in the process, and is ignored by drivers of real GPUs.
    /// </summary>
    /// <param name="threads">Threads beside the calling one; 0 draws on the calling thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static void Limit(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (OperatingSystem.IsLinux())
        {
            // Environment.SetEnvironmentVariable changes .NET's copy only, which native code never reads.
            _ = SetEnvironment("LP_NUM_THREADS", threads.ToString(System.Globalization.CultureInfo.InvariantCulture), overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
