using System.Diagnostics;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Terminal;

/// <summary>The frames of the live view in a terminal: what came from keys and mouse, a frame, and one write of what changed.</summary>
internal static class TerminalLoop
{
    private const double FramesPerSecond = 30;

    /// <summary>Runs until it is closed, interrupted, or has shown the asked frames.</summary>
    /// <param name="screen">The terminal.</param>
    /// <param name="renderer">What <paramref name="draw"/> draws with.</param>
    /// <param name="draw">Draws the next frame; returns whether there is another.</param>
    /// <param name="press">Takes what a person did, pointer positions in the renderer's picture; returns whether that ends it.</param>
    /// <param name="interrupted">Ends it too.</param>
    public static void Run(
        TerminalScreen screen, TerminalRenderer renderer, Func<bool> draw, Func<InputEvent, bool> press, CancellationToken interrupted)
    {
        bool ends = false;
        Action<InputEvent> raise = input => ends |= press(InPicture(renderer, input));
        while (!ends && !interrupted.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            (int columns, int rows) = TerminalScreen.Size;
            renderer.Picture.Resize(columns, rows);
            ends = !draw();
            screen.Write(renderer.Picture.Update());
            for (TimeSpan left = Period; !ends && left > TimeSpan.Zero && !interrupted.IsCancellationRequested; left = Period - Stopwatch.GetElapsedTime(start))
            {
                if (TerminalInput.Read(screen.Read(left), raise))
                {
                    ends = true;
                }
            }
        }
    }

    private static TimeSpan Period => TimeSpan.FromSeconds(1 / FramesPerSecond);

    private static InputEvent InPicture(TerminalRenderer renderer, InputEvent input)
    {
        if (input.Kind != InputKind.PointerMove)
        {
            return input;
        }

        (double x, double y) = renderer.PlaceOf(input.X, input.Y);
        return input with { X = x, Y = y };
    }
}
