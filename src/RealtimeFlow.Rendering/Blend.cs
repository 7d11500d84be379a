using System.Runtime.Intrinsics;

namespace RealtimeFlow.Rendering;

/// <summary>Mixes colours in whole levels, all channels of one at a time: red and blue in one word, green and opacity in another.</summary>
internal static class Blend
{
    private const uint Even = 0x00FF00FF;

    /// <summary>(under · (255 − opacity) + over · opacity) / 255 to the nearest level; opaque, as all of a picture is.</summary>
    internal static uint Over(uint under, uint over, uint opacity)
    {
        uint redBlue = ((under & Even) * (255 - opacity)) + ((over & Even) * opacity);
        uint green = ((under >> 8 & 0xFF) * (255 - opacity)) + ((over >> 8 & 0xFF) * opacity);
        return 0xFF000000 | (Divide(green) << 8) | Divide(redBlue);
    }

    /// <summary>The same of eight opaque pixels at once, each with an opacity of its own.</summary>
    internal static Vector256<uint> Over(Vector256<uint> under, uint over, Vector256<uint> opacity)
    {
        Vector256<uint> even = Vector256.Create(Even);
        over |= 0xFF000000;
        Vector256<ushort> part = (opacity | (opacity << 16)).AsUInt16();
        Vector256<ushort> rest = Vector256.Create((ushort)255) - part;
        Vector256<ushort> redBlue = Divide(((under & even).AsUInt16() * rest) + (Vector256.Create(over & Even).AsUInt16() * part));
        Vector256<ushort> green = Divide((((under >> 8) & even).AsUInt16() * rest) + (Vector256.Create(over >> 8 & Even).AsUInt16() * part));
        return redBlue.AsUInt32() | (green.AsUInt32() << 8);
    }

    /// <summary>The colour that is <paramref name="part"/> of 256 parts of the way from one to another.</summary>
    internal static uint Between(uint from, uint to, uint part)
    {
        uint redBlue = ((((from & Even) * (256 - part)) + ((to & Even) * part) + 0x00800080) >> 8) & Even;
        uint green = (((from >> 8 & 0xFF) * (256 - part)) + ((to >> 8 & 0xFF) * part) + 0x80) & 0xFF00;
        return 0xFF000000 | green | redBlue;
    }

    /// <summary>Each half over 255, to the nearest: exact up to 255².</summary>
    private static uint Divide(uint halves)
    {
        halves += 0x00800080;
        return ((halves + ((halves >> 8) & Even)) >> 8) & Even;
    }

    private static Vector256<ushort> Divide(Vector256<ushort> halves)
    {
        halves += Vector256.Create((ushort)128);
        return (halves + (halves >> 8)) >> 8;
    }
}
