namespace RealtimeFlow.Rendering;

/// <summary>
/// The brightness of a density r relative to the exposure: with x = offset + contrast · r, kept within [low, high], it is
/// ln(x / low) / ln(high / low). Both scales are of this form, and the sign of a difference apart, so are differences.
/// </summary>
internal readonly record struct ToneCurve(float Offset, float Contrast, float Low, float High)
{
    /// <summary>How far below the exposure the logarithmic scale reaches.</summary>
    internal const double Nats = 12;

    private static readonly ToneCurve Linear = new(1, 20, 1, 21), Logarithmic = new(0, 1, (float)Math.Exp(-Nats), 1);

    /// <summary>Brightness is ln x · <see cref="Slope"/> + <see cref="Start"/>.</summary>
    internal float Slope => (float)(1 / Math.Log((double)High / Low));

    internal float Start => (float)(-Math.Log(Low) / Math.Log((double)High / Low));

    internal static ToneCurve Of(DensityScale scale) => scale == DensityScale.Logarithmic ? Logarithmic : Linear;

    /// <summary>Differences of either sign fade to nothing, which a logarithm does not.</summary>
    internal static ToneCurve Of(PanelKind kind, DensityScale scale) => kind == PanelKind.Difference ? Linear : Of(scale);

    internal double Brightness(double relative) => Math.Log(Math.Clamp(Offset + (Contrast * relative), Low, High) / Low) / Math.Log((double)High / Low);

    /// <summary>The inverse.</summary>
    internal double Relative(double brightness) => ((Low * Math.Pow((double)High / Low, brightness)) - Offset) / Contrast;
}
