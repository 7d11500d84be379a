using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live.Widgets;

/// <summary>Does what a command does. Where the command switches something, it shows whether that is on.</summary>
/// <param name="command">The command.</param>
/// <param name="press">Does it.</param>
/// <param name="isOn">Whether it is on.</param>
internal sealed class CommandButton(StudioCommand command, Action press, Func<bool> isOn) : Widget(command.Label)
{
    // Between label and key.
    private const int Gap = 1;

    public override int Height => 5;

    /// <summary>The command.</summary>
    public StudioCommand Command => command;

    public override int InRow => 2;

    public override bool Press(Key key)
    {
        bool presses = key is Key.Enter or Key.KeypadEnter or Key.Space;
        if (presses)
        {
            press();
        }

        return presses;
    }

    public override void PointerDown(double x, double y) => press();

    public override void Draw(Drawing drawing, FrameLayout layout, WidgetLook look)
    {
        (int width, int height) = layout.Character;
        int line = layout.Scale, gap = height / 16;
        PixelRect face = new(Bounds.X, Bounds.Y + gap, Bounds.Width, Bounds.Height - (2 * gap));
        bool on = isOn();
        drawing.Box(face.X, face.Y, face.Width, face.Height, on ? StudioColors.Pressed : look.IsHot ? StudioColors.Hot : StudioColors.Face);
        if (look.HasFocus)
        {
            drawing.Outline(face.X, face.Y, face.Width, face.Height, line, StudioColors.Accent);
        }

        // The key gives way to the label.
        int room = (face.Width / width) - 1;
        float top = face.Y + ((face.Height - height) / 2);
        ReadOnlySpan<char> label = Label.AsSpan(0, Math.Min(Label.Length, room));
        drawing.Text(label, face.X + (width / 2), top, on ? Palette.Value : Palette.Title);
        ReadOnlySpan<char> key = command.Chords.Count > 0 ? ShownKey : default;
        if (label.Length + Gap + key.Length <= room)
        {
            drawing.Text(key, face.X + face.Width - (key.Length * width) - (width / 2), top, Palette.Footer);
        }
    }

    private string ShownKey { get; } = command.Chords.Count > 0 ? command.Chords[0].ToString() : "";
}
