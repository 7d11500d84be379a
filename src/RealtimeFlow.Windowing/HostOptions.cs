using Silk.NET.Maths;

namespace RealtimeFlow.Windowing;

/// <summary>What a host is made with; the names are those of Silk.NET.Windowing's <c>WindowOptions</c>. The context is always OpenGL 4.5 core.</summary>
public sealed record HostOptions
{
    /// <summary>Size of the window's content, in screen units; for a headless host the size in pixels. Each side at least 1.</summary>
    public Vector2D<int> Size { get; init; } = new(1280, 720);

    /// <summary>The window's title.</summary>
    public string Title { get; init; } = "RealtimeFlow";

    /// <summary>The most turns of the loop a second; the host sleeps in between. 0 is no limit.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>Whether showing a frame waits for the display. Software drivers ignore it, so set <see cref="FramesPerSecond"/> too.</summary>
    public bool VSync { get; init; } = true;

    /// <summary>Whether the host shows the frame after <see cref="IRenderHost.Render"/>; otherwise the handler calls <c>GLContext.SwapBuffers()</c>.</summary>
    public bool ShouldSwapAutomatically { get; init; } = true;

    /// <summary>Whether the window is shown.</summary>
    public bool IsVisible { get; init; } = true;
}
