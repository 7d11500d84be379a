using System.Text;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Files;

public sealed class ModelFileTests
{
    [Theory]
    [InlineData("planar:3", 1)]
    [InlineData("planar:32", 2)]
    [InlineData("radial:3", 1)]
    [InlineData("radial:32", 2)]
    [InlineData("planar:2,radial:3,planar:1", 1)]
    [InlineData("planar:2,radial:3,planar:1", 2)]
    [InlineData("radial:1,planar:700,radial:1", 5)]
    public void What_was_written_is_read_back_bit_for_bit(string formula, int dimension)
    {
        foreach (BaseKind kind in ModelBytes.Bases)
        {
            foreach (FlowDirection direction in Enum.GetValues<FlowDirection>())
            {
                FlowDistribution written = RandomFlow(formula, dimension, seed: 7, kind, direction);
                FlowDistribution read = ModelFile.Read(new MemoryStream(Bytes(written)));

                Assert.Equal(formula, read.Shape.ToString());
                Assert.Equal(dimension, read.Shape.Dimension);
                Assert.Equal((kind.Name, kind.DegreesOfFreedom), (read.Shape.Base.Name, read.Shape.Base.DegreesOfFreedom));
                Assert.Equal(direction, read.Direction);
                Assert.Equal(Bits(written.Parameters), Bits(read.Parameters));
            }
        }
    }

    [Fact]
    public void Every_base_and_direction_opens_with_a_reader_that_knows_the_published_format_alone()
    {
        foreach (BaseKind kind in ModelBytes.Bases)
        {
            foreach (FlowDirection direction in Enum.GetValues<FlowDirection>())
            {
                FlowDistribution model = RandomFlow("planar:1,radial:1", 3, seed: 2, kind, direction);
                (Dictionary<string, string> metadata, Dictionary<string, float[]> tensors) = PlainSafetensors.Read(Bytes(model));
                string location = $"base.{kind.LocationName}", scale = $"base.{kind.ScaleName}";
                string[] parameters =
                [
                    location, scale, "layers.0.w", "layers.0.u", "layers.0.b", "layers.1.center", "layers.1.alpha", "layers.1.beta",
                ];

                Assert.Equal(kind.Name, metadata["base"]);
                Assert.Equal(direction == FlowDirection.Generative ? "generative" : "normalizing", metadata["direction"]);
                Assert.Equal(("realtimeflow", "1", "3", "planar,radial"), (metadata["format"], metadata["version"], metadata["dimension"], metadata["layers"]));
                Assert.Equal(Bits(model.Parameters), Bits([.. parameters.SelectMany(name => tensors[name])]));
                Assert.Equal([(float)model.Scale(0)], tensors["layers.0.s"]);
                Assert.Equal([(float)model.Scale(1)], tensors["layers.1.s"]);
                Assert.Equal(kind.DegreesOfFreedom, tensors.GetValueOrDefault("base.degrees_of_freedom") is [float degrees] ? degrees : null);
                Assert.Equal(parameters.Length + 2 + (kind.DegreesOfFreedom == null ? 0 : 1), tensors.Count);
            }
        }
    }

    [Fact]
    public void A_base_alone_is_a_model()
    {
        FlowDistribution read = ModelFile.Read(new MemoryStream(Bytes(new FlowDistribution(new FlowShape(1), [2, -0f]))));

        Assert.Equal(0, read.Shape.LayerCount);
        Assert.Equal(Bits([2, -0f]), Bits(read.Parameters));
    }

    [Fact]
    public void A_model_that_was_read_samples_as_the_one_written()
    {
        FlowDistribution flow = RandomFlow("planar:2,radial:2", 2, seed: 5);
        float[] expected = new float[2 * 100], actual = new float[2 * 100];
        flow.Sample(new RandomStream(1, 0), 0, expected);
        ModelFile.Read(new MemoryStream(Bytes(flow))).Sample(new RandomStream(1, 0), 0, actual);

        Assert.Equal(Bits(expected), Bits(actual));
    }

