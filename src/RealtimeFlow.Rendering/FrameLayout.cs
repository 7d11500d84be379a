using System.Globalization;

namespace RealtimeFlow.Rendering;

/// <summary>
/// Where the parts of a frame stand: panels of one size in a grid, each with its title above, the readout under them or,
/// where that leaves more room for the panels, beside them, and at the bottom the footer and a colour bar. Of all
/// arrangements the one with the largest panels is taken. Where the readout is too wide, its columns go below one another.
/// Both renderers draw by this.
/// </summary>
public sealed class FrameLayout
{
    // The readout's width is rounded up, so that a growing number does not move the panels.
    private const int HudColumnStep = 8;

    // The densities at the bar's end differ in length; the bar stands still while they have at most so many characters.
    private const int ExposureColumns = 6;

    private readonly PixelRect[] _panels = new PixelRect[FrameInfo.MaxPanels];
    private readonly char[] _exposure = new char[16];
    private int _count;
    private int _exposureLength;

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

    /// <summary>The colour bar, from density 0 to the exposure; empty where the footer leaves no room for it.</summary>
    public PixelRect Legend { get; private set; }

    /// <summary>The density at the bar's right end.</summary>
    internal ReadOnlySpan<char> Exposure => _exposure.AsSpan(0, _exposureLength);

    internal FontAtlas Font { get; private set; } = FontAtlas.Small;

    internal int Scale { get; private set; } = 1;

    internal TextBlock Text { get; } = new();

    /// <summary>Width and height of a character on the screen.</summary>
    internal (int Width, int Height) Character => (Font.CellWidth * Scale, Font.CellHeight * Scale);

    /// <summary>Height of a title and the space between it and its panel.</summary>
    internal int TitleHeight => Character.Height + (Character.Height / 4);

    private int Margin => Character.Height;

    internal void Update(int width, int height, in FrameInfo frame)
    {
        Width = width;
        Height = height;
        (Font, Scale) = FontAtlas.For(width, height);
        Text.Measure(HudText(frame));
        _count = frame.Panels.Length;
        frame.Exposure.TryFormat(_exposure, out _exposureLength, "G3", CultureInfo.InvariantCulture);

        (int Columns, bool Beside, int PanelHeight) best = (_count, false, 0);
        double aspect = frame.Panels[0].View.Aspect;
        bool hasText = Text.Lines(1) > 0;
        for (int columns = _count; columns >= 1; columns--)
        {
            for (int beside = 0; beside <= (hasText ? 1 : 0); beside++)
            {
                int panelHeight = PanelHeight(columns, beside == 1, aspect);
                if (panelHeight > best.PanelHeight)
                {
                    best = (columns, beside == 1, panelHeight);
                }
            }
        }

        Text.Arrange(PairsInLine(best.Beside));
        Place(best.Columns, best.Beside, best.PanelHeight, frame);
    }

    /// <summary>The readout without the line ends behind its last line.</summary>
    internal static ReadOnlySpan<char> HudText(in FrameInfo frame) => frame.Hud.TrimEnd('\n');

    private int PairsInLine(bool beside) => beside ? 1 : Text.PairsWithin((Width - (2 * Margin)) / Character.Width);

    private int HudWidth(bool beside) =>
        (Text.Columns(PairsInLine(beside)) + HudColumnStep - 1) / HudColumnStep * HudColumnStep * Character.Width;

    private int HudHeight(bool beside) => Text.Lines(PairsInLine(beside)) * Character.Height;

    private int FooterHeight => Character.Height * 3 / 2;

    private int PanelHeight(int columns, bool beside, double aspect)
    {
        int rows = (_count + columns - 1) / columns;
        int width = Width - (Margin * (columns + 1)) - (beside ? HudWidth(beside) + Margin : 0);
        int hudHeight = HudHeight(beside);
        int height = Height - (Margin * (rows + 1)) - (rows * TitleHeight) - FooterHeight
            - (!beside && hudHeight > 0 ? hudHeight + Margin : 0);
        if (beside && hudHeight > Height - (2 * Margin) - TitleHeight - FooterHeight)
        {
            return 0;
        }

        return Math.Max(0, (int)Math.Min(height / rows, width / columns / aspect));
    }

    private void Place(int columns, bool beside, int panelHeight, in FrameInfo frame)
    {
        double aspect = frame.Panels[0].View.Aspect;
        int panelWidth = (int)(panelHeight * aspect);
        int rows = (_count + columns - 1) / columns;
        int hudWidth = HudWidth(beside);
        int blockWidth = (columns * (panelWidth + Margin)) - Margin + (beside ? Margin + hudWidth : 0);
        int left = Math.Max(Margin, (Width - blockWidth) / 2);
        for (int index = 0; index < _count; index++)
        {
            int x = left + (index % columns * (panelWidth + Margin));
            int y = Margin + TitleHeight + (index / columns * (panelHeight + TitleHeight + Margin));
            _panels[index] = Fit(new PixelRect(x, y, panelWidth, panelHeight), frame.Panels[index].View.Aspect);
        }

        int bottom = Margin + (rows * (panelHeight + TitleHeight + Margin));
        Hud = beside
            ? new PixelRect(left + (columns * (panelWidth + Margin)), Margin + TitleHeight, hudWidth, HudHeight(beside))
            : new PixelRect(hudWidth > blockWidth ? Margin : left, bottom, hudWidth, HudHeight(beside));
        int bottomLeft = Hud.X < left ? Margin : left;
        Footer = new PixelRect(bottomLeft, Height - Margin - Character.Height, frame.Footer.Length * Character.Width, Character.Height);
        int legendRight = Math.Max(left + blockWidth, Width - left) - ((Math.Max(ExposureColumns, _exposureLength) + 1) * Character.Width);
        int legendLeft = legendRight - (Rendering.Legend.Columns * Character.Width);
        int textLeft = legendLeft - (Rendering.Legend.Caption.Length * Character.Width);
        Legend = textLeft < Footer.X + Footer.Width + (2 * Character.Width)
            ? default
            : new PixelRect(legendLeft, Footer.Y + (Character.Height / 4), legendRight - legendLeft, Character.Height / 2);
    }

    /// <summary>The largest rectangle of the aspect within the room, so that a pixel is as wide as it is high.</summary>
    private static PixelRect Fit(PixelRect room, double aspect)
    {
        int width = Math.Min(room.Width, (int)Math.Round(room.Height * aspect));
        int height = Math.Min(room.Height, (int)Math.Round(room.Width / aspect));
        return new PixelRect(room.X + ((room.Width - width) / 2), room.Y + ((room.Height - height) / 2), width, height);
    }
}
