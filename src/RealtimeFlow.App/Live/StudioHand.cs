using RealtimeFlow.App.Live.Widgets;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live;

/// <summary>What keys and pointer mean: to the control panel where they are its, else to the pictures, else by the list of commands.</summary>
internal sealed class StudioHand(Studio studio)
{
    // How near to a handle one has to be, in thin lines.
    private const float Reach = 28;

    private const int Left = 0, Right = 1;

    private readonly Brush _brush = new();
    private (double X, double Y) _pointer = (double.NaN, double.NaN);
    private (float X, float Y) _grip;
    private bool _holds, _paints, _erases;

    /// <summary>The handle that is held, or that the pointer is at; −1 for none.</summary>
    public int Handle { get; private set; } = -1;

    /// <summary>The panel that the pointer is over; −1 for none.</summary>
    public int Panel { get; private set; } = -1;

    private ControlPanel Controls => studio.Controls.Panel;

    private FrameLayout Layout => studio.Renderer.Layout;

    /// <summary>Takes an event.</summary>
    public void Take(in InputEvent input)
    {
        switch (input.Kind)
        {
            case InputKind.KeyDown:
                Press(input.Key, input.Modifiers);
                break;
            case InputKind.KeyRepeat when IsRepeated(input.Key):
                Press(input.Key, input.Modifiers);
                break;
            case InputKind.PointerMove:
                Move(input.X, input.Y);
                break;
            case InputKind.ButtonDown when input.Code is Left or Right:
                Down(input.Code);
                break;
            case InputKind.ButtonUp:
                Up();
                break;
            case InputKind.Scroll:
                Scroll(input.Y);
                break;
            case InputKind.Focus when input.Code == 0:
                Up();
                break;
            default:
                break;
        }
    }

    /// <summary>Draws the brush where it would paint.</summary>
    public void Draw(Drawing drawing, FrameLayout layout)
    {
        if (studio.State.HasBrush && Panel >= 0 && studio.Subject.Editable is ImageDensity picture)
        {
            PlanePoint point = layout.ToPlane(Panel, _pointer.X, _pointer.Y);
            drawing.InPanel(Panel);
            drawing.Circle(point.X, point.Y, Brush.Radius(picture), 2 * layout.Scale, StudioColors.Accent);
            drawing.InPixels();
        }
    }

    /// <summary>Holding a key does again what moves by steps, and nothing that switches.</summary>
    private static bool IsRepeated(Key key) => key is Key.Left or Key.Right or Key.Up or Key.Down or Key.Period or Key.E or Key.Tab
        or Key.PageUp or Key.PageDown or Key.Equal or Key.Minus or Key.KeypadAdd or Key.KeypadSubtract or Key.LeftBracket or Key.RightBracket;

    private void Press(Key key, KeyModifiers modifiers)
    {
        // What belongs to the system is not ours.
        if ((modifiers & (KeyModifiers.Control | KeyModifiers.Alt | KeyModifiers.Super)) != 0)
        {
            return;
        }

        bool shift = (modifiers & KeyModifiers.Shift) != 0;
        if (key == Key.Tab && !studio.State.HasControls)
        {
            studio.Set(studio.State with { HasControls = true });
        }

        if (!studio.State.HasControls || !Controls.Press(key, shift))
        {
            StudioCommands.Keys.Find(key, shift)?.Do(studio);
        }
    }

    private void Move(double x, double y)
    {
        _pointer = (x, y);
        Controls.PointerMove(x, y);
        if (_paints)
        {
            Paint();
            return;
        }

        if (_holds)
        {
            PlanePoint point = Layout.ToPlane(Panel, x, y);
            Drag(point.X, point.Y);
            return;
        }

        Panel = PanelAt(x, y);
        Handle = Panel >= 0 && !studio.State.HasBrush ? Nearest() : -1;
    }

    private void Down(int button)
    {
        (double x, double y) = _pointer;
        if (studio.State.HasControls && button == Left && Controls.PointerDown(x, y))
        {
            return;
        }

        if (studio.State.HasHelp)
        {
            studio.ToggleHelp();
            return;
        }

        if (Layout.At(x, y) is not PlanePoint point)
        {
            return;
        }

        if (point.Panel >= studio.PanelCount)
        {
            studio.ScrubTo(point.Panel - studio.PanelCount);
        }
        else if (studio.State.HasBrush)
        {
            (Panel, _paints, _erases) = (point.Panel, true, button == Right);
            _brush.Begin();
            Paint();
        }
        else if (button == Left && studio.Subject.Editable is EditableTarget target && Handle >= 0)
        {
            TargetHandle handle = target.Handle(Handle);
            (Panel, _holds, _grip) = (point.Panel, true, (handle.X - point.X, handle.Y - point.Y));
        }
    }

    private void Up()
    {
        Controls.PointerUp();
        if (_holds || _paints)
        {
            (_holds, _paints) = (false, false);
            studio.KeepNumbers();
        }
    }

    private void Scroll(double steps)
    {
        if (studio.State.HasHelp)
        {
            studio.ScrollHelp(steps);
        }
        else if (!studio.State.HasControls || !Controls.Scroll(_pointer.X, _pointer.Y, steps))
        {
            studio.Scrub(steps);
        }
    }

    private void Drag(float x, float y)
    {
        EditableTarget target = studio.Subject.Editable!;
        PlaneView box = studio.Subject.Box;
        x = Math.Clamp(x + _grip.X, box.Left, box.Right);
        y = Math.Clamp(y + _grip.Y, box.Bottom, box.Top);
        target.Move(Handle, x, y);
        studio.FollowHand();
    }

    private void Paint()
    {
        PlanePoint point = Layout.ToPlane(Panel, _pointer.X, _pointer.Y);
        if (studio.Subject.Editable is ImageDensity picture && _brush.Stroke(picture, point.X, point.Y, _erases))
        {
            studio.FollowHand();
        }
    }

    /// <summary>The large panel at a place.</summary>
    private int PanelAt(double x, double y) => Layout.At(x, y) is PlanePoint point && point.Panel < studio.PanelCount ? point.Panel : -1;

    /// <summary>The handle nearest to the pointer. A target that has but one is taken hold of anywhere.</summary>
    private int Nearest()
    {
        if (studio.Subject.Editable is not EditableTarget { HandleCount: > 0 } target)
        {
            return -1;
        }

        int nearest = -1;
        float least = target.HandleCount == 1 ? float.PositiveInfinity : Reach * Layout.Scale;
        for (int i = 0; i < target.HandleCount; i++)
        {
            TargetHandle handle = target.Handle(i);
            (float x, float y) = Layout.ToPixels(new PlanePoint(Panel, handle.X, handle.Y));
            float distance = float.Hypot(x - (float)_pointer.X, y - (float)_pointer.Y);
            if (distance < least)
            {
                (nearest, least) = (i, distance);
            }
        }

        return nearest;
    }
}
