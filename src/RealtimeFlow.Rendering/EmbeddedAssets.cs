using System.Reflection;
using System.Text;

namespace RealtimeFlow.Rendering;

/// <summary>The files embedded in this assembly: shaders, the glyph sheets, the colour maps (see Assets/README.md).</summary>
internal static class EmbeddedAssets
{
    internal static byte[] Bytes(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is not embedded in this assembly.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    internal static string Text(string name) => Encoding.UTF8.GetString(Bytes(name));

    /// <summary>Reads a binary Netpbm picture (P5: one byte a pixel, P6: three).</summary>
    internal static (int Width, int Height, byte[] Samples) Picture(string name)
    {
        byte[] bytes = Bytes(name);
        int channels = bytes.AsSpan().StartsWith("P5"u8) ? 1 : 3;
        int at = 2;
        int width = NextNumber(bytes, ref at);
        int height = NextNumber(bytes, ref at);
        int maximum = NextNumber(bytes, ref at);

        // A single white space stands between the header and the samples.
        byte[] samples = bytes[(at + 1)..];
        return maximum == 255 && samples.Length == width * height * channels
            ? (width, height, samples)
            : throw new InvalidDataException($"{name} is not a Netpbm picture of 8 bits a sample.");
    }

    private static int NextNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (char.IsWhiteSpace((char)bytes[at]))
        {
            at++;
        }

        int number = 0;
        for (; char.IsAsciiDigit((char)bytes[at]); at++)
        {
            number = (number * 10) + bytes[at] - '0';
        }

        return number;
    }
}
