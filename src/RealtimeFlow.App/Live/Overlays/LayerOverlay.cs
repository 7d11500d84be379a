using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>
/// The layers themselves, each in the plane that it acts on: the line wᵀz + b = 0 of a planar one, about which it bends, and the centre of a
/// radial one with its radius α. The layer that the depth is in stands out.
/// </summary>
internal static class LayerOverlay
{
    /// <summary>Draws the layers of a flow on the plane into a panel.</summary>
    /// <param name="drawing">Receives it.</param>
    /// <param name="layout">The frame's.</param>
    /// <param name="panel">The panel's place in the frame.</param>
    /// <param name="box">What the panel shows of the plane.</param>
    /// <param name="snapshot">The flow.</param>
    /// <param name="depth">t.</param>
    public static void Draw(Drawing drawing, FrameLayout layout, int panel, PlaneView box, TrainingSnapshot snapshot, double depth)
    {
        FlowShape shape = snapshot.Shape;
        if (shape.Dimension != 2)
        {
            return;
        }

        drawing.InPanel(panel);
        int current = depth < shape.LayerCount ? (int)Math.Floor(depth) : -1;
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            ReadOnlySpan<float> numbers = snapshot.Parameters[shape.Layer(layer)];
            bool stands = layer == current;
            float width = (stands ? 3 : 1.2f) * layout.Scale;
            bool isPlanar = shape.Layers[layer] == LayerKind.Planar;
            uint color = stands ? StudioColors.Accent : isPlanar ? StudioColors.Planar : StudioColors.Radial;
            if (isPlanar)
            {
                Hyperplane(drawing, box, numbers[0], numbers[1], numbers[4], width, color);
            }
            else
            {
                drawing.Circle(numbers[0], numbers[1], Math.Abs(numbers[2]), width, color);
                drawing.Disc(numbers[0], numbers[1], 2.5f * width / layout.PixelsPerUnit(panel), color);
            }
        }

        drawing.InPixels();
    }

    /// <summary>The line w·z + b = 0, from its point nearest to the middle as far as the view's diagonal to both sides.</summary>
    private static void Hyperplane(Drawing drawing, PlaneView box, float w0, float w1, float b, float width, uint color)
    {
        float square = (w0 * w0) + (w1 * w1);
        float middleX = (box.Left + box.Right) / 2, middleY = (box.Bottom + box.Top) / 2;
        float off = ((w0 * middleX) + (w1 * middleY) + b) / square;
        float x = middleX - (off * w0), y = middleY - (off * w1);
        float reach = (box.Right - box.Left + box.Top - box.Bottom) / MathF.Sqrt(square);
        drawing.Line(x - (reach * w1), y + (reach * w0), x + (reach * w1), y - (reach * w0), width, color);
    }
}
