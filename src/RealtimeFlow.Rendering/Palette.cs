namespace RealtimeFlow.Rendering;

/// <summary>The colours around the panels, as RGBA bytes in memory order (red is the lowest byte).</summary>
internal static class Palette
{
    internal const uint Background = 0xFF17110D;
    internal const uint Frame = 0xFF4A3E35;
    internal const uint Title = 0xFFE6DCD0;
    internal const uint Label = 0xFF9A8D80;
    internal const uint Value = 0xFFF6F0EA;
    internal const uint Footer = 0xFF82766A;

    /// <summary>A density that is not a number: no colour map holds it.</summary>
    internal const uint NotANumber = 0xFFFF00FF;

    /// <summary>Channel 0 (red) to 2 (blue), 0 to 255.</summary>
    internal static int Level(uint color, int channel) => (int)((color >> (8 * channel)) & 0xFF);

    /// <summary>Channel 0 (red) to 2 (blue) as a fraction.</summary>
    internal static float Channel(uint color, int channel) => Level(color, channel) / 255f;
}
