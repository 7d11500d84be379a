namespace RealtimeFlow.Rendering;

/// <summary>The 256 colours of each <see cref="ColorMap"/>.</summary>
internal static class ColorTable
{
    internal const int Entries = 256;

    private static readonly byte[] Samples = EmbeddedAssets.Picture("colormaps.ppm").Samples;

    /// <summary>Red, green and blue of the map's entries, 3 · 256 bytes.</summary>
    internal static ReadOnlySpan<byte> Rgb(ColorMap map) => Enum.IsDefined(map)
        ? Samples.AsSpan((int)map * 3 * Entries, 3 * Entries)
        : throw new ArgumentOutOfRangeException(nameof(map), map, "There is no such colour map.");
}
