namespace RealtimeFlow.Rendering;

/// <summary>
/// All that one frame shows. It borrows the caller's memory for the length of one call of
/// <see cref="IFrameRenderer.Arrange"/> or <see cref="IFrameRenderer.Render(in FrameInfo)"/>.
/// </summary>
public readonly ref struct FrameInfo
{
    /// <summary>The most panels a frame can show.</summary>
    public const int MaxPanels = 72;

    /// <summary>Makes a frame.</summary>
    public FrameInfo()
    {
    }

    /// <summary>The pictures, in reading order; 1 to <see cref="MaxPanels"/>. Room is shared by the aspect of the first one's view.</summary>
    public required ReadOnlySpan<Panel> Panels { get; init; }

    /// <summary>How many panels, the last ones, stand small in a strip beneath the others; fewer than there are.</summary>
    public int Strip { get; init; }

    /// <summary>How many of the others stand in a row; 0 for as many as make them largest.</summary>
    public int Columns { get; init; }

    /// <summary>The density that maps to full brightness, one for all panels so that they can be compared; finite and above 0.</summary>
    public required float Exposure { get; init; }

    /// <summary>The difference of densities, of either sign, that maps to full brightness; finite and above 0, or null for <see cref="Exposure"/>.</summary>
    public float? DifferenceExposure { get; init; }

    /// <summary>How brightness grows with density.</summary>
    public DensityScale Scale { get; init; }

    /// <summary>The colour map from brightness to colour; differences have colours of their own.</summary>
    public ColorMap ColorMap { get; init; }

    /// <summary>
    /// The readout: lines that end in '\n'. Cells of a line that are separated by '\t' are aligned in columns over all lines
    /// and are, in turn, a dim label and a bright value; a line without tabs is bright. Pairs that do not fit in the width go
    /// below. A character without a glyph shows as □.
    /// </summary>
    public ReadOnlySpan<char> Hud { get; init; }

    /// <summary>One dim line at the bottom, for the keys; empty for none.</summary>
    public ReadOnlySpan<char> Footer { get; init; }

    /// <summary>Pixels to keep free at the right, for the caller's drawing: <see cref="FrameLayout.Side"/>. At most half the width is.</summary>
    public int SideWidth { get; init; }

    /// <summary>Pixels to keep free beneath the panels and the readout: <see cref="FrameLayout.Bottom"/>. At most half the height is.</summary>
    public int BottomHeight { get; init; }

    /// <summary>How much larger than on an ordinary screen text and lines are to be, as the system says of dense screens; 1 to 8.</summary>
    public float ContentScale { get; init; } = 1;

    /// <summary>What is drawn over all else; null for nothing.</summary>
    public Drawing? Drawing { get; init; }

    /// <summary>What differences are relative to.</summary>
    internal float ExposureOf(PanelKind kind) => kind == PanelKind.Difference ? DifferenceExposure ?? Exposure : Exposure;

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
                throw new ArgumentException("A panel of the frame was never set: make it with Panel.OfCounts, OfLogDensity, OfDifference or OfImage.");
            }

            if (!(panel.Unit > 0 && float.IsFinite(panel.Unit)))
            {
                throw new ArgumentException($"The unit of '{panel.Title}' is a density, finite and above 0, not {panel.Unit}.");
            }
        }

        if (Strip < 0 || Strip >= Panels.Length)
        {
            throw new ArgumentException($"A strip holds 0 to {Panels.Length - 1} of {Panels.Length} panels, not {Strip}.");
        }

        if (Columns < 0)
        {
            throw new ArgumentException($"A row has 0 panels or more, not {Columns}.");
        }

        if (SideWidth < 0 || BottomHeight < 0)
        {
            throw new ArgumentException($"The room to keep free is 0 pixels or more, not {Math.Min(SideWidth, BottomHeight)}.");
        }

        // A comparison with NaN is false.
        if (!(ContentScale is >= 1 and <= 8))
        {
            throw new ArgumentException($"The content scale is from 1 to 8, not {ContentScale}.");
        }

        RequireExposure(Exposure);
        RequireExposure(ExposureOf(PanelKind.Difference));
    }

    private static void RequireExposure(float exposure)
    {
        if (!(exposure > 0 && float.IsFinite(exposure)))
        {
            throw new ArgumentException($"The exposure is a density, finite and above 0, not {exposure}.");
        }
    }
}
