using System.Runtime.InteropServices;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

/// <summary>Array files in memory: written, read to their end, refused.</summary>
internal static class PointFiles
{
    public static byte[] Resource(string name)
    {
        using Stream stream = typeof(PointFiles).Assembly.GetManifestResourceStream(name)!;
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Reads a whole file, so many rows at once.</summary>
    public static (float[] Rows, int Dimension, long? Count) Read(byte[] bytes, string name, int rowsAtOnce = 100)
    {
        using PointReader reader = PointReader.Open(new MemoryStream(bytes), name);
        List<float> rows = [];
        float[] buffer = new float[rowsAtOnce * reader.Dimension];
        for (int count; (count = reader.Read(buffer)) > 0;)
        {
            rows.AddRange(buffer.AsSpan(0, count * reader.Dimension));
        }

        Assert.Equal(0, reader.Read(buffer));
        return ([.. rows], reader.Dimension, reader.Count);
    }

    public static byte[] Write(string name, int? columns, float[] rows, int rowsAtOnce = 100)
    {
        using MemoryStream stream = new();
        PointWriter writer = PointWriter.Create(stream, name, columns);
        foreach (float[] piece in rows.Chunk(rowsAtOnce * (columns ?? 1)))
        {
            writer.Write(piece);
        }

        writer.Complete();
        Assert.Equal(rows.Length / (columns ?? 1), writer.Count);
        return stream.ToArray();
    }

    /// <summary>Refused in one line that begins with the name, at the latest where the last row is read.</summary>
    public static void AssertRefused(byte[] bytes, string name, params string[] words)
    {
        FileFormatException exception = Assert.Throws<FileFormatException>(() => Read(bytes, name));
        Assert.StartsWith($"{name}: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(exception.Message, c => char.IsControl(c) || c is '\u2028' or '\u2029');
        Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
    }

    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Assert.Equal(MemoryMarshal.Cast<float, uint>(expected).ToArray(), MemoryMarshal.Cast<float, uint>(actual).ToArray());
}
