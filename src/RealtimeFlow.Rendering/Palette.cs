namespace RealtimeFlow.Rendering;

/// <summary>The colours around the panels, and how colours are written: RGBA, 8 bits each, red in the lowest byte.</summary>
public static class Palette
{
    /// <summary>Behind all else.</summary>
    public const uint Background = 0xFF17110D;

    /// <summary>The line around a panel.</summary>
    public const uint Frame = 0xFF4A3E35;

    /// <summary>A panel's title.</summary>
    public const uint Title = 0xFFE6DCD0;

    /// <summary>What names a value.</summary>
    public const uint Label = 0xFF9A8D80;

    /// <summary>A value.</summary>
    public const uint Value = 0xFFF6F0EA;

    /// <summary>Side remarks.</summary>
    public const uint Footer = 0xFF82766A;

    /// <summary>A density that is not a number: no colour map holds it.</summary>
    internal const uint NotANumber = 0xFFFF00FF;

    /// <summary>The colour of three levels.</summary>
    /// <param name="red">0 to 255.</param>
    /// <param name="green">0 to 255.</param>
    /// <param name="blue">0 to 255.</param>
    /// <param name="opacity">0, not seen at all, to 255.</param>
    public static uint Rgba(byte red, byte green, byte blue, byte opacity = 255) => red | ((uint)green << 8) | ((uint)blue << 16) | ((uint)opacity << 24);

    /// <summary>A colour with another opacity.</summary>
    /// <param name="color">The colour.</param>
    /// <param name="opacity">0, not seen at all, to 255.</param>
    public static uint WithOpacity(uint color, byte opacity) => (color & 0xFFFFFF) | ((uint)opacity << 24);

    /// <summary>Channel 0 (red) to 2 (blue), 0 to 255.</summary>
    internal static int Level(uint color, int channel) => (int)((color >> (8 * channel)) & 0xFF);

    /// <summary>Channel 0 (red) to 2 (blue) as a fraction.</summary>
    internal static float Channel(uint color, int channel) => Level(color, channel) / 255f;
}
