using System.Numerics;
using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering;

/// <summary>
/// A list of things to draw over the panels, in order: boxes, text, lines, polylines, circles and discs, in pixels of the picture or in the
/// plane of a panel and clipped to it. A caller keeps one, fills it anew for each frame and hands it over in <see cref="FrameInfo.Drawing"/>;
/// once it has had its largest number of things it allocates nothing. Colours are RGBA with red in the lowest byte (<see cref="Palette"/>);
/// widths are in pixels always. What is not finite is left out.
/// </summary>
/// <remarks>
/// Pixel (i, j) is the square from (i, j) to (i + 1, j + 1), and (0, 0) is the top left corner of the picture. The two renderers' pictures
/// agree to within 2 of 255 levels, as all of a frame does.
/// </remarks>
public sealed class Drawing
{
    // Shapes hold pixels in 16 bits; what is further away is out of any picture.
    private const float Far = 30_000;

    private Shape[] _shapes = new Shape[1024];
    private int _count;
    private FrameLayout? _layout;
    private PixelRect _clip;

    // From the units of the caller to pixels: pixel = origin + scale · unit.
    private Vector2 _origin;
    private Vector2 _scale;

    /// <summary>What its text is made of: that of the layout, which may have another by the time this is drawn.</summary>
    internal FontAtlas Font { get; private set; } = FontAtlas.Small;

    internal int FontScale { get; private set; } = 1;

    internal ReadOnlySpan<Shape> Shapes => _shapes.AsSpan(0, _count);

    /// <summary>Forgets what was drawn, and draws in pixels from now on.</summary>
    /// <param name="layout">The frame's, as <see cref="IFrameRenderer.Arrange"/> leaves it.</param>
    public void Begin(FrameLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _count = 0;
        _layout = layout;
        (Font, FontScale) = (layout.Font, layout.Scale);
        InPixels();
    }

    /// <summary>From now on in pixels, anywhere in the picture.</summary>
    public void InPixels() => InPixels(new PixelRect(0, 0, Layout.Width, Layout.Height));

    /// <summary>From now on in pixels, those within a rectangle alone.</summary>
    /// <param name="clip">Pixels of the picture, not relative to anything else.</param>
    public void InPixels(PixelRect clip)
    {
        (_origin, _scale) = (Vector2.Zero, Vector2.One);
        int left = Math.Max(clip.X, 0);
        int top = Math.Max(clip.Y, 0);
        _clip = new PixelRect(left, top, Math.Min(clip.X + clip.Width, Layout.Width) - left, Math.Min(clip.Y + clip.Height, Layout.Height) - top);
    }

    /// <summary>From now on in the plane of a panel: y grows upwards, lengths are in its units, and nothing is drawn outside the panel.</summary>
    /// <param name="panel">The panel's place in the frame.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such panel.</exception>
    public void InPanel(int panel)
    {
        PixelRect rect = Layout.PanelAt(panel);
        PlaneView view = Layout.ViewOf(panel);
        InPixels(rect);
        _scale = new Vector2(rect.Width / (view.Right - view.Left), -rect.Height / (view.Top - view.Bottom));
        _origin = new Vector2(rect.X, rect.Y) - (_scale * new Vector2(view.Left, view.Top));
    }

    /// <summary>A filled rectangle, its edges rounded to whole pixels.</summary>
    /// <param name="x">One side.</param>
    /// <param name="y">The upper side; in a panel's plane the lower one.</param>
    /// <param name="width">How far it reaches to greater x.</param>
    /// <param name="height">How far it reaches to greater y.</param>
    /// <param name="color">Its colour; opacity below 255 lets what is beneath through.</param>
    public void Box(float x, float y, float width, float height, uint color)
    {
        Vector2 corner = ToPixels(x, y);
        Vector2 other = ToPixels(x + width, y + height);
        AddBox(Vector2.Min(corner, other), Vector2.Max(corner, other), color);
    }

