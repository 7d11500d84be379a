namespace RealtimeFlow.Rendering;

/// <summary>
/// Brightness of a density r, relative to the exposure: ln(1 + k r) / ln(1 + k), at most 1. Near zero it is linear, with
/// k / ln(1 + k) ≈ 6.6 times the contrast of a linear map; at k = 20 a tenth of the exposure has 36 % of the brightness.
/// </summary>
internal static class ToneCurve
{
    internal const float Contrast = 20;

    internal static readonly float Normalizer = (float)(1 / Math.Log(1 + (double)Contrast));
}
