using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Tests.Files;

public sealed class ImageCheckpointTests : IDisposable
{
    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Every_option_comes_back_as_it_was()
    {
        AmortizedOptions defaults = new();
        Assert.All(
            typeof(AmortizedOptions).GetProperties(), property => Assert.NotEqual(property.GetValue(defaults), property.GetValue(SmallImageModels.Unusual)));
        foreach (AmortizedOptions options in (AmortizedOptions[])[defaults, SmallImageModels.Unusual])
        {
            Assert.Equal(options, ThroughFile(SmallImageModels.Run(SmallImageModels.Shapes[0], options, 0, _workers)).Run.Options);
        }
    }

    [Fact]
    public void What_was_saved_comes_back()
    {
        foreach (LatentGaussianModel shape in SmallImageModels.Shapes)
        {
            AmortizedTrainer trainer = SmallImageModels.Run(shape, SmallImageModels.Unusual, 3, _workers);
            ImageCheckpoint read = ThroughFile(trainer);
            AmortizedCheckpoint saved = trainer.Save();
            Assert.Equal((saved.State, SmallImageModels.Kind, "a \"note\"\né 😀 \u2028"), (read.Run.State, read.Images, read.Note));
            Assert.Equal(saved.Parameters.ToArray(), read.Run.Parameters.ToArray());
            Assert.Equal(saved.First.ToArray(), read.Run.First.ToArray());
            Assert.Equal(saved.Second.ToArray(), read.Run.Second.ToArray());
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_run_goes_on_bit_for_bit_wherever_it_is_split(OptimizerKind optimizer)
    {
        const int Steps = 12;
        AmortizedOptions options = SmallImageModels.Unusual with { Optimizer = optimizer, LearningRate = 0.001 };
        foreach (LatentGaussianModel shape in SmallImageModels.Shapes)
        {
            AmortizedTrainer whole = SmallImageModels.Run(shape, options, Steps, _workers);
            for (int split = 0; split <= Steps; split++)
            {
                AmortizedTrainer resumed = new(ThroughFile(SmallImageModels.Run(shape, options, split, _workers)).Run, SmallImageModels.Images(shape), _workers);
                while (resumed.Steps < Steps)
                {
                    resumed.Step();
                }

                Assert.Equal(Bytes(whole), Bytes(resumed));
            }
        }
    }

    [Theory]
    [InlineData("\\\"steps\\\":3", "\\\"steps\\\":-3", "state has numbers that no trainer counts")]
    [InlineData("\\\"steps\\\":3", "\\\"steps\\\":9223372036854775807", "state has numbers that no trainer counts")]
    [InlineData("\\\"skipped_steps\\\":0", "\\\"skipped_steps\\\":4", "state has numbers that no trainer counts")]
    [InlineData("\\\"minibatch_size\\\":5", "\\\"minibatch_size\\\":0", "options: A minibatch has between 1 and 65536 images.")]
    [InlineData("\\\"optimizer\\\":\\\"RmsProp\\\"", "\\\"optimizer\\\":\\\"Newton\\\"", "options is")]
    [InlineData("\"note\"", "\"notes\"", "has no 'note'")]
    [InlineData("realtimeflow-vae-checkpoint", "realtimeflow-vae", "format is 'realtimeflow-vae': expected realtimeflow-vae-checkpoint")]
    [InlineData("optimizer.second", "optimizer.third", "optimizer.third: is no tensor of such a model")]
    public void A_header_that_says_something_else_is_refused_with_the_reason(string text, string other, string words)
    {
        byte[] file = Bytes(SmallImageModels.Run(SmallImageModels.Shapes[0], SmallImageModels.Unusual, 3, _workers));
        FileFormatException exception = Assert.Throws<FileFormatException>(() => ImageCheckpointFile.Read(new MemoryStream(ImageModelFileTests.Edited(file, text, other))));
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void A_mean_of_squares_below_0_is_refused()
    {
        byte[] file = Bytes(SmallImageModels.Run(SmallImageModels.Shapes[0], SmallImageModels.Unusual, 3, _workers));
        BitConverter.GetBytes(-1f).CopyTo(file, file.Length - 4);
        FileFormatException exception = Assert.Throws<FileFormatException>(() => ImageCheckpointFile.Read(new MemoryStream(file)));
        Assert.EndsWith("is -1: expected none below 0", exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("optimizer.second: number ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_is_read_soundly_or_refused_in_a_line_with_bounded_time_and_memory()
    {
        // Of one thread, since files are read on several.
        using WorkerPool workers = new(1);
        FileFuzz.Run(
            new ImageCheckpointFuzz(workers), leastAccepted: 0.1, leastRefused: 0.4, "truncated", "is missing", "is no tensor", "has shape", "options is", "options: ", "state is", "state has numbers", "is not finite", "none below 0");
    }

    private static byte[] Bytes(AmortizedTrainer trainer) =>
        Bytes(new ImageCheckpoint(trainer.Save(), SmallImageModels.Kind, "a \"note\"\né 😀 \u2028"));

    private static byte[] Bytes(ImageCheckpoint checkpoint)
    {
        using MemoryStream stream = new();
        ImageCheckpointFile.Write(stream, checkpoint);
        return stream.ToArray();
    }

    private static ImageCheckpoint ThroughFile(AmortizedTrainer trainer) => ImageCheckpointFile.Read(new MemoryStream(Bytes(trainer)));

    private sealed class ImageCheckpointFuzz(WorkerPool workers) : IFuzzedFormat
    {
        private static readonly string[] Words =
            ["__metadata__", "realtimeflow-vae-checkpoint", "options", "state", "note", "hidden", "\\\"steps\\\":", "\\\"NaN\\\"", "optimizer.first", "F64", "null", "-1", "\"x\":0,"];

        private readonly byte[][] _sound = [.. SmallImageModels.Shapes.Select(shape => Bytes(SmallImageModels.Run(shape, SmallImageModels.Unusual, 3, workers)))];

        public double Effort => 0.1;

        public byte[] Make(System.Random random, out bool sound)
        {
            byte[] file = [.. ByteMutator.Pick(random, _sound)], other = ByteMutator.Pick(random, _sound);
            int kind = random.Next(100), data = 8 + BitConverter.ToInt32(file);
            sound = kind < 15;
            if (kind is >= 15 and < 30)
            {
                float odd = ByteMutator.Pick(random, [float.NaN, float.NegativeInfinity, -1, 0, 1e38f]);
                BitConverter.GetBytes(odd).CopyTo(file, data + (random.Next((file.Length - data) / 4) * 4));
            }
            else if (kind is >= 30 and < 70)
            {
                List<byte> header = [.. file[8..data]];
                ByteMutator.ReplaceNumber(random, header);
                file = ModelDraft.Join(random.Next(2) == 0 ? [.. header] : ByteMutator.Spoil(random, [.. header], Words, other[8..]), file[data..]);
            }

            return kind < 70 ? file : ByteMutator.Spoil(random, file, Words, other);
        }

        public object Read(byte[] file) => ImageCheckpointFile.Read(new MemoryStream(file));

        public void CheckSound(object value, byte[] file)
        {
            ImageCheckpoint checkpoint = (ImageCheckpoint)value;
            byte[] written = Bytes(checkpoint);
            Assert.Equal(written, Bytes(ImageCheckpointFile.Read(new MemoryStream(written))));
            if (checkpoint.Run.Options.MinibatchSize <= 100 && checkpoint.Run.Options.ImportanceSamples <= 10 && checkpoint.Run.Model.Pixels == 6)
            {
                new AmortizedTrainer(checkpoint.Run, SmallImageModels.Images(checkpoint.Run.Model), workers).Step();
            }
        }
    }
}