    /// <summary>The outline of a rectangle, within it.</summary>
    /// <param name="x">One side.</param>
    /// <param name="y">The upper side; in a panel's plane the lower one.</param>
    /// <param name="width">How far it reaches to greater x.</param>
    /// <param name="height">How far it reaches to greater y.</param>
    /// <param name="line">The line's width in pixels, rounded to whole ones, at least 1.</param>
    /// <param name="color">Its colour.</param>
    public void Outline(float x, float y, float width, float height, float line, uint color)
    {
        Vector2 corner = ToPixels(x, y);
        Vector2 other = ToPixels(x + width, y + height);
        Vector2 least = Round(Vector2.Min(corner, other));
        Vector2 most = Round(Vector2.Max(corner, other));
        float thick = Math.Min(Math.Max(MathF.Round(line), 1), Math.Min(most.X - least.X, most.Y - least.Y) / 2);
        AddBox(least, new Vector2(most.X, least.Y + thick), color);
        AddBox(new Vector2(least.X, most.Y - thick), most, color);
        AddBox(new Vector2(least.X, least.Y + thick), new Vector2(least.X + thick, most.Y - thick), color);
        AddBox(new Vector2(most.X - thick, least.Y + thick), new Vector2(most.X, most.Y - thick), color);
    }

    /// <summary>One line of text in characters of <see cref="FrameLayout.Character"/>; one that the sheet lacks shows as □.</summary>
    /// <param name="text">The line.</param>
    /// <param name="x">The left edge, rounded to whole pixels.</param>
    /// <param name="y">The upper edge, rounded to whole pixels.</param>
    /// <param name="color">Its colour.</param>
    public void Text(ReadOnlySpan<char> text, float x, float y, uint color)
    {
        Vector2 pen = Round(ToPixels(x, y));
        if (!IsNear(pen))
        {
            return;
        }

        (int width, int height) = Layout.Character;
        foreach (char character in text)
        {
            if (character != ' ')
            {
                Add(new Shape { Kind = Font.CellOf(character), Color = color, A = pen }, pen, pen + new Vector2(width, height));
            }

            pen.X += width;
            if (pen.X >= _clip.X + _clip.Width)
            {
                return;
            }
        }
    }

    /// <summary>A straight line. One that is level or upright is made of whole pixels; others have smooth edges and round ends.</summary>
    /// <param name="x0">One end.</param>
    /// <param name="y0">One end.</param>
    /// <param name="x1">The other end.</param>
    /// <param name="y1">The other end.</param>
    /// <param name="width">In pixels; one below 1 is drawn fainter, not thinner.</param>
    /// <param name="color">Its colour.</param>
    public void Line(float x0, float y0, float x1, float y1, float width, uint color)
    {
        Vector2 start = ToPixels(x0, y0);
        Vector2 end = ToPixels(x1, y1);
        if (start.X != end.X && start.Y != end.Y)
        {
            AddSegment(start, end, default, default, width, color);
            return;
        }

        // Centred on the line to the nearest pixel.
        float thick = Math.Max(1, MathF.Round(width));
        Vector2 across = start.Y == end.Y ? Vector2.UnitY : Vector2.UnitX;
        Vector2 first = Round(Vector2.Min(start, end) - (across * (thick / 2)));
        AddBox(first, first + Round((Vector2.Max(start, end) - Vector2.Min(start, end)) * (Vector2.One - across)) + (across * thick), Fainter(color, width));
    }

    /// <summary>Lines from point to point, without overlap where they meet. A point that is not finite parts them.</summary>
    /// <param name="xs">The points' x.</param>
    /// <param name="ys">The points' y, as many.</param>
    /// <param name="width">In pixels; one below 1 is drawn fainter, not thinner.</param>
    /// <param name="color">The colour.</param>
    /// <exception cref="ArgumentException">There are not as many y as x.</exception>
    public void Polyline(ReadOnlySpan<float> xs, ReadOnlySpan<float> ys, float width, uint color)
    {
        if (xs.Length != ys.Length)
        {
            throw new ArgumentException($"The {xs.Length} x and {ys.Length} y make no points.");
        }

        if (xs.IsEmpty)
        {
            return;
        }

        // Each segment ends where, by nearness, the next one begins: at the line that halves the angle between them.
        Vector2 start = ToPixels(xs[0], ys[0]);
        Vector2 startCut = default;
        for (int i = 1; i < xs.Length; i++)
        {
            Vector2 end = ToPixels(xs[i], ys[i]);
            if (IsSame(start, end))
            {
                continue;
            }

            Vector2 next = end;
            for (int j = i + 1; j < xs.Length && IsSame(next, end); j++)
            {
                next = ToPixels(xs[j], ys[j]);
            }

            Vector2 endCut = IsSame(next, end) ? default : Vector2.Normalize(end - start) + Vector2.Normalize(next - end);
            if (!float.IsFinite(endCut.X + endCut.Y))
            {
                endCut = default;
            }

            AddSegment(start, end, startCut, endCut, width, color);
            (start, startCut) = (end, endCut);
        }
    }

