using System.Text;

namespace RealtimeFlow.Tests.Files;

/// <summary>Spoils bytes in the ways in which files get spoilt, by accident or by intent.</summary>
internal static class ByteMutator
{
    private static readonly string[] Numbers =
    [
        "0", "1", "2", "3", "4", "8", "-1", "-0", "00", "01", "+1", "1.0", "0.5", "1e9", "1e-9", "1e400", "-1e400", "2147483647", "2147483648", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775808", "99999999999999999999999999", "NaN", "inf",
        "-Infinity", "0x10", "1_000", "٣",
    ];

    private static readonly string[] Marks =
    [
        "{", "}", "[", "]", "(", ")", "\"", "'", ",", ",,", ":", ".", "\n", "\r\n", "\r", "\0", "\t", " ", "/*x*/", "//", "#", "\\", "\\ud800", "\\u0000", "\\u0061", "\\n", "\u2028",
        "\u202e", "é", "€", "😀", "\ufeff", "null", "true", "True", "False", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"b\":[{\"c\":",
    ];

    private static readonly byte[][] Words =
    [
        [0xff], [0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82],
        .. Numbers.Concat(Marks).Select(Encoding.UTF8.GetBytes),
        .. new[] { 0, 1, -1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, -0f, 1e30f, -1e30f }.Select(BitConverter.GetBytes),
        .. new[] { double.NaN, double.PositiveInfinity, 1e300, -1e300, double.Epsilon, 3.5e38, 1e-300 }.Select(BitConverter.GetBytes),
        .. new[] { 0, 1, -1, long.MaxValue, long.MinValue, int.MaxValue, 1L << 32, 100_000_001, 99_999_999 }.Select(BitConverter.GetBytes),
    ];

    /// <summary>One to six changes.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="bytes">What to spoil.</param>
    /// <param name="words">Words of the format, to be put in anywhere.</param>
    /// <param name="other">Another file, to be joined with this.</param>
    public static byte[] Spoil(System.Random random, byte[] bytes, IReadOnlyList<string> words, byte[] other)
    {
        List<byte> result = [.. bytes];
        for (int changes = 1 + random.Next(random.Next(1, 7)); changes > 0; changes--)
        {
            Change(random, result, words, other);
        }

        return [.. result];
    }

    /// <summary>Changes one bit, or two.</summary>
    public static byte[] Flip(System.Random random, byte[] bytes)
    {
        for (int flips = bytes.Length == 0 ? 0 : random.Next(1, 3); flips > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    /// <summary>Puts one of many odd numbers in the place of one that is written out.</summary>
    public static void ReplaceNumber(System.Random random, List<byte> bytes)
    {
        int at = bytes.FindIndex(random.Next(bytes.Count + 1), b => b is >= (byte)'0' and <= (byte)'9');
        if (at >= 0)
        {
            int end = bytes.FindIndex(at, b => b is < (byte)'0' or > (byte)'9');
            bytes.RemoveRange(at, (end < 0 ? bytes.Count : end) - at);
            bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pick(random, Numbers)));
        }
    }

    public static T Pick<T>(System.Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static byte[] Noise(System.Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static void Change(System.Random random, List<byte> bytes, IReadOnlyList<string> words, byte[] other)
    {
        // Half of the changes fall into the first bytes, where magic, version and lengths are.
        int at = random.Next((random.Next(2) == 0 ? Math.Min(bytes.Count, 24) : bytes.Count) + 1);
        int length = Math.Min(random.Next(1, random.Next(2, 40)), bytes.Count - at);
        switch (random.Next(13))
        {
            case 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.InsertRange(at, Noise(random, length));
                break;
            case 3:
                bytes.InsertRange(at, Pick(random, Words));
                break;
            case 4:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pick(random, words)));
                break;
            case 5:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, Pick(random, Words));
                break;
            case 6:
                // The rest of the other file takes the place of the rest of this.
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(random.Next(other.Length + 1)));
                break;
            case 7:
                Repeat(bytes, at, length, random.Next(1, 8));
                break;
            case 8:
                // Few, so that most inputs stay short.
                Repeat(bytes, at, length, random.Next(400) == 0 ? 1_000_000 / (length + 1) : 20);
                break;
            case 9:
            case 10:
                ReplaceNumber(random, bytes);
                break;
            default:
                if (at < bytes.Count)
                {
                    bytes[at] = random.Next(2) == 0 ? (byte)(bytes[at] ^ (1 << random.Next(8))) : (byte)random.Next(256);
                }

                break;
        }
    }

    private static void Repeat(List<byte> bytes, int at, int length, int times)
    {
        byte[] piece = [.. bytes.GetRange(at, length)];
        byte[] pieces = new byte[length * times];
        for (int i = 0; i < times; i++)
        {
            piece.CopyTo(pieces, i * length);
        }

        bytes.InsertRange(at, pieces);
    }
}
