using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Terminal;

/// <summary>
/// Draws frames for a terminal: on the CPU as for a window, and the panels of that, averaged over the terminal's larger pixels, side by
/// side under their titles; readout and footer are the terminal's own text. Allocates nothing in steady state.
/// </summary>
internal sealed class TerminalRenderer : IFrameRenderer
{
    // Columns between panels.
    private const int Gap = 2;

    // A panel of fewer pixels shows nothing: fewer panels are shown.
    private const int LeastPanel = 16;

    private readonly SoftwareRenderer _inner = new();
    private readonly PixelRect[] _panels = new PixelRect[FrameInfo.MaxPanels];
    private byte[] _rgba = [];
    private int _shownPanels;

    /// <summary>What the terminal is to show.</summary>
    public TerminalPicture Picture { get; } = new();

    /// <inheritdoc/>
    public FrameLayout Layout => _inner.Layout;

    /// <summary>Sets the size of the picture that is averaged, and read by <see cref="ReadPixels"/>.</summary>
    public void Resize(int width, int height)
    {
        _inner.Resize(width, height);
        _rgba = new byte[4 * width * height];
    }

    /// <inheritdoc/>
    public void Arrange(in FrameInfo frame) => _inner.Arrange(PicturesOf(frame));

    /// <inheritdoc/>
    public void Render(in FrameInfo frame)
    {
        _inner.Render(PicturesOf(frame));
        _inner.ReadPixels(_rgba);
        Picture.Clear();
        int footerRows = frame.Footer.IsEmpty || Picture.Rows < 4 ? 0 : 1;
        int numberRows = TerminalNumbers.Rows(frame.Hud, Picture.Columns, Math.Max(1, (Picture.Rows - footerRows) / 4));
        int pictureRows = Math.Max(0, Picture.Rows - footerRows - numberRows);
        Place(pictureRows, frame.Panels.Length - frame.Strip);
        for (int panel = 0; panel < _shownPanels; panel++)
        {
            PixelRect room = _panels[panel];
            Picture.SetText(room.X, (room.Y / 2) - 1, frame.Panels[panel].Title, TerminalColors.Title, room.X + room.Width + Gap - 1);
            Average(Layout.Panels[panel], room);
        }

        TerminalNumbers.Write(Picture, frame.Hud, pictureRows, numberRows);
        Picture.SetText(0, Picture.Rows - footerRows, frame.Footer, TerminalColors.Dim);
    }

    /// <inheritdoc/>
    public void ReadPixels(Span<byte> rgba) => _inner.ReadPixels(rgba);

    /// <summary>The place in the picture that is averaged of one in the terminal's; outside of all panels, outside of the picture.</summary>
    /// <param name="x">Pixels of the terminal from the left.</param>
    /// <param name="y">Pixels of the terminal, two to a row, from the top.</param>
    public (double X, double Y) PlaceOf(double x, double y)
    {
        for (int panel = 0; panel < _shownPanels; panel++)
        {
            (PixelRect room, PixelRect source) = (_panels[panel], Layout.Panels[panel]);
            if (x >= room.X && x < room.X + room.Width && y >= room.Y && y < room.Y + room.Height)
            {
                return (source.X + ((x - room.X) * source.Width / room.Width), source.Y + ((y - room.Y) * source.Height / room.Height));
            }
        }

        return (-1, -1);
    }

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    /// <summary>What of a frame is averaged; the rest is text, or needs finer pixels.</summary>
    private static FrameInfo PicturesOf(in FrameInfo frame) =>
        frame with { Hud = default, Footer = default, SideWidth = 0, BottomHeight = 0 };

    /// <summary>Finds the grid with the largest panels of the first one's aspect, each with a row for its title; the last panels are left out where all would be too small.</summary>
    private void Place(int rows, int panels)
    {
        _shownPanels = panels;
        while (_shownPanels > 0 && !TryPlace(rows, _shownPanels == 1 ? 1 : LeastPanel))
        {
            _shownPanels--;
        }
    }

    private bool TryPlace(int rows, int least)
    {
        if (Layout.Panels[0].IsEmpty)
        {
            return false;
        }

        double aspect = (double)Layout.Panels[0].Width / Layout.Panels[0].Height;
        (int Across, int Height) best = (1, 0);
        for (int across = 1; across <= _shownPanels; across++)
        {
            int down = (_shownPanels + across - 1) / across;
            int width = ((Picture.Columns + Gap) / across) - Gap;
            int height = Math.Min((rows / down) - 1, (int)(width / aspect) / 2) * 2;
            if (height > best.Height)
            {
                best = (across, height);
            }
        }

        if (best.Height < least)
        {
            return false;
        }

        int panelWidth = Math.Max(1, (int)(best.Height * aspect));
        int used = (Math.Min(best.Across, _shownPanels) * (panelWidth + Gap)) - Gap;
        for (int panel = 0; panel < _shownPanels; panel++)
        {
            int x = ((Picture.Columns - used) / 2) + (panel % best.Across * (panelWidth + Gap));
            int y = (panel / best.Across * (best.Height + 2)) + 2;
            _panels[panel] = new PixelRect(x, y, panelWidth, best.Height);
        }

        return true;
    }

    /// <summary>A pixel of the terminal is the mean of those of the picture that it covers.</summary>
    private void Average(PixelRect source, PixelRect room)
    {
        for (int y = 0; y < room.Height; y++)
        {
            int top = source.Y + (y * source.Height / room.Height);
            int bottom = Math.Max(top + 1, source.Y + ((y + 1) * source.Height / room.Height));
            for (int x = 0; x < room.Width; x++)
            {
                int left = source.X + (x * source.Width / room.Width);
                int right = Math.Max(left + 1, source.X + ((x + 1) * source.Width / room.Width));
                Picture.SetPixel(room.X + x, room.Y + y, Mean(left, top, right, bottom));
            }
        }
    }

    private int Mean(int left, int top, int right, int bottom)
    {
        int red = 0, green = 0, blue = 0;
        for (int y = top; y < bottom; y++)
        {
            ReadOnlySpan<byte> row = _rgba.AsSpan(4 * ((y * Layout.Width) + left), 4 * (right - left));
            for (int i = 0; i < row.Length; i += 4)
            {
                red += row[i];
                green += row[i + 1];
                blue += row[i + 2];
            }
        }

        int count = (right - left) * (bottom - top);
        return (((red + (count / 2)) / count) << 16) | (((green + (count / 2)) / count) << 8) | ((blue + (count / 2)) / count);
    }
}
