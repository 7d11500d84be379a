using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering;

/// <summary>
/// Where the parts of a frame stand: panels of one size in a grid, each with its title above, the readout under them or,
/// where that leaves more room for the panels, beside them, under these the strip of small panels, and at the bottom the
/// footer and the colour bars. Of all arrangements the one with the largest panels is taken. Where the readout is too wide,
/// its columns go below one another. Both renderers draw by this.
/// </summary>
public sealed class FrameLayout
{
    // The readout's width is rounded up, so that a growing number does not move the panels.
    private const int HudColumnStep = 8;

    // The share of the height that the strip may take.
    private const double StripShare = 0.3;

    private readonly PixelRect[] _panels = new PixelRect[FrameInfo.MaxPanels];
    private readonly PlaneView[] _views = new PlaneView[FrameInfo.MaxPanels];
    private int _count;

    // What is left for panels, readout and strip of the picture's size.
    private int _roomWidth;
    private int _roomHeight;
    private bool _hasBars;

    // Where panels and readout end at most.
    private int _stripBottom;

    internal FrameLayout()
    {
    }

    /// <summary>Width of the picture in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Height of the picture in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>
    /// The panels' pictures, frames and titles not included, in the order of the frame. A grid of as many cells as its
    /// panel has pixels is drawn without interpolation. Empty rectangles where the picture is too small for them.
    /// </summary>
    public ReadOnlySpan<PixelRect> Panels => _panels.AsSpan(0, _count);

    /// <summary>The readout's block.</summary>
    public PixelRect Hud { get; private set; }

    /// <summary>The footer's line; empty where there is none.</summary>
    public PixelRect Footer { get; private set; }

    /// <summary>The room that was kept free at the right.</summary>
    public PixelRect Side { get; private set; }

    /// <summary>The room that was kept free at the bottom.</summary>
    public PixelRect Bottom { get; private set; }

    /// <summary>Width and height of a character in pixels.</summary>
    public (int Width, int Height) Character => (Font.CellWidth * Scale, Font.CellHeight * Scale);

    /// <summary>The width of a thin line in pixels: 1, and more in large pictures and on dense screens.</summary>
    public int Scale { get; private set; } = 1;

    internal FontAtlas Font { get; private set; } = FontAtlas.Small;

    internal TextBlock Text { get; } = new();

    /// <summary>The bar of the panels of densities, then that of differences.</summary>
    internal Legend[] Legends { get; } = [new(PanelKind.LogDensity), new(PanelKind.Difference)];

    /// <summary>Height of a title and the space between it and its panel.</summary>
    internal int TitleHeight => Character.Height + (Character.Height / 4);

    /// <summary>The space between parts.</summary>
    internal int Margin => Character.Height;

    // The bars stand a line above the footer, their numbers beside it.
    private int FooterHeight => Character.Height * (_hasBars ? 5 : 3) / 2;

    /// <summary>The panel at a place of the picture, and the point of its plane there.</summary>
    /// <param name="x">Pixels from the left edge.</param>
    /// <param name="y">Pixels from the top.</param>
    /// <returns>Null where there is no panel.</returns>
    public PlanePoint? At(double x, double y)
    {
        for (int index = 0; index < _count; index++)
        {
            PixelRect rect = _panels[index];
            if (!rect.IsEmpty && x >= rect.X && x < rect.X + rect.Width && y >= rect.Y && y < rect.Y + rect.Height)
            {
                return ToPlane(index, x, y);
            }
        }

        return null;
    }

    /// <summary>The point of a panel's plane at a place of the picture, be it outside the panel; all 0 for a panel without pixels.</summary>
    /// <param name="panel">The panel's place in the frame.</param>
    /// <param name="x">Pixels from the left edge.</param>
    /// <param name="y">Pixels from the top.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such panel.</exception>
    public PlanePoint ToPlane(int panel, double x, double y)
    {
        PixelRect rect = PanelAt(panel);
        PlaneView view = _views[panel];
        return rect.IsEmpty
            ? new PlanePoint(panel, 0, 0)
            : new PlanePoint(
                panel,
                (float)(view.Left + ((x - rect.X) / rect.Width * ((double)view.Right - view.Left))),
                (float)(view.Top - ((y - rect.Y) / rect.Height * ((double)view.Top - view.Bottom))));
    }

    /// <summary>The place in the picture of a point of a panel's plane, in pixels from the left edge and from the top.</summary>
    /// <param name="point">The panel and the point, which may be out of its view.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such panel.</exception>
    public (float X, float Y) ToPixels(PlanePoint point)
    {
        PixelRect rect = PanelAt(point.Panel);
        PlaneView view = _views[point.Panel];
        return (
            (float)(rect.X + (((double)point.X - view.Left) / ((double)view.Right - view.Left) * rect.Width)),
            (float)(rect.Y + (((double)view.Top - point.Y) / ((double)view.Top - view.Bottom) * rect.Height)));
    }

    /// <summary>Pixels in a unit of a panel's plane.</summary>
    /// <param name="panel">The panel's place in the frame.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such panel.</exception>
    public float PixelsPerUnit(int panel) => PanelAt(panel).Width / (_views[panel].Right - _views[panel].Left);

