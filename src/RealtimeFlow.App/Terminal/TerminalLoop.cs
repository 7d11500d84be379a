using System.Diagnostics;
using RealtimeFlow.App.Live;
using RealtimeFlow.App.Recording;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Terminal;

/// <summary>The studio in a terminal: what came from keys and mouse, a frame, and one write of what changed.</summary>
/// <param name="screen">The terminal.</param>
/// <param name="renderer">What the studio draws with.</param>
/// <param name="studio">The studio.</param>
/// <param name="capture">What records it.</param>
/// <param name="draw">Draws a frame of it.</param>
internal sealed class TerminalLoop(TerminalScreen screen, TerminalRenderer renderer, IStudio studio, StudioCapture capture, Action draw)
{
    /// <summary>The pace of the frames.</summary>
    public const int FramesPerSecond = 30;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1.0 / FramesPerSecond);

    /// <summary>Set, it ends the loop.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Runs until it is closed, interrupted, or has shown so many frames.</summary>
    /// <param name="frames">How many; null for no limit.</param>
    /// <param name="interrupted">Ends it too.</param>
    public void Run(int? frames, CancellationToken interrupted)
    {
        Action<InputEvent> handle = input => studio.Handle(InPicture(input));
        long start = Stopwatch.GetTimestamp() - (long)(Period.TotalSeconds * Stopwatch.Frequency);
        while (!IsClosing && !interrupted.IsCancellationRequested)
        {
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            (int columns, int rows) = TerminalScreen.Size;
            bool isResized = (columns, rows) != (renderer.Picture.Columns, renderer.Picture.Rows);
            if (!studio.IsIdle || isResized)
            {
                renderer.Picture.Resize(columns, rows);
                studio.Advance(capture.IsRecording ? 1.0 / FramesPerSecond : seconds);
                draw();
                TerminalText.Write(renderer.Picture, studio);
                screen.Write(renderer.Picture.Update());
                IsClosing |= studio.Frames >= frames;
            }

            for (TimeSpan left = Period; !IsClosing && left > TimeSpan.Zero && !interrupted.IsCancellationRequested; left = Period - Stopwatch.GetElapsedTime(start))
            {
                if (TerminalInput.Read(screen.Read(left), handle))
                {
                    IsClosing = true;
                }
            }
        }
    }

    private InputEvent InPicture(InputEvent input)
    {
        if (input.Kind != InputKind.PointerMove)
        {
            return input;
        }

        (double x, double y) = renderer.PlaceOf(input.X, input.Y);
        return input with { X = x, Y = y };
    }
}
