using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

/// <summary>The fuzzing itself finds what it is to find.</summary>
public sealed class FileFuzzTests
{
    public enum Defect
    {
        Crash,
        Greed,
        Hang,
        SeveralLines,
        LongLine,
        Unsound,
        RefusesAll,
        AcceptsAll,
    }

    [Theory]
    [InlineData(Defect.Crash, "made the reader throw System.IndexOutOfRangeException")]
    [InlineData(Defect.Greed, "of 3 bytes made the reader allocate")]
    [InlineData(Defect.Hang, "is being read since")]
    [InlineData(Defect.SeveralLines, "not one line")]
    [InlineData(Defect.LongLine, "not one line of less than 500 characters")]
    [InlineData(Defect.Unsound, "is not sound")]
    [InlineData(Defect.RefusesAll, "is sound, but was refused")]
    [InlineData(Defect.AcceptsAll, "only 0 refused")]
    public void A_defect_of_a_reader_is_found(Defect defect, string words) =>
        Assert.Contains(
            words,
            Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => FileFuzz.Run(new Defective(defect), 0.1, 0.1)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_fault_that_no_input_brings_about_is_missed() =>
        Assert.Contains(
            "never said",
            Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => FileFuzz.Run(new Defective(null), 0.1, 0.1, "one line", "never said")).Message,
            StringComparison.Ordinal);

    private sealed class Defective(Defect? defect) : IFuzzedFormat
    {
        public byte[] Make(System.Random random, out bool sound)
        {
            byte first = (byte)random.Next(2);
            sound = defect == Defect.RefusesAll;
            return [first, 0, 0];
        }

        public object Read(byte[] file)
        {
            switch (defect)
            {
                case Defect.Crash:
                    return file[3];
                case Defect.Greed:
                    return new byte[(1 << 20) + 4];
                case Defect.Hang:
                    Thread.Sleep(Timeout.Infinite);
                    break;
                case Defect.SeveralLines:
                    throw new FileFormatException("two\nlines");
                case Defect.LongLine:
                    throw new FileFormatException(new string('x', 500));
                case Defect.RefusesAll:
                    throw new FileFormatException("one line");
                case Defect.AcceptsAll or Defect.Unsound:
                    return file;
            }

            return file[0] == 0 ? file : throw new FileFormatException("one line");
        }

        public void CheckSound(object value, byte[] file) => Assert.NotEqual(Defect.Unsound, defect);
    }
}
