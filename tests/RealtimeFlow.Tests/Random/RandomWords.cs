using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Random;

/// <summary>The raw words of a stream on standard output, without end: food for batteries of statistical tests.</summary>
internal static class RandomWords
{
    /// <summary>The first argument of the test executable that asks for words; seed and stream follow.</summary>
    public const string Verb = "words";

    private const int Words = 1 << 16;
    private const nint StandardOutput = 1;

    /// <summary>Writes words, each in the order of bytes of the machine, until the reader has gone.</summary>
    public static int Print(string seed, string stream)
    {
        RandomStream words = new(ulong.Parse(seed, CultureInfo.InvariantCulture), ulong.Parse(stream, CultureInfo.InvariantCulture));
        var buffer = new uint[Words];

        // The console's own stream takes what nobody reads, for ever; a file says that its reader has gone.
        using SafeFileHandle handle = new(StandardOutput, ownsHandle: false);
        using FileStream output = new(handle, FileAccess.Write, bufferSize: 0);
        for (ulong first = 0; ; first += Words)
        {
            words.FillBits(first, buffer);
            try
            {
                output.Write(MemoryMarshal.AsBytes<uint>(buffer));
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }
}
