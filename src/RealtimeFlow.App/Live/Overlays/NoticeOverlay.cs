using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>What is said for some seconds: over the head of the pictures or, where numbers stand beside them, over the foot.</summary>
internal sealed class NoticeOverlay
{
    private const double Seconds = 4;

    private string _words = "";
    private bool _warns;
    private double _secondsLeft;

    /// <summary>What is said at the moment; empty for nothing.</summary>
    public string Words => _secondsLeft > 0 ? _words : "";

    /// <summary>Says something, in one line, instead of what was said.</summary>
    public void Say(string words, bool warns) => (_words, _warns, _secondsLeft) = (words.ReplaceLineEndings(" "), warns, Seconds);

    /// <summary>Time goes by.</summary>
    public void Advance(double seconds) => _secondsLeft -= seconds;

    /// <summary>Draws it, where something is said.</summary>
    public void Draw(Drawing drawing, FrameLayout layout)
    {
        if (Words is not { Length: > 0 } notice)
        {
            return;
        }

        (int width, int height) = layout.Character;
        int columns = Math.Min(notice.Length, Math.Max(1, (layout.Width / width) - 4)), lines = (notice.Length + columns - 1) / columns;
        int sheetWidth = (columns + 2) * width, sheetHeight = (lines + 1) * height, left = (layout.Width - sheetWidth) / 2;
        PixelRect first = layout.Panels[0];
        int top = layout.Hud.Y > first.Y ? first.Y + (height / 2) : layout.Height - (3 * height) - sheetHeight;
        drawing.InPixels();
        drawing.Box(left, top, sheetWidth, sheetHeight, StudioColors.Sheet);
        drawing.Outline(left, top, sheetWidth, sheetHeight, layout.Scale, _warns ? StudioColors.Warning : Palette.Frame);
        for (int line = 0; line < lines; line++)
        {
            ReadOnlySpan<char> text = notice.AsSpan(line * columns, Math.Min(columns, notice.Length - (line * columns)));
            drawing.Text(text, left + width, top + (height / 2) + (line * height), _warns ? StudioColors.Warning : Palette.Value);
        }
    }
}
