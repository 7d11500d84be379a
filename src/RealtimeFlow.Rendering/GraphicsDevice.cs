using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>What draws behind an OpenGL context.</summary>
/// <param name="Name">The driver's name for it.</param>
/// <param name="Version">The driver's version line.</param>
/// <param name="IsSoftware">Whether it is the CPU (Mesa's llvmpipe, softpipe or swrast): worth telling, lest the program be blamed for its pace.</param>
public readonly record struct GraphicsDevice(string Name, string Version, bool IsSoftware)
{
    private static readonly string[] SoftwareNames = ["llvmpipe", "softpipe", "swrast", "Software Rasterizer"];

    /// <summary>Asks the context that is current on this thread.</summary>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    public static GraphicsDevice Of(GL gl)
    {
        ArgumentNullException.ThrowIfNull(gl);
        RequireVersion(gl.GetInteger(GetPName.MajorVersion), gl.GetInteger(GetPName.MinorVersion));
        string name = gl.GetStringS(StringName.Renderer);
        return new GraphicsDevice(name, gl.GetStringS(StringName.Version), SoftwareNames.Any(software => name.Contains(software, StringComparison.Ordinal)));
    }

    /// <summary>
    /// Whether the context was lost (a driver was reset, a GPU went away), as a context that was made to notify of it can tell. All that was made
    /// in it is gone: dispose of renderer, paths and host and make them anew; what they showed is in the caller's memory. To be asked now and
    /// then, once a second say: it may wait for the driver.
    /// </summary>
    /// <param name="gl">The functions of the context that is current on this thread.</param>
    public static bool IsLost(GL gl)
    {
        ArgumentNullException.ThrowIfNull(gl);
        return gl.GetGraphicsResetStatus() != GLEnum.NoError;
    }

    internal static void RequireVersion(int major, int minor)
    {
        if ((major, minor).CompareTo((4, 5)) < 0)
        {
            throw new NotSupportedException(
                $"OpenGL 4.5 is needed and the context is of {major}.{minor}: ask the window for API version 4.5 core, or draw with SoftwareRenderer.");
        }
    }
}
