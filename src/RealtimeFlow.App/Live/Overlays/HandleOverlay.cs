using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>What of the target a hand can take hold of.</summary>
internal static class HandleOverlay
{
    private const int Radius = 5;

    /// <summary>Draws the handles into a panel.</summary>
    /// <param name="drawing">Receives it.</param>
    /// <param name="layout">The frame's.</param>
    /// <param name="panel">The panel's place in the frame.</param>
    /// <param name="target">Whose they are.</param>
    /// <param name="held">The one that is held, or that the pointer is at; −1 for none.</param>
    public static void Draw(Drawing drawing, FrameLayout layout, int panel, EditableTarget target, int held)
    {
        drawing.InPanel(panel);
        float unit = layout.Scale / layout.PixelsPerUnit(panel);
        for (int i = 0; i < target.HandleCount; i++)
        {
            TargetHandle handle = target.Handle(i);
            bool isHeld = i == held;
            float radius = (isHeld ? Radius + 2 : Radius) * unit;
            drawing.Circle(handle.X, handle.Y, radius, 4 * layout.Scale, StudioColors.Shade);
            drawing.Circle(handle.X, handle.Y, radius, 2 * layout.Scale, isHeld ? StudioColors.Accent : StudioColors.Handle);
            if (handle.Kind == HandleKind.Radius)
            {
                drawing.Disc(handle.X, handle.Y, 2 * unit, isHeld ? StudioColors.Accent : StudioColors.Handle);
            }
        }

        drawing.InPixels();
    }
}
