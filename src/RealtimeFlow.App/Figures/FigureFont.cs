using ScottPlot;
using SkiaSharp;

namespace RealtimeFlow.App.Figures;

/// <summary>The one font of the figures, from the program itself: a bare machine has none, and a figure has the same letters everywhere.</summary>
internal sealed class FigureFont : IFontResolver
{
    /// <summary>Its name.</summary>
    public const string Name = "DejaVu Sans";

    private static readonly Lazy<SKTypeface> Typeface = new(Load);

    /// <summary>Makes it the font of every figure.</summary>
    public static void Use()
    {
        if (!Fonts.FontResolvers.Exists(resolver => resolver is FigureFont))
        {
            Fonts.FontResolvers.Insert(0, new FigureFont());
            Fonts.Default = Name;
        }
    }

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => Typeface.Value;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => Typeface.Value;

    private static SKTypeface Load()
    {
        using Stream file = typeof(FigureFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        return SKTypeface.FromStream(file);
    }
}