    [Fact]
    public void The_file_is_plain_safetensors()
    {
        FlowDistribution model = RandomFlow("planar:1,radial:1", 2, seed: 3);
        byte[] bytes = Bytes(model);
        int header = BitConverter.ToInt32(bytes);
        string json = Encoding.UTF8.GetString(bytes, 8, header);

        Assert.Equal(0, (8 + header) % 8);
        Assert.StartsWith("""
            {"__metadata__":{"format":"realtimeflow","version":"1","dimension":"2","direction":"generative","base":"gaussian","layers":"planar,radial"},"base.mean":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
            """, json, StringComparison.Ordinal);
        Assert.Equal(bytes.Length, 8 + header + (4 * (model.Shape.ParameterCount + 2)));
        Assert.Contains("""
            "layers.0.s":{"dtype":"F32","shape":[1],"data_offsets":[36,40]}
            """, json, StringComparison.Ordinal);
        Assert.Equal((float)model.Scale(0), BitConverter.ToSingle(bytes, 8 + header + 36));
    }

    [Fact]
    public void A_file_of_another_writer_is_read_in_whatever_order_its_tensors_lie()
    {
        ModelBytes file = ModelBytes.Sound();
        file.Metadata += """
            , "written_by" : "somebody \u00e9lse"
            """;
        FlowDistribution model = ModelFile.Read(new MemoryStream(file.Build(json => json + "      ")));

        Assert.Equal("planar:1,radial:1", model.Shape.ToString());
        Assert.Equal([0.5f, -0.25f, 0.125f, -1, 1, -2, 0.75f, 0.5f, -0.5f, 3, 4, 1.5f, -0.5f], model.Parameters.ToArray());
        Assert.Equal(0.75, model.Scale(0));
    }

    [Fact]
    public void Float64_is_read_and_rounded_and_its_s_compared_before_rounding()
    {
        ModelBytes file = new() { Metadata = PlanarMetadata };
        byte[] bytes = file
            .AddDouble("base.mean", 0.1).AddDouble("base.log_scale", -0.1)
            .AddDouble("layers.0.w", 1 / 3.0).AddDouble("layers.0.u", -0.7).AddDouble("layers.0.b", 1e-300).AddDouble("layers.0.s", 1 - (0.7 / 3))
            .Build();

        Assert.Equal([0.1f, -0.1f, 1 / 3f, -0.7f, 0], ModelFile.Read(new MemoryStream(bytes)).Parameters.ToArray());
    }

    [Fact]
    public void The_degrees_of_freedom_are_read_in_either_dtype_and_rounded() =>
        Assert.Equal(2.1f, ModelFile.Read(new MemoryStream(StudentT(2.1))).Shape.Base.DegreesOfFreedom);

