namespace RealtimeFlow.Rendering;

/// <summary>
/// All that one frame shows. It borrows the caller's memory for the length of one call of
/// <see cref="IFrameRenderer.Render(in FrameInfo)"/>.
/// </summary>
public readonly ref struct FrameInfo
{
    /// <summary>The most panels a frame can show.</summary>
    public const int MaxPanels = 8;

    /// <summary>The pictures, in reading order; 1 to <see cref="MaxPanels"/>. Room is shared by the aspect of the first one's view.</summary>
    public required ReadOnlySpan<Panel> Panels { get; init; }

    /// <summary>
    /// The density that maps to full brightness, one for all panels so that they can be compared; finite and above 0.
    /// A density d has the brightness ln(1 + 20 d/exposure) / ln 21.
    /// </summary>
    public required float Exposure { get; init; }

    /// <summary>The colour map from brightness to colour.</summary>
    public ColorMap ColorMap { get; init; }

    /// <summary>
    /// The readout: lines that end in '\n'. Cells of a line that are separated by '\t' are aligned in columns over all lines
    /// and are, in turn, a dim label and a bright value; a line without tabs is bright. Pairs that do not fit in the width go
    /// below. A character without a glyph shows as □.
    /// </summary>
    public ReadOnlySpan<char> Hud { get; init; }

    /// <summary>One dim line at the bottom, for the keys; empty for none.</summary>
    public ReadOnlySpan<char> Footer { get; init; }

    internal void Validate()
    {
        if (Panels.Length is 0 or > MaxPanels)
        {
            throw new ArgumentException($"A frame has 1 to {MaxPanels} panels, not {Panels.Length}.");
        }

        foreach (ref readonly Panel panel in Panels)
        {
            if (panel.Title is null)
            {
                throw new ArgumentException("A panel of the frame was never set: make it with Panel.OfCounts or Panel.OfLogDensity.");
            }
        }

        if (!(Exposure > 0 && float.IsFinite(Exposure)))
        {
            throw new ArgumentException($"The exposure is a density, finite and above 0, not {Exposure}.");
        }
    }
}
