using System.Globalization;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Widgets;

/// <summary>A curve that grows at its right end and leaves at its left: the last values of a number over time.</summary>
internal sealed class ScrollingPlot
{
    /// <summary>Values that are kept.</summary>
    public const int Capacity = 240;

    // The share of the way that the range goes in a frame towards what it should be: it shrinks without a jump, and grows at once.
    private const double Shrinking = 0.05;

    private readonly float[] _values = new float[Capacity];
    private readonly float[] _xs = new float[Capacity], _ys = new float[Capacity];
    private readonly string _format;
    private readonly bool _isLogarithmic;
    private int _next;

    /// <summary>Makes an empty plot.</summary>
    /// <param name="label">What it shows.</param>
    /// <param name="format">Of its numbers.</param>
    /// <param name="isLogarithmic">Whether equal ratios are equally high; values that are not positive then leave gaps.</param>
    public ScrollingPlot(string label, string format, bool isLogarithmic = false) =>
        (Label, _format, _isLogarithmic) = (label, format, isLogarithmic);

    /// <summary>What it shows.</summary>
    public string Label { get; }

    /// <summary>Another curve of as many values in the same field and range, fainter; null for none.</summary>
    public ScrollingPlot? Beneath { get; init; }

    /// <summary>Values so far, <see cref="Capacity"/> at most.</summary>
    public int Count { get; private set; }

    /// <summary>The last value; NaN before the first.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>The values that its lower and its upper edge stand for.</summary>
    public (double Least, double Most) Range { get; private set; } = (double.NaN, double.NaN);

    /// <summary>A value by its age: 0 is the last one.</summary>
    public float this[int age] => _values[(_next - 1 - age + (2 * Capacity)) % Capacity];

    /// <summary>Adds a value; one that is not finite leaves a gap.</summary>
    public void Add(double value)
    {
        Last = value;
        _values[_next] = (float)(_isLogarithmic ? Math.Log(value) : value);
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
    }

    /// <summary>Forgets all values.</summary>
    public void Clear() => (Count, Last, Range) = (0, double.NaN, (double.NaN, double.NaN));

    /// <summary>Draws it, in pixels: a line of text above the curve.</summary>
    public void Draw(Drawing drawing, FrameLayout layout, PixelRect bounds)
    {
        (int width, int height) = layout.Character;
        PixelRect field = new(bounds.X, bounds.Y + height + (height / 8), bounds.Width, bounds.Height - height - (height / 8));
        if (field.Width < 2 * width || field.Height < 4)
        {
            return;
        }

        Span<char> value = stackalloc char[32];
        Last.TryFormat(value, out int length, _format, CultureInfo.InvariantCulture);
        value = value[..length];
        drawing.Text(Label, bounds.X, bounds.Y, Palette.Label);
        int columns = Label.Length + 1;
        if (Beneath != null && (columns + Beneath.Label.Length + 1 + value.Length) * width <= bounds.Width)
        {
            drawing.Text(Beneath.Label, bounds.X + (columns * width), bounds.Y, StudioColors.CurveBeneath);
        }

        if ((columns + value.Length) * width <= bounds.Width)
        {
            drawing.Text(double.IsFinite(Last) ? value : "–", bounds.X + bounds.Width - (double.IsFinite(Last) ? value.Length : 1) * width, bounds.Y, Palette.Value);
        }

        drawing.Box(field.X, field.Y, field.Width, field.Height, StudioColors.Sheet);
        drawing.Box(field.X, field.Y + field.Height - layout.Scale, field.Width, layout.Scale, Palette.Frame);
        Follow();
        drawing.InPixels(field);
        Beneath?.DrawCurve(drawing, field, Range, 1.5f * layout.Scale, StudioColors.CurveBeneath);
        DrawCurve(drawing, field, Range, 1.5f * layout.Scale, StudioColors.Curve);
        drawing.InPixels();
    }

    private void DrawCurve(Drawing drawing, PixelRect field, (double Least, double Most) range, float line, uint color)
    {
        double span = range.Most - range.Least;
        for (int i = 0; i < Count; i++)
        {
            // The newest stands at the right edge.
            _xs[i] = field.X + (field.Width * (1 - ((float)(Count - 1 - i) / (Capacity - 1))));
            float share = span > 0 ? (float)((this[Count - 1 - i] - range.Least) / span) : 0.5f;
            _ys[i] = field.Y + 2 + ((field.Height - 4) * (1 - share));
        }

        drawing.Polyline(_xs.AsSpan(0, Count), _ys.AsSpan(0, Count), line, color);
    }

    private void Follow()
    {
        (double least, double most) = Extent();
        if (Beneath?.Extent() is (double Least, double Most) beneath)
        {
            (least, most) = (Math.Min(least, beneath.Least), Math.Max(most, beneath.Most));
        }

        if (least > most)
        {
            return;
        }

        Range = double.IsNaN(Range.Least)
            ? (least, most)
            : (Math.Min(least, Range.Least + (Shrinking * (least - Range.Least))), Math.Max(most, Range.Most + (Shrinking * (most - Range.Most))));
    }

    /// <summary>The least and the greatest value; an empty range where there is none.</summary>
    private (double Least, double Most) Extent()
    {
        (double least, double most) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int age = 0; age < Count; age++)
        {
            if (float.IsFinite(this[age]))
            {
                (least, most) = (Math.Min(least, this[age]), Math.Max(most, this[age]));
            }
        }

        return (least, most);
    }
}
