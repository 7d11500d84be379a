namespace RealtimeFlow.Rendering;

/// <summary>A sheet of equal glyph cells, one byte of coverage a pixel. Assets/README.md says how it was made.</summary>
internal sealed class FontAtlas
{
    internal const int CellsPerRow = 32;

    /// <summary>For pictures below 1000 × 600.</summary>
    internal static readonly FontAtlas Small = new(8, 16);

    /// <summary>For pictures from 1000 × 600 on, doubled, tripled, … for those of 2560 × 1440 and more.</summary>
    internal static readonly FontAtlas Large = new(10, 20);

    private readonly short[] _cellOf;

    private FontAtlas(int cellWidth, int cellHeight)
    {
        CellWidth = cellWidth;
        CellHeight = cellHeight;
        (Width, Height, Coverage) = EmbeddedAssets.Picture($"mono-{cellWidth}x{cellHeight}.pgm");

        // Line n of the list holds the characters of row n of the sheet.
        string glyphs = EmbeddedAssets.Text("glyphs.txt").Replace("\n", "", StringComparison.Ordinal);
        _cellOf = new short[glyphs.Max() + 1];
        Array.Fill(_cellOf, (short)glyphs.IndexOf('□', StringComparison.Ordinal));
        for (int cell = 0; cell < glyphs.Length; cell++)
        {
            _cellOf[glyphs[cell]] = (short)cell;
        }
    }

    internal int CellWidth { get; }

    internal int CellHeight { get; }

    internal int Width { get; }

    internal int Height { get; }

    internal byte[] Coverage { get; }

    /// <summary>The cell of a character; that of □ for one that the sheet lacks.</summary>
    internal int CellOf(char character) => _cellOf[character < _cellOf.Length ? character : '□'];

    /// <summary>
    /// The sheet and its whole-number magnification for a picture of this size on a screen of this density: those whose height is nearest
    /// to what the picture would have on an ordinary screen, times the density.
    /// </summary>
    internal static (FontAtlas Font, int Scale) For(int width, int height, float contentScale)
    {
        double ordinaryWidth = width / contentScale;
        double ordinaryHeight = height / contentScale;
        FontAtlas ordinary = ordinaryWidth >= 1000 && ordinaryHeight >= 600 ? Large : Small;
        double wanted = ordinary.CellHeight * contentScale * Math.Max(1, Math.Floor(Math.Min(ordinaryWidth / 1280, ordinaryHeight / 720)));
        (FontAtlas small, int smallScale) = (Small, (int)Math.Max(1, Math.Round(wanted / Small.CellHeight)));
        (FontAtlas large, int largeScale) = (Large, (int)Math.Max(1, Math.Round(wanted / Large.CellHeight)));
        return Math.Abs((largeScale * large.CellHeight) - wanted) <= Math.Abs((smallScale * small.CellHeight) - wanted)
            ? (large, largeScale)
            : (small, smallScale);
    }
}
