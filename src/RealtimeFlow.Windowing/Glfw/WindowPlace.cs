namespace RealtimeFlow.Windowing.Glfw;

/// <summary>Where a window or a monitor lies on the desktop, in screen units.</summary>
internal readonly unsafe record struct WindowPlace(int X, int Y, int Width, int Height)
{
    /// <summary>The place of a window's content.</summary>
    internal static WindowPlace Of(nint window)
    {
        GlfwNative.GetWindowPosition(window, out int x, out int y);
        GlfwNative.GetWindowSize(window, out int width, out int height);
        return new WindowPlace(x, y, width, height);
    }

    /// <summary>The monitor that most of this is on, the first where it is on none, and its place; monitor 0 where there is none at all.</summary>
    internal (nint Monitor, WindowPlace Place) Monitor()
    {
        (nint Monitor, WindowPlace Place) best = default;
        long most = -1;
        nint* monitors = GlfwNative.GetMonitors(out int count);
        for (int i = 0; i < count; i++)
        {
            GlfwNative.GetMonitorPosition(monitors[i], out int x, out int y);
            GlfwNative.VideoMode* mode = GlfwNative.GetVideoMode(monitors[i]);
            WindowPlace place = new(x, y, mode->Width, mode->Height);
            if (Overlap(place) > most)
            {
                most = Overlap(place);
                best = (monitors[i], place);
            }
        }

        return best;
    }

    private long Overlap(WindowPlace other)
    {
        long width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        long height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        return Math.Max(0, width) * Math.Max(0, height);
    }
}
