using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live.Widgets;

/// <summary>Writes a value for people.</summary>
/// <returns>The characters written.</returns>
internal delegate int ValueText(double value, Span<char> text);

/// <summary>Sets a number: by dragging, by clicking anywhere along the track, by the wheel, by arrow keys.</summary>
/// <param name="label">What it sets.</param>
/// <param name="scale">The values it can have.</param>
/// <param name="get">What it is now.</param>
/// <param name="set">Sets it.</param>
/// <param name="text">Writes a value for people.</param>
internal sealed class Slider(string label, SliderScale scale, Func<double> get, Action<double> set, ValueText text) : Widget(label)
{
    // Page keys and Shift go a tenth of the way.
    private const int Pages = 10;

    public override int Height => 6;

    /// <summary>The value it shows.</summary>
    public double Value => get();

    /// <summary>The values it can have.</summary>
    public SliderScale Scale => scale;

    public override bool Press(Key key)
    {
        int place = scale.Nearest(get()), page = Math.Max(1, scale.Count / Pages);
        int? next = key switch
        {
            Key.Left or Key.Down => place - 1,
            Key.Right or Key.Up => place + 1,
            Key.PageDown => place - page,
            Key.PageUp => place + page,
            Key.Home => 0,
            Key.End => scale.Count - 1,
            _ => null,
        };
        if (next is int asked)
        {
            SetPlace(asked);
        }

        return next != null;
    }

    public override void PointerDown(double x, double y) => PointerDrag(x, y);

    public override void PointerDrag(double x, double y) =>
        SetPlace((int)Math.Round((x - Bounds.X) / Math.Max(1, Bounds.Width) * (scale.Count - 1)));

    public override void Scroll(double steps) => SetPlace(scale.Nearest(get()) + (Math.Sign(steps) * Math.Max(1, scale.Count / 100)));

    public override void Draw(Drawing drawing, FrameLayout layout, WidgetLook look)
    {
        (int width, int height) = layout.Character;
        Span<char> value = stackalloc char[32];
        value = value[..text(get(), value)];
        drawing.Text(Label, Bounds.X, Bounds.Y, look.HasFocus ? StudioColors.Accent : Palette.Label);
        drawing.Text(value, Bounds.X + Bounds.Width - (value.Length * width), Bounds.Y, Palette.Value);

        int line = layout.Scale, y = Bounds.Y + height + (height / 4);
        float knob = Bounds.X + ((float)scale.Nearest(get()) / Math.Max(1, scale.Count - 1) * Bounds.Width);
        drawing.Box(Bounds.X, y - line, Bounds.Width, 2 * line, StudioColors.Track);
        drawing.Box(Bounds.X, y - line, knob - Bounds.X, 2 * line, look.HasFocus || look.IsHot ? StudioColors.Accent : StudioColors.Filled);
        drawing.Disc(knob, y, (look.IsHot ? 5 : 4) * line, look.HasFocus || look.IsHot ? StudioColors.Accent : Palette.Value);
    }

    private void SetPlace(int place)
    {
        int next = Math.Clamp(place, 0, scale.Count - 1);
        if (next != scale.Nearest(get()))
        {
            set(scale[next]);
        }
    }
}
