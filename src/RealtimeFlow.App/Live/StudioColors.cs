using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live;

/// <summary>The colours of what the studio draws around and over the pictures, beside <see cref="Palette"/>.</summary>
internal static class StudioColors
{
    /// <summary>What a hand holds, or the keys go to.</summary>
    public const uint Accent = 0xFFFFB866;

    /// <summary>A panel of controls, help or curves.</summary>
    public const uint Sheet = 0xF0211913;

    /// <summary>A button.</summary>
    public const uint Face = 0xFF332820;

    /// <summary>A button under the pointer.</summary>
    public const uint Hot = 0xFF42352B;

    /// <summary>A button whose switch is on.</summary>
    public const uint Pressed = 0xFF7A5230;

    /// <summary>The way of a slider.</summary>
    public const uint Track = 0xFF3A2F27;

    /// <summary>The part of it that is behind the knob.</summary>
    public const uint Filled = 0xFF96785A;

    /// <summary>What can be dragged in a picture.</summary>
    public const uint Handle = 0xFFFFFFFF;

    /// <summary>Beneath lines over a picture, so that they are seen on bright and on dark.</summary>
    public const uint Shade = 0xA0000000;

    /// <summary>The deformed grid.</summary>
    public const uint Grid = 0x90FFFFFF;

    /// <summary>The hyperplanes of planar layers.</summary>
    public const uint Planar = 0xB0F0D060;

    /// <summary>The centres and radii of radial layers.</summary>
    public const uint Radial = 0xB070C8FF;

    /// <summary>The ways of particles, from the base to where they arrive, but for their opacity.</summary>
    public const uint Way = 0xFFFFFFFF;

    /// <summary>A curve.</summary>
    public const uint Curve = 0xFFFFC890;

    /// <summary>Another curve that it is compared with.</summary>
    public const uint CurveBeneath = 0xFF9070E0;

    /// <summary>Something that went wrong.</summary>
    public const uint Warning = 0xFF60A0FF;
}
