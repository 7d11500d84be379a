using System.Text;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Files;

public sealed class CheckpointFuzzTests
{
    [Fact]
    public void Every_checkpoint_is_read_soundly_or_refused_in_a_line_with_bounded_time_and_memory()
    {
        using WorkerPool workers = new(1);
        FileFuzz.Run(
            new CheckpointFuzz(workers),
            leastAccepted: 0.1,
            leastRefused: 0.4,
            "truncated", "oversized", "is there twice", "is missing", "is no tensor of a checkpoint", "has dtype", "expected F64", "has shape", "has no '", "version is", "format is",
            "dimension is", "layers has", "options is", "options: The ", "state is", "state has numbers", "is not finite", "expected none below 0", "no normal float", "is not the JSON");
    }

    private sealed class CheckpointFuzz(WorkerPool workers) : IFuzzedFormat
    {
        private static readonly string[] Words =
        [
            "__metadata__", "realtimeflow", "realtimeflow-checkpoint", "options", "state", "target", "note", "planar", ",radial", "parameters", "gradient.mean", "average.sum",
            "optimizer.mean", "optimizer.square", "F32", "F64", "\\\"", "\\\"batch_size\\\":", "\\\"NaN\\\"", "null", "-1", "\"x\":0,",
        ];

        // Of every kind of optimizer, with the average and without.
        private readonly Checkpoint[] _sound =
        [
            .. Enum.GetValues<OptimizerKind>().SelectMany(optimizer => new[] { 0.9, (double?)null }.Select(average => Make(workers, optimizer, average))),
        ];

        public double Effort => 0.2;

        public byte[] Make(System.Random random, out bool sound)
        {
            byte[] file = CheckpointTests.Bytes(ByteMutator.Pick(random, _sound)), other = CheckpointTests.Bytes(ByteMutator.Pick(random, _sound));
            int kind = random.Next(100), data = 8 + BitConverter.ToInt32(file);
            sound = kind < 10;
            if (kind is >= 10 and < 30)
            {
                // Numbers that are none, or are too large, in their places.
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    double odd = ByteMutator.Pick(random, [double.NaN, double.NegativeInfinity, -1, 0, 1e300, -1e300, 1e-300, 1e38, 100]);
                    byte[] number = random.Next(3) == 0 ? BitConverter.GetBytes((float)odd) : BitConverter.GetBytes(odd);
                    number.CopyTo(file, data + (random.Next((file.Length - data) / 8) * 8));
                }
            }
            else if (kind is >= 30 and < 70)
            {
                // Lies within a header whose length is right.
                List<byte> header = [.. file[8..data]];
                for (int i = random.Next(1, 3); i > 0; i--)
                {
                    ByteMutator.ReplaceNumber(random, header);
                }

                byte[] spoilt = random.Next(2) == 0 ? [.. header] : ByteMutator.Spoil(random, [.. header], Words, other[8..]);
                file = ModelDraft.Join(Swapped(random, spoilt), file[data..]);
            }
            else if (kind >= 70)
            {
                file = ByteMutator.Spoil(random, file, Words, other);
            }

            return file;
        }

        public object Read(byte[] file) => CheckpointFile.Read(new MemoryStream(file));

        public void CheckSound(object value, byte[] file)
        {
            Checkpoint checkpoint = (Checkpoint)value;
            byte[] written = CheckpointTests.Bytes(checkpoint);
            Assert.Equal(written, CheckpointTests.Bytes(CheckpointFile.Read(new MemoryStream(written))));
            if (checkpoint.Target == "u1" && checkpoint.Shape.Dimension == 2 && checkpoint.Direction == FlowDirection.Generative && checkpoint.Options.LargestBatch <= 1024)
            {
                Trainer trainer = new(checkpoint, TargetLibrary.Find("u1")!, workers);
                trainer.Step(1);
                Assert.All(trainer.RawParameters.ToArray(), number => Assert.True(float.IsFinite(number) || trainer.SkippedSteps == checkpoint.State.SkippedSteps));
            }
        }

        private static byte[] Swapped(System.Random random, byte[] header)
        {
            string[][] pairs = [["F64", "F32"], ["optimizer.", "average."], ["planar", "radial"], ["state", "options"], ["gradient.mean", "gradient.square"], ["adam", "sgd"]];
            string[] pair = ByteMutator.Pick(random, pairs);
            string text = Encoding.Latin1.GetString(header);
            return random.Next(3) > 0 ? header : Encoding.Latin1.GetBytes(text.Replace(pair[0], pair[1], StringComparison.Ordinal));
        }

        private static Checkpoint Make(WorkerPool workers, OptimizerKind optimizer, double? average)
        {
            FlowShape shape = FlowShape.Parse("planar:1,radial:1", 2, average == null ? BaseKind.StudentT(3) : null);
            TrainerOptions options = new() { BatchSize = 64, Optimizer = optimizer, AverageDecay = average };
            Trainer trainer = new(shape, TargetLibrary.Find("u1")!, options, workers);
            trainer.Step(0.1);
            trainer.Step(0.2);
            return trainer.Save("a note");
        }
    }
}
