using RealtimeFlow.Amortized;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

public sealed class IdxTests
{
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 24).Select(i => (byte)(11 * i))];
    private static readonly byte[] Sound = IdxBytes.Images(4, 2, 3, Pixels);

    [Fact]
    public void Images_are_read_gzipped_or_not()
    {
        foreach (byte[] file in (byte[][])[Sound, IdxBytes.Gzip(Sound)])
        {
            (int[] sides, byte[] bytes) = IdxBytes.Read(file);
            Assert.Equal([4, 2, 3], sides);
            Assert.Equal(Pixels, bytes);
        }
    }

    [Fact]
    public void The_images_and_labels_that_the_tests_come_with_are_read()
    {
        foreach ((string name, int count, double mean) in ((string, int, double)[])[("train", 500, 0.2838), ("t10k", 100, 0.2928)])
        {
            ImageSet images = ImageReader.Read(Path.Combine(IdxBytes.Folder, $"{name}-images-idx3-ubyte.gz"));
            byte[] labels = IdxReader.ReadLabels(Path.Combine(IdxBytes.Folder, $"{name}-labels-idx1-ubyte.gz"), count);
            Assert.Equal((count, 28, 28, 784), (images.Count, images.Height, images.Width, images.Pixels));
            Assert.Equal(mean, images.Mean, 4);
            Assert.Equal(10, labels.Distinct().Count());
            Assert.All(labels, label => Assert.InRange(label, 0, 9));
        }
    }

    [Fact]
    public void A_file_cut_anywhere_or_longer_is_refused()
    {
        byte[] packed = IdxBytes.Gzip(Sound);
        for (int length = 0; length < Sound.Length; length++)
        {
            IdxBytes.AssertRefused(Sound[..length], 3);
        }

        for (int length = 0; length < packed.Length; length++)
        {
            IdxBytes.AssertRefused(packed[..length], 3);
        }

        IdxBytes.AssertRefused([.. Sound, 0], 3, "holds 25 bytes", "expected 24");
        IdxBytes.AssertRefused(IdxBytes.Gzip([.. Sound, 0]), 3, "holds 25 bytes", "expected 24");
    }

    [Theory]
    [InlineData(0x803u, 1, "begins with 0x00000803: expected 0x00000801", "labels")]
    [InlineData(0x801u, 3, "begins with 0x00000801: expected 0x00000803", "images")]
    [InlineData(0xD03u, 3, "begins with 0x00000D03")]
    [InlineData(0x3080000u, 3, "begins with 0x03080000")]
    public void Another_magic_number_is_refused_by_its_value(uint magic, int sides, params string[] words) =>
        IdxBytes.AssertRefused(IdxBytes.Join([magic, 4, 2, 3], Pixels), sides, words);

    [Theory]
    [InlineData(0u, 2u, 3u, "side 0 is 0: the set is empty")]
    [InlineData(4u, 0u, 3u, "side 1 is 0: the set is empty")]
    [InlineData(5u, 2u, 3u, "holds 24 bytes", "expected 30")]
    [InlineData(4u, 2u, 2u, "holds 24 bytes", "expected 16")]
    [InlineData(uint.MaxValue, 1u, 1u, "side 0 is 4294967295")]
    [InlineData(1u << 16, 1u << 16, 1u << 16, "side 1 is 65536: the array would hold more than")]
    [InlineData(1u << 30, 1u, 1u, "holds 24 bytes", "expected 1073741824")]
    public void Other_sizes_are_refused(uint count, uint height, uint width, params string[] words) =>
        IdxBytes.AssertRefused(IdxBytes.Images(count, height, width, Pixels), 3, words);

    [Fact]
    public void As_many_labels_as_images_are_expected()
    {
        string path = Path.Combine(IdxBytes.Folder, "t10k-labels-idx1-ubyte.gz");
        FileFormatException exception = Assert.Throws<FileFormatException>(() => IdxReader.ReadLabels(path, 500));
        Assert.Equal($"{path}: has 100 labels, but there are 500 images", exception.Message);
    }

    [Fact]
    public void A_gzip_stream_with_a_wrong_bit_is_refused_or_holds_the_same()
    {
        byte[] packed = IdxBytes.Gzip(Sound);
        int refused = 0;
        for (int bit = 0; bit < 8 * packed.Length; bit++)
        {
            byte[] spoilt = [.. packed];
            spoilt[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(Pixels, IdxBytes.Read(spoilt).Bytes);
            }
            catch (FileFormatException)
            {
                refused++;
            }
        }

        // All but some of the header's, which say when, where and how fast it was packed.
        Assert.InRange(refused, 8 * (packed.Length - 10), 8 * packed.Length);
    }

    [Fact]
    public void No_file_asks_for_more_memory_than_it_justifies()
    {
        byte[] bomb = IdxBytes.Gzip(IdxBytes.Images(1000, 28, 28, new byte[20_000_000]));
        byte[] liar = IdxBytes.Gzip(IdxBytes.Images(1u << 30, 1, 1, Pixels));
        byte[] hidden = [.. liar[..^4], .. BitConverter.GetBytes((1 << 30) + 16)], mistold = [.. bomb[..^4], .. BitConverter.GetBytes(784_016)];
        foreach ((byte[] file, string words, long most) in ((byte[], string, long)[])
            [
                (bomb, "holds 20000000 bytes behind its header of 16: expected 784000", 100_000),
                (liar, "holds 24 bytes behind its header of 16: expected 1073741824", 100_000),
                (hidden, "more than it can hold", 100_000),

                // The array that it announces, and what doubling left behind.
                (mistold, "goes on behind the 784000 bytes", 4 * 784_000),
            ])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            IdxBytes.AssertRefused(file, 3, words);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
        }
    }

    [Fact]
    public void Every_file_is_read_soundly_or_refused_in_a_line_with_bounded_time_and_memory() => FileFuzz.Run(
        new IdxFuzz(), leastAccepted: 0.1, leastRefused: 0.4, "begins with", "ends after", "is 0: the set is empty", "would hold more than", "behind its header", "is damaged", "can hold");

    private sealed class IdxFuzz : IFuzzedFormat
    {
        private static readonly string[] Words = ["\0\0\b\u0003", "\0\0\b\u0001", "\0\0\0\u0002", "\u001F"];

        public double Effort => 0.1;

        public byte[] Make(System.Random random, out bool sound)
        {
            byte[] file = Draw(random), other = Draw(random);
            int kind = random.Next(100);
            sound = kind < 20;
            return kind < 20 ? file
                : kind < 60 ? Packed(random, ByteMutator.Spoil(random, file, Words, other))
                : kind < 80 ? ByteMutator.Spoil(random, IdxBytes.Gzip(file), Words, IdxBytes.Gzip(other))
                : Packed(random, Resized(random, file));
        }

        public object Read(byte[] file) => IdxBytes.Read(file);

        public void CheckSound(object value, byte[] file)
        {
            (int[] sides, byte[] bytes) = ((int[], byte[]))value;
            Assert.Equal(sides[0] * sides[1] * sides[2], bytes.Length);
            byte[] again = IdxBytes.Images((uint)sides[0], (uint)sides[1], (uint)sides[2], bytes);
            Assert.Equal(bytes, IdxBytes.Read(again).Bytes);
            Assert.True(file is [0x1F, ..] || file.AsSpan().SequenceEqual(again));
        }

        private static byte[] Draw(System.Random random)
        {
            uint count = (uint)random.Next(1, 6), height = (uint)random.Next(1, 9), width = (uint)random.Next(1, 9);
            return Packed(random, IdxBytes.Images(count, height, width, ByteMutator.Noise(random, (int)(count * height * width))));
        }

        private static byte[] Packed(System.Random random, byte[] file) => random.Next(3) == 0 ? IdxBytes.Gzip(file) : file;

        private static byte[] Resized(System.Random random, byte[] file)
        {
            if (file.Length >= 16)
            {
                file[(4 * random.Next(4)) + random.Next(4)] = (byte)random.Next(256);
            }

            return file;
        }
    }
}
