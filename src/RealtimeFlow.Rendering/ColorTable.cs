namespace RealtimeFlow.Rendering;

/// <summary>The 256 colours of each <see cref="ColorMap"/>, and those of differences.</summary>
internal static class ColorTable
{
    internal const int Entries = 256;

    private const int RowOfDifferences = 5;

    private static readonly byte[] Samples = EmbeddedAssets.Picture("colormaps.ppm").Samples;

    /// <summary>Red, green and blue of the map's entries, 3 · 256 bytes.</summary>
    internal static ReadOnlySpan<byte> Rgb(ColorMap map) => Enum.IsDefined(map)
        ? Row((int)map)
        : throw new ArgumentOutOfRangeException(nameof(map), map, "There is no such colour map.");

    /// <summary>Blue for the least difference, nearly black for 0, orange for the largest.</summary>
    internal static ReadOnlySpan<byte> Differences => Row(RowOfDifferences);

    private static ReadOnlySpan<byte> Row(int row) => Samples.AsSpan(row * 3 * Entries, 3 * Entries);
}
