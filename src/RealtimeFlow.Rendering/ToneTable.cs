namespace RealtimeFlow.Rendering;

/// <summary>
/// The colours of a kind of panel by the bits of what the tone curve takes the logarithm of: these grow with the number, and are in themselves
/// a logarithm, though one in straight pieces. So a pixel needs no logarithm. Steps are 2⁻⁹ of an octave or less: a sixth of a step of the colour map.
/// </summary>
internal sealed class ToneTable
{
    /// <summary>Bits that are rounded away.</summary>
    internal const int Shift = 14;

    private uint[] _colors = [];
    private (ColorMap Map, ToneCurve Curve, bool IsSigned)? _of;

    /// <summary>Colours from the least to the largest difference, or from density 0 to the exposure; the last one is for what is not a number.</summary>
    internal ReadOnlySpan<uint> Colors => _colors;

    /// <summary>The index of 0.</summary>
    internal int Middle { get; private set; }

    internal void Fill(ColorMap map, ToneCurve curve, bool isSigned)
    {
        if (_of == (map, curve, isSigned))
        {
            return;
        }

        int least = BitConverter.SingleToInt32Bits(curve.Low);
        int steps = (BitConverter.SingleToInt32Bits(curve.High) - least + (1 << (Shift - 1))) >> Shift;
        Middle = isSigned ? steps : 0;
        if (_colors.Length != Middle + steps + 2)
        {
            _colors = new uint[Middle + steps + 2];
        }

        ReadOnlySpan<byte> rgb = isSigned ? ColorTable.Differences : ColorTable.Rgb(map);
        for (int step = 0; step <= steps; step++)
        {
            float x = Math.Min(BitConverter.Int32BitsToSingle(least + (step << Shift)), curve.High);
            double brightness = Math.Log((double)x / curve.Low) / Math.Log((double)curve.High / curve.Low);
            double last = ColorTable.Entries - 1;
            _colors[Middle + step] = Color(rgb, isSigned ? last * (1 + brightness) / 2 : last * brightness);
            _colors[Middle - (isSigned ? step : -step)] = Color(rgb, isSigned ? last * (1 - brightness) / 2 : last * brightness);
        }

        _colors[^1] = Palette.NotANumber;
        _of = (map, curve, isSigned);
    }

    private static uint Color(ReadOnlySpan<byte> rgb, double entry)
    {
        int low = Math.Min((int)entry, ColorTable.Entries - 2);
        uint color = 0xFF000000;
        for (int channel = 0; channel < 3; channel++)
        {
            double value = double.Lerp(rgb[(3 * low) + channel], rgb[(3 * low) + 3 + channel], entry - low);
            color |= (uint)(value + 0.5) << (8 * channel);
        }

        return color;
    }
}