    [Theory]
    [InlineData(0.999)]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(1.001e6)]
    public void Degrees_of_freedom_beyond_their_range_are_refused(double degrees) =>
        AssertRefused(StudentT(degrees), "base.degrees_of_freedom: is ", "expected from 1 to 1e6");

    [Theory]
    [InlineData(-2.5, 0)]
    [InlineData(-2.5, 0.9)]
    [InlineData(-2.5, -0.9)]
    [InlineData(30, 0.9)]
    public void A_stored_s_may_be_off_by_its_rounding(double dot, double share) =>
        Assert.Equal(1, ModelFile.Read(new MemoryStream(WithScale(dot, share))).Shape.LayerCount);

    [Theory]
    [InlineData(-2.5, 1.1)]
    [InlineData(-2.5, -1.1)]
    [InlineData(30, 1.1)]
    public void A_stored_s_that_is_off_by_more_is_refused(double dot, double share) =>
        AssertRefused(WithScale(dot, share), "layers.0.s", "damaged");

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = Bytes(RandomFlow("planar:1,radial:1", 1, seed: 5));
        for (int length = 0; length < bytes.Length; length++)
        {
            AssertRefused(bytes[..length]);
        }
    }

    [Fact]
    public void A_file_that_announces_giants_is_refused_before_anything_is_allocated()
    {
        byte[] header = [.. BitConverter.GetBytes(99_000_000UL), (byte)'{'];
        ModelBytes giant = ModelBytes.Sound();
        giant.Metadata = giant.Metadata.Replace("\"2\"", "\"2147483647\"", StringComparison.Ordinal);

        Assert.True(ModelMemoryTests.Read(header).Allocated < 100_000);
        Assert.True(ModelMemoryTests.Read(giant.Build()).Allocated < 100_000);
        AssertRefused(header, "header", "truncated");
        AssertRefused(giant.Build(), "layers.1.center", "expected [2147483647]");
    }

    [Fact]
    public void Failing_to_write_leaves_the_old_file_and_nothing_beside_it()
    {
        string folder = Directory.CreateTempSubdirectory("rtflow-files-").FullName;
        try
        {
            string path = Path.Combine(folder, "model.safetensors");
            FlowDistribution model = RandomFlow("planar:4", 2, seed: 1);
            ModelFile.Write(path, model);
            byte[] before = File.ReadAllBytes(path);

            Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
            {
                stream.Write([1, 2, 3]);
                throw new InvalidOperationException("the power fails");
            }));
            Assert.Equal(before, File.ReadAllBytes(path));
            Assert.Equal([path], Directory.GetFileSystemEntries(folder));

            ModelFile.Write(path, RandomFlow("radial:2", 3, seed: 2));
            AtomicFile.EnsureWritable(path);
            Assert.Equal("radial:2", ModelFile.Read(path).Shape.ToString());
            Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no/such/folder/model.safetensors")]
    [InlineData("/dev/null")]
    [InlineData("/")]
    public void A_path_that_cannot_be_written_is_named_in_one_line(string path)
    {
        IOException early = Assert.Throws<IOException>(() => AtomicFile.EnsureWritable(path));
        IOException late = Assert.Throws<IOException>(() => ModelFile.Write(path, RandomFlow("planar:1", 1, seed: 1)));

        Assert.Equal(early.Message, late.Message);
        Assert.Contains($"'{path}'", early.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', early.Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_input_errors_that_name_the_path()
    {
        string folder = Path.GetTempPath();

        Assert.Contains("absent.safetensors", Assert.Throws<FileNotFoundException>(() => ModelFile.Read("absent.safetensors")).Message, StringComparison.Ordinal);
        Assert.Contains(folder, Assert.Throws<IOException>(() => ModelFile.Read(folder)).Message, StringComparison.Ordinal);
    }

    internal const string PlanarMetadata = """
        "format":"realtimeflow","version":"1","dimension":"1","direction":"generative","base":"gaussian","layers":"planar"
        """;

    internal static void AssertRefused(byte[] bytes, params string[] words)
    {
        FileFormatException refusal = Assert.Throws<FileFormatException>(() => ModelFile.Read(new MemoryStream(bytes)));
        Assert.DoesNotContain('\n', refusal.Message);
        foreach (string word in words)
        {
            Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] StudentT(double degrees)
    {
        ModelBytes file = new() { Metadata = PlanarMetadata.Replace("gaussian", "student-t", StringComparison.Ordinal).Replace("planar", "", StringComparison.Ordinal) };
        return file.Add("base.location", 0).Add("base.log_scale", 0).AddDouble("base.degrees_of_freedom", degrees).Build();
    }

    // A planar layer with w = 1, û = dot/2 … its s = 1 + wᵀû stored off by a share of what is allowed.
    private static byte[] WithScale(double dot, double share)
    {
        double positive = 2 * Math.Abs(dot);
        double s = 1 + positive + dot;
        double allowed = Math.ScaleB(1 + positive + Math.Abs(dot), -22);
        ModelBytes file = new() { Metadata = PlanarMetadata.Replace("\"1\",\"dir", "\"2\",\"dir", StringComparison.Ordinal) };
        return file
            .Add("base.mean", 0, 0).Add("base.log_scale", 0, 0)
            .Add("layers.0.w", 1, 1).Add("layers.0.u", positive, dot).Add("layers.0.b", 0).AddDouble("layers.0.s", s + (share * allowed))
            .Build();
    }

    internal static byte[] Bytes(FlowDistribution model)
    {
        MemoryStream stream = new();
        ModelFile.Write(stream, model);
        return stream.ToArray();
    }

    internal static uint[] Bits(ReadOnlySpan<float> numbers) => Array.ConvertAll(numbers.ToArray(), BitConverter.SingleToUInt32Bits);

    internal static FlowDistribution RandomFlow(
        string formula, int dimension, ulong seed, BaseKind? kind = null, FlowDirection direction = FlowDirection.Generative)
    {
        FlowShape shape = FlowShape.Parse(formula, dimension, kind);
        float[] raw = new float[shape.ParameterCount], effective = new float[shape.ParameterCount];
        new RandomStream(seed, 0).FillNormal(0, raw);
        raw.AsSpan(0, 2 * dimension).CopyTo(effective);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            shape.Layers[layer].Constrain(dimension, FlowConstraint.Paper, raw.AsSpan(shape.Layer(layer)), effective.AsSpan(shape.Layer(layer)));
        }

        return new FlowDistribution(shape, effective, direction);
    }
}
