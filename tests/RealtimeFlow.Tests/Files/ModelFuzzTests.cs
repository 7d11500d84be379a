using RealtimeFlow.Density;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

public sealed class ModelFuzzTests
{
    [Fact]
    public void Every_model_file_is_read_soundly_or_refused_in_a_line_with_bounded_time_and_memory() =>
        FileFuzz.Run(
            new ModelFuzz(),
            leastAccepted: 0.2,
            leastRefused: 0.5,
            "truncated", "oversized", "overlapping", "a gap", "is there twice", "' twice", "is missing", "is no tensor of a model", "has dtype", "has shape",
            "which is not what shape", "is not a list of at most", "needs dtype, shape", "second or unknown entry", "has no '", "version is", "format is",
            "direction is", "base is", "dimension is", "layers has", "layers names", "is not finite", "is not invertible", "one of them is damaged",
            "no normal float32", "degrees_of_freedom: is", "does not begin with '{'", "is not the JSON", "a text of more than");

    private sealed class ModelFuzz : IFuzzedFormat
    {
        private static readonly string[] Words =
        [
            "__metadata__", "format", "realtimeflow", "version", "dimension", "direction", "generative", "normalizing", "base", "gaussian", "uniform", "student-t",
            "layers", "planar", "radial", ",planar", "base.mean", "base.log_scale", "base.degrees_of_freedom", "layers.0.w", "layers.0.s", "layers.1.alpha", "dtype",
            "F32", "F64", "shape", "data_offsets", "\"x\":0,", "\"\":{},", "{\"__metadata__\":{",
        ];

        public byte[] Make(System.Random random, out bool sound)
        {
            int kind = random.Next(100);
            sound = kind < 25;
            if (kind >= 97)
            {
                byte[] noise = ByteMutator.Noise(random, random.Next(300));
                return random.Next(2) == 0 ? noise : [.. BitConverter.GetBytes((long)random.Next(noise.Length + 2)), (byte)'{', .. noise];
            }

            ModelDraft draft = ModelDraft.Sound(random);
            for (int lies = kind is >= 25 and < 65 ? random.Next(1, 4) : 0; lies > 0; lies--)
            {
                draft.Lie(random);
            }

            if (kind < 75)
            {
                return kind < 65 ? draft.Build(random) : ModelDraft.Join(draft.Header(random), ByteMutator.Flip(random, draft.Data));
            }

            // Half of the spoilt files have a header length that is right again.
            byte[] other = ModelDraft.Sound(random).Build(random);
            return kind < 86
                ? ByteMutator.Spoil(random, draft.Build(random), Words, other)
                : ModelDraft.Join(ByteMutator.Spoil(random, draft.Header(random), Words, other), draft.Data);
        }

        public object Read(byte[] file) => ModelFile.Read(new MemoryStream(file));

        public void CheckSound(object value, byte[] file)
        {
            FlowDistribution model = (FlowDistribution)value;
            Assert.DoesNotContain(model.Parameters.ToArray(), number => !float.IsFinite(number));
            for (int layer = 0; layer < model.Shape.LayerCount; layer++)
            {
                Assert.True(model.Scale(layer) > 0 && double.IsFinite(model.Scale(layer)));
            }

            FlowDistribution again = ModelFile.Read(new MemoryStream(ModelFileTests.Bytes(model)));
            Assert.Equal(model.Direction, again.Direction);
            Assert.Equal(model.Shape.Layers, again.Shape.Layers);
            Assert.Equal((model.Shape.Base.Name, model.Shape.Base.DegreesOfFreedom), (again.Shape.Base.Name, again.Shape.Base.DegreesOfFreedom));
            Assert.Equal(ModelFileTests.Bits(model.Parameters), ModelFileTests.Bits(again.Parameters));
        }
    }
}