    /// <summary>Whether the readout has room, and there is one.</summary>
    internal bool HasText => Text.Lines(1) > 0;

    internal PlaneView ViewOf(int panel) => _views[panel];

    internal PixelRect PanelAt(int panel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(panel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(panel, _count);
        return _panels[panel];
    }

    internal void Update(int width, int height, in FrameInfo frame)
    {
        Width = width;
        Height = height;
        (Font, Scale) = FontAtlas.For(width, height, frame.ContentScale);
        Text.Measure(HudText(frame));
        _count = frame.Panels.Length;
        for (int index = 0; index < _count; index++)
        {
            _views[index] = frame.Panels[index].View;
        }

        int sideWidth = Math.Min(frame.SideWidth, width / 2);
        int columns = ((width - sideWidth - (2 * Margin)) / Character.Width) - FooterColumns(frame);
        _hasBars = false;
        foreach (Legend legend in Legends)
        {
            legend.Update(frame);
            _hasBars |= legend.IsNeeded && legend.Columns(false) <= columns;
        }

        KeepFree(sideWidth, Math.Min(frame.BottomHeight, height / 2));
        (int Rows, int Columns, int PanelHeight) strip = Strip(frame);
        int stripHeight = strip.Rows * (strip.PanelHeight + TitleHeight + Margin);
        _stripBottom = _roomHeight - FooterHeight - Margin;
        _roomHeight -= stripHeight;

        int large = _count - frame.Strip;
        (int Columns, bool Beside, int PanelHeight) best = Largest(large, frame.Columns);
        if (best.PanelHeight == 0 && HasText)
        {
            // Without room for both, pictures come before numbers.
            Text.Measure(default);
            best = Largest(large, frame.Columns);
        }

        Text.Arrange(PairsInLine(best.Beside));
        (int left, int right) = Place(large, best.Columns, best.Beside, best.PanelHeight);
        PlaceStrip(large, strip.Columns, strip.PanelHeight);
        Center();
        PlaceFooter(left, right, frame);
    }

    /// <summary>The readout without the line ends behind its last line.</summary>
    internal static ReadOnlySpan<char> HudText(in FrameInfo frame) => frame.Hud.TrimEnd('\n');

    /// <summary>The characters that the footer takes from the line of the bars' numbers.</summary>
    private static int FooterColumns(in FrameInfo frame) => frame.Footer.Length == 0 ? 0 : frame.Footer.Length + 2;

    private void KeepFree(int sideWidth, int bottomHeight)
    {
        (_roomWidth, _roomHeight) = (Width, Height);
        (Side, Bottom) = (default, default);
        if (sideWidth > 0)
        {
            Side = new PixelRect(Width - Math.Min(Margin, Width - sideWidth) - sideWidth, Margin, sideWidth, Math.Max(0, Height - (2 * Margin)));
            _roomWidth = Math.Max(0, Side.X);
        }

        if (bottomHeight > 0)
        {
            int top = Math.Max(0, Height - Margin - FooterHeight - bottomHeight);
            Bottom = new PixelRect(Margin, top, Math.Max(0, _roomWidth - (2 * Margin)), Math.Min(bottomHeight, Height - top));
            _roomHeight = Math.Max(0, Height - bottomHeight - Margin);
        }
    }

    private int PairsInLine(bool beside) => beside ? 1 : Text.PairsWithin((_roomWidth - (2 * Margin)) / Character.Width);

    private int HudWidth(bool beside) =>
        (Text.Columns(PairsInLine(beside)) + HudColumnStep - 1) / HudColumnStep * HudColumnStep * Character.Width;

    private int HudHeight(bool beside) => Text.Lines(PairsInLine(beside)) * Character.Height;

    private int PanelHeight(int count, int columns, bool beside, double aspect)
    {
        int rows = (count + columns - 1) / columns;
        int width = _roomWidth - (Margin * (columns + 1)) - (beside ? HudWidth(beside) + Margin : 0);
        int hudHeight = HudHeight(beside);
        int height = _roomHeight - (Margin * (rows + 1)) - (rows * TitleHeight) - FooterHeight
            - (!beside && hudHeight > 0 ? hudHeight + Margin : 0);
        if (beside && hudHeight > _roomHeight - (2 * Margin) - TitleHeight - FooterHeight)
        {
            return 0;
        }

        return Math.Max(0, (int)Math.Min(height / rows, width / columns / aspect));
    }

    /// <summary>The arrangement that makes the large panels largest.</summary>
    /// <param name="count">The large panels.</param>
    /// <param name="columns">Those in a row; 0 for any number.</param>
    private (int Columns, bool Beside, int PanelHeight) Largest(int count, int columns)
    {
        int most = columns == 0 ? count : Math.Min(columns, count), least = columns == 0 ? 1 : most;
        (int Columns, bool Beside, int PanelHeight) best = (most, false, 0);
        for (int inRow = most; inRow >= least; inRow--)
        {
            for (int beside = 0; beside <= (HasText ? 1 : 0); beside++)
            {
                int panelHeight = PanelHeight(count, inRow, beside == 1, _views[0].Aspect);
                if (panelHeight > best.PanelHeight)
                {
                    best = (inRow, beside == 1, panelHeight);
                }
            }
        }

        return best;
    }

    /// <summary>The rows that make the strip's panels largest, in its share of the height.</summary>
    private (int Rows, int Columns, int PanelHeight) Strip(in FrameInfo frame)
    {
        (int Rows, int Columns, int PanelHeight) best = default;
        for (int rows = 1; rows <= frame.Strip; rows++)
        {
            int columns = (frame.Strip + rows - 1) / rows;
            int width = (_roomWidth - (2 * Margin) - ((columns - 1) * (Margin / 2))) / columns;
            int height = (int)(_roomHeight * StripShare / rows) - TitleHeight - Margin;
            int panelHeight = (int)Math.Min(height, width / _views[_count - 1].Aspect);
            if (panelHeight > best.PanelHeight)
            {
                best = (rows, columns, panelHeight);
            }
        }

        return best;
    }

    /// <summary>Returns the left and the right edge of all.</summary>
    private (int Left, int Right) Place(int count, int columns, bool beside, int panelHeight)
    {
        double aspect = _views[0].Aspect;
        int panelWidth = (int)(panelHeight * aspect);
        int rows = (count + columns - 1) / columns;
        int hudWidth = HudWidth(beside);
        int blockWidth = (columns * (panelWidth + Margin)) - Margin + (beside ? Margin + hudWidth : 0);
        int left = Math.Max(Margin, (_roomWidth - blockWidth) / 2);
        for (int index = 0; index < count; index++)
        {
            int x = left + (index % columns * (panelWidth + Margin));
            int y = Margin + TitleHeight + (index / columns * (panelHeight + TitleHeight + Margin));
            _panels[index] = Fit(new PixelRect(x, y, panelWidth, panelHeight), _views[index].Aspect);
        }

        int bottom = Margin + (rows * (panelHeight + TitleHeight + Margin));
        Hud = beside
            ? new PixelRect(left + (columns * (panelWidth + Margin)), Margin + TitleHeight, hudWidth, HudHeight(beside))
            : new PixelRect(hudWidth > blockWidth ? Margin : left, bottom, hudWidth, HudHeight(beside));
        return (Hud.X < left ? Margin : left, Math.Min(Math.Max(left + blockWidth, _roomWidth - left), _roomWidth - Margin));
    }

    private void PlaceStrip(int first, int columns, int panelHeight)
    {
        PixelRect last = _panels[first - 1];
        int top = Math.Max(Hud.Height > 0 ? Hud.Y + Hud.Height : 0, last.Y + last.Height) + Margin;
        int panelWidth = (int)(panelHeight * _views[_count - 1].Aspect);
        int gap = Margin / 2;
        int left = (_roomWidth - (columns * (panelWidth + gap)) + gap) / 2;
        for (int index = first; index < _count; index++)
        {
            int row = columns == 0 ? 0 : (index - first) / columns;
            int column = index - first - (row * columns);
            PixelRect room = new(
                left + (column * (panelWidth + gap)), top + TitleHeight + (row * (panelHeight + TitleHeight + Margin)), panelWidth, panelHeight);
            _panels[index] = last.IsEmpty ? default : Fit(room, _views[index].Aspect);
        }
    }

    /// <summary>Takes panels and readout down by half of the room that is left beneath them.</summary>
    private void Center()
    {
        int bottom = Hud.Y + Hud.Height;
        foreach (PixelRect panel in Panels)
        {
            bottom = Math.Max(bottom, panel.Y + panel.Height);
        }

        int down = Math.Max(0, _stripBottom - bottom) / 2;
        Hud = Hud with { Y = Hud.Y + down };
        foreach (ref PixelRect panel in _panels.AsSpan(0, _count))
        {
            panel = panel.IsEmpty ? panel : panel with { Y = panel.Y + down };
        }
    }

    private void PlaceFooter(int left, int right, in FrameInfo frame)
    {
        Footer = new PixelRect(left, Height - Margin - Character.Height, frame.Footer.Length * Character.Width, Character.Height);

        // With the footer if there is room, and without what stands beside the bars if there is none.
        int room = (right - left) / Character.Width;
        int footer = FooterColumns(frame);
        bool isFull = footer + Legends[0].Columns(true) + Legends[1].Columns(true) <= room;
        foreach (Legend legend in Legends)
        {
            int columns = legend.Columns(isFull);
            if (columns > 0 && footer + columns <= room)
            {
                legend.Place(right, Footer.Y - Character.Height, isFull, Character);
                right -= columns * Character.Width;
                room -= columns;
            }
        }
    }

    /// <summary>The largest rectangle of the aspect within the room, so that a pixel is as wide as it is high.</summary>
    private static PixelRect Fit(PixelRect room, double aspect)
    {
        int width = Math.Min(room.Width, (int)Math.Round(room.Height * aspect));
        int height = Math.Min(room.Height, (int)Math.Round(room.Width / aspect));
        return new PixelRect(room.X + ((room.Width - width) / 2), room.Y + ((room.Height - height) / 2), width, height);
    }
}
