using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live.Widgets;

/// <summary>Whether a widget is what the keys go to, and whether the pointer is over it.</summary>
/// <param name="HasFocus">The keys go to it.</param>
/// <param name="IsHot">The pointer is over it, or holds it.</param>
internal readonly record struct WidgetLook(bool HasFocus, bool IsHot);

/// <summary>Something that a person sets by mouse or keys. Its place is given by the <see cref="ControlPanel"/>.</summary>
/// <param name="label">What it sets, for people.</param>
internal abstract class Widget(string label)
{
    /// <summary>What it sets, for people.</summary>
    public string Label { get; } = label;

    /// <summary>Where it stands, in pixels of the picture; empty where there is no room for it.</summary>
    public PixelRect Bounds { get; set; }

    /// <summary>Its height, in quarters of a line of text.</summary>
    public abstract int Height { get; }

    /// <summary>How many stand side by side: 1, or 2 for narrow ones.</summary>
    public virtual int InRow => 1;

    /// <summary>Whether keys can go to it.</summary>
    public virtual bool TakesFocus => true;

    /// <summary>Whether it contains a place of the picture.</summary>
    public bool Contains(double x, double y) =>
        x >= Bounds.X && x < Bounds.X + Bounds.Width && y >= Bounds.Y && y < Bounds.Y + Bounds.Height;

    /// <summary>A key while it has the focus; returns whether it had a meaning.</summary>
    public virtual bool Press(Key key) => false;

    /// <summary>The left button went down over it.</summary>
    public virtual void PointerDown(double x, double y)
    {
    }

    /// <summary>The pointer moved while the button is held that went down over it.</summary>
    public virtual void PointerDrag(double x, double y)
    {
    }

    /// <summary>The wheel turned over it, away from the user is positive.</summary>
    public virtual void Scroll(double steps)
    {
    }

    /// <summary>Draws it, in pixels.</summary>
    public abstract void Draw(Drawing drawing, FrameLayout layout, WidgetLook look);
}
