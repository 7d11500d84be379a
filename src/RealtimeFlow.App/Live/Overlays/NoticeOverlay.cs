using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>What is said for some seconds: over the head of the pictures or, where numbers stand beside them, over the foot.</summary>
internal static class NoticeOverlay
{
    /// <summary>Draws it.</summary>
    public static void Draw(Drawing drawing, FrameLayout layout, string notice, bool warns)
    {
        (int width, int height) = layout.Character;
        int columns = Math.Min(notice.Length, Math.Max(1, (layout.Width / width) - 4)), lines = (notice.Length + columns - 1) / columns;
        int sheetWidth = (columns + 2) * width, sheetHeight = (lines + 1) * height, left = (layout.Width - sheetWidth) / 2;
        PixelRect first = layout.Panels[0];
        int top = layout.Hud.Y > first.Y ? first.Y + (height / 2) : layout.Height - (3 * height) - sheetHeight;
        drawing.InPixels();
        drawing.Box(left, top, sheetWidth, sheetHeight, StudioColors.Sheet);
        drawing.Outline(left, top, sheetWidth, sheetHeight, layout.Scale, warns ? StudioColors.Warning : Palette.Frame);
        for (int line = 0; line < lines; line++)
        {
            ReadOnlySpan<char> text = notice.AsSpan(line * columns, Math.Min(columns, notice.Length - (line * columns)));
            drawing.Text(text, left + width, top + (height / 2) + (line * height), warns ? StudioColors.Warning : Palette.Value);
        }
    }
}
