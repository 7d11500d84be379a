using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live.Widgets;

/// <summary>
/// Widgets in a column, by mouse and by keyboard: Tab and Shift+Tab take the focus from one to the next, round in a circle; the wheel, and
/// the focus, scroll what does not fit.
/// </summary>
/// <param name="widgets">In the order in which they stand, and in which the focus goes.</param>
internal sealed class ControlPanel(IReadOnlyList<Widget> widgets)
{
    /// <summary>Characters in a line.</summary>
    public const int Columns = 28;

    private int _first;
    private int? _focus;
    private Widget? _held;
    private (double X, double Y) _pointer = (double.NaN, double.NaN);

    /// <summary>All widgets.</summary>
    public IReadOnlyList<Widget> Widgets => widgets;

    /// <summary>The widget that the keys go to; null for none.</summary>
    public Widget? Focus => _focus is int place ? widgets[place] : null;

    /// <summary>Where it stands; empty where it is not shown.</summary>
    public PixelRect Bounds { get; private set; }

    /// <summary>Gives each widget its place in the room there is.</summary>
    public void Arrange(PixelRect bounds, FrameLayout layout)
    {
        Bounds = bounds;
        int margin = layout.Character.Height / 2, quarter = Math.Max(1, layout.Character.Height / 4);
        int width = Math.Max(0, bounds.Width - (2 * margin)), bottom = bounds.Y + bounds.Height - margin;
        _first = Math.Min(_first, LastFirst(bounds.Height - (2 * margin), quarter));
        int y = bounds.Y + margin;
        for (int place = 0; place < widgets.Count;)
        {
            int inRow = InRow(place), height = widgets[place].Height * quarter;
            bool isSeen = place >= _first && y + height <= bottom && width > 0;
            for (int i = 0; i < inRow; i++)
            {
                int gap = margin / 2, cell = (width - ((widgets[place].InRow - 1) * gap)) / widgets[place].InRow;
                widgets[place + i].Bounds = isSeen ? new PixelRect(bounds.X + margin + (i * (cell + gap)), y, cell, height) : default;
            }

            y += place >= _first ? height : 0;
            place += inRow;
        }
    }

    /// <summary>Takes the focus on, or back.</summary>
    public void MoveFocus(int direction)
    {
        int place = _focus ?? (direction > 0 ? -1 : widgets.Count);
        do
        {
            place = (place + direction + widgets.Count) % widgets.Count;
        }
        while (!widgets[place].TakesFocus);
        _focus = place;
        if (widgets[place].Bounds.IsEmpty)
        {
            _first = RowOf(place);
        }
    }

    /// <summary>Gives the focus up; returns whether there was any.</summary>
    public bool Blur()
    {
        bool had = _focus != null;
        _focus = null;
        return had;
    }

    /// <summary>A key; returns whether it had a meaning here.</summary>
    public bool Press(Key key, bool shift)
    {
        if (key == Key.Tab)
        {
            MoveFocus(shift ? -1 : 1);
            return true;
        }

        return Focus?.Press(key) ?? false;
    }

    /// <summary>The left button went down; returns whether that was over the panel.</summary>
    public bool PointerDown(double x, double y)
    {
        PointerMove(x, y);
        _held = At(x, y);
        _held?.PointerDown(x, y);
        return IsOver(x, y);
    }

    /// <summary>The pointer moved.</summary>
    public void PointerMove(double x, double y)
    {
        _pointer = (x, y);
        _held?.PointerDrag(x, y);
    }

    /// <summary>The button went up; returns whether it was held here.</summary>
    public bool PointerUp()
    {
        bool held = _held != null;
        _held = null;
        return held;
    }

    /// <summary>The wheel turned; returns whether that was over the panel.</summary>
    public bool Scroll(double x, double y, double steps)
    {
        if (At(x, y) is Slider slider)
        {
            slider.Scroll(steps);
        }
        else if (IsOver(x, y))
        {
            int place = _first;
            _first = Math.Clamp(steps < 0 ? place + InRow(place) : RowOf(Math.Max(0, place - 1)), 0, widgets.Count - 1);
        }

        return IsOver(x, y);
    }

    /// <summary>Draws it, in pixels.</summary>
    public void Draw(Drawing drawing, FrameLayout layout)
    {
        if (Bounds.IsEmpty)
        {
            return;
        }

        drawing.InPixels(Bounds);
        drawing.Box(Bounds.X, Bounds.Y, Bounds.Width, Bounds.Height, StudioColors.Sheet);
        for (int place = 0; place < widgets.Count; place++)
        {
            Widget widget = widgets[place];
            if (!widget.Bounds.IsEmpty)
            {
                bool isHot = widget == _held || (_held == null && widget.Contains(_pointer.X, _pointer.Y));
                widget.Draw(drawing, layout, new WidgetLook(place == _focus, isHot));
            }
        }

        drawing.InPixels();
    }

    private bool IsOver(double x, double y) =>
        x >= Bounds.X && x < Bounds.X + Bounds.Width && y >= Bounds.Y && y < Bounds.Y + Bounds.Height;

    private Widget? At(double x, double y)
    {
        foreach (Widget widget in widgets)
        {
            if (widget.TakesFocus && widget.Contains(x, y))
            {
                return widget;
            }
        }

        return null;
    }

    /// <summary>How many stand in the row that begins with a widget.</summary>
    private int InRow(int place)
    {
        int inRow = 1;
        while (inRow < widgets[place].InRow && place + inRow < widgets.Count && widgets[place + inRow].InRow == widgets[place].InRow)
        {
            inRow++;
        }

        return inRow;
    }

    /// <summary>The first widget of the row that a widget is in.</summary>
    private int RowOf(int place)
    {
        int row = 0;
        while (row + InRow(row) <= place)
        {
            row += InRow(row);
        }

        return row;
    }

    /// <summary>The furthest row that may be the first: from there on all fit.</summary>
    private int LastFirst(int height, int quarter)
    {
        int row = RowOf(widgets.Count - 1), first = row, sum = 0;
        while (true)
        {
            sum += widgets[row].Height * quarter;
            if (sum > height)
            {
                return first;
            }

            first = row;
            if (row == 0)
            {
                return 0;
            }

            row = RowOf(row - 1);
        }
    }
}
