using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Widgets;

/// <summary>A line that names the widgets beneath it.</summary>
internal sealed class Heading(string label) : Widget(label)
{
    public override int Height => 5;

    public override bool TakesFocus => false;

    public override void Draw(Drawing drawing, FrameLayout layout, WidgetLook look) =>
        drawing.Text(Label, Bounds.X, Bounds.Y + Bounds.Height - layout.Character.Height - layout.Scale, Palette.Footer);
}