    /// <summary>A circle's line.</summary>
    /// <param name="x">The centre.</param>
    /// <param name="y">The centre.</param>
    /// <param name="radius">Of the middle of the line, in the present units.</param>
    /// <param name="width">Of the line, in pixels; one below 1 is drawn fainter, not thinner.</param>
    /// <param name="color">Its colour.</param>
    public void Circle(float x, float y, float radius, float width, uint color) =>
        AddCircle(ToPixels(x, y), Math.Abs(radius * _scale.X), width, color);

    /// <summary>A filled circle.</summary>
    /// <param name="x">The centre.</param>
    /// <param name="y">The centre.</param>
    /// <param name="radius">In the present units.</param>
    /// <param name="color">Its colour.</param>
    public void Disc(float x, float y, float radius, uint color) => AddCircle(ToPixels(x, y), 0, 2 * Math.Abs(radius * _scale.X), color);

    private FrameLayout Layout => _layout ?? throw new InvalidOperationException("Begin(layout) comes before anything is drawn.");

    private static Vector2 Round(Vector2 point) => new(MathF.Floor(point.X + 0.5f), MathF.Floor(point.Y + 0.5f));

    private static bool IsNear(Vector2 point) => Math.Abs(point.X) < Far && Math.Abs(point.Y) < Far;

    /// <summary>Whether a segment between them would not be seen. The square of a length far below a pixel underflows, and then has no direction.</summary>
    private static bool IsSame(Vector2 start, Vector2 end) => Vector2.DistanceSquared(start, end) < 1e-6f;

    private static uint Fainter(uint color, float width) =>
        width >= 1 ? color : (color & 0xFFFFFF) | ((uint)(((color >> 24) * Math.Max(width, 0)) + 0.5f) << 24);

    private Vector2 ToPixels(float x, float y) => _origin + (_scale * new Vector2(x, y));

    private void AddBox(Vector2 least, Vector2 most, uint color) => Add(new Shape { Kind = Shape.Box, Color = color }, Round(least), Round(most));

    private void AddSegment(Vector2 start, Vector2 end, Vector2 startCut, Vector2 endCut, float width, uint color)
    {
        // Squared lengths stay well within what a float holds.
        if (!(IsNear(start) && IsNear(end)) || IsSame(start, end))
        {
            return;
        }

        float reach = (Math.Max(width, 1) / 2) + 0.5f;
        Shape shape = new()
        {
            Kind = Shape.Segment,
            Color = Fainter(color, width),
            A = start,
            B = end,
            StartCut = startCut,
            EndCut = endCut,
            Reach = reach,
        };
        Add(shape, Vector2.Min(start, end) - new Vector2(reach), Vector2.Max(start, end) + new Vector2(reach));
    }

    private void AddCircle(Vector2 center, float radius, float width, uint color)
    {
        if (!(IsNear(center) && radius < Far && width < Far))
        {
            return;
        }

        float reach = (Math.Max(width, 1) / 2) + 0.5f;
        Shape shape = new() { Kind = Shape.Circle, Color = Fainter(color, width), A = center, B = new Vector2(radius), Reach = reach };
        Add(shape, center - new Vector2(radius + reach), center + new Vector2(radius + reach));
    }

    /// <summary>Adds what is seen of a shape. A bound that is not a number leaves nothing.</summary>
    private void Add(Shape shape, Vector2 least, Vector2 most)
    {
        _ = Layout;
        float left = Math.Max(MathF.Floor(least.X), _clip.X);
        float top = Math.Max(MathF.Floor(least.Y), _clip.Y);
        float right = Math.Min(MathF.Ceiling(most.X), _clip.X + _clip.Width);
        float bottom = Math.Min(MathF.Ceiling(most.Y), _clip.Y + _clip.Height);
        if (!(left < right && top < bottom && shape.Color >> 24 != 0))
        {
            return;
        }

        if (_count == _shapes.Length)
        {
            Array.Resize(ref _shapes, 2 * _count);
        }

        _shapes[_count++] = shape with { Left = (short)left, Top = (short)top, Right = (short)right, Bottom = (short)bottom };
    }
}
