using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>What is said for some seconds: over the head of the pictures or, where numbers stand beside them, over the foot.</summary>
internal static class NoticeOverlay
{
    /// <summary>Draws it.</summary>
    public static void Draw(Drawing drawing, FrameLayout layout, string notice, bool warns)
    {
        (int width, int height) = layout.Character;
        int columns = Math.Min(notice.Length, Math.Max(0, (layout.Width / width) - 4));
        int sheetWidth = (columns + 2) * width, left = (layout.Width - sheetWidth) / 2;
        PixelRect first = layout.Panels[0];
        int top = layout.Hud.Y > first.Y ? first.Y + (height / 2) : layout.Height - (5 * height);
        drawing.InPixels();
        drawing.Box(left, top, sheetWidth, 2 * height, StudioColors.Sheet);
        drawing.Outline(left, top, sheetWidth, 2 * height, layout.Scale, warns ? StudioColors.Warning : Palette.Frame);
        drawing.Text(notice.AsSpan(0, columns), left + width, top + (height / 2), warns ? StudioColors.Warning : Palette.Value);
    }
}
