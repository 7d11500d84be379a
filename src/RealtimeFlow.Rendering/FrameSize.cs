namespace RealtimeFlow.Rendering;

internal static class FrameSize
{
    /// <summary>The largest side that every OpenGL 4.5 driver can make a texture of.</summary>
    internal const int Largest = 16384;

    internal static void Check(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Largest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Largest);
    }

    internal static void CheckRoom(ReadOnlySpan<byte> rgba, int width, int height)
    {
        if (rgba.Length < 4L * width * height)
        {
            throw new ArgumentException($"A picture of {width} × {height} needs {4L * width * height} bytes, not {rgba.Length}.", nameof(rgba));
        }
    }
}
