using System.Text;
using RealtimeFlow.Amortized;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Tests.Files;

public sealed class ImageModelFileTests
{
    [Fact]
    public void What_was_written_comes_back()
    {
        foreach (ImageModel model in Models())
        {
            ImageModel read = ImageModelFile.Read(new MemoryStream(Bytes(model)));
            Assert.Equal(model.Parameters.ToArray(), read.Parameters.ToArray());
            Assert.Equal(model.Images, read.Images);
            Assert.Equal(Bytes(model), Bytes(read));
            Assert.Equal(model.Shape.Hidden, read.Shape.Hidden);
            Assert.Equal(
                (model.Shape.Posterior.ToString(), model.Shape.Latents, model.Shape.Likelihood, model.Shape.Constraint, model.Shape.SharesLayers, model.Shape.Pixels),
                (read.Shape.Posterior.ToString(), read.Shape.Latents, read.Shape.Likelihood, read.Shape.Constraint, read.Shape.SharesLayers, read.Shape.Pixels));
        }
    }

    [Fact]
    public void Any_reader_of_safetensors_finds_the_weights_by_layer_in_the_order_of_the_block()
    {
        ImageModel model = Models()[0];
        (Dictionary<string, string> metadata, Dictionary<string, float[]> tensors) = PlainSafetensors.Read(Bytes(model));
        Assert.Equal(("realtimeflow-vae", "2", "2", "3", "dynamic", "maxout:4:2,tanh:3"), (metadata["format"], metadata["dimension"], metadata["height"], metadata["width"], metadata["binarization"], metadata["hidden"]));
        string[] layers = ["encoder.0", "encoder.1", "encoder.2", "decoder.0", "decoder.1", "decoder.2"];
        Assert.Equal(layers.SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" }), tensors.Keys);
        Assert.Equal(model.Parameters.ToArray(), tensors.Values.SelectMany(numbers => numbers));
        Assert.Equal(model.Parameters.Span[..24].ToArray(), tensors["encoder.0.weight"]);
        Assert.Contains("\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[4,6]", Encoding.ASCII.GetString(Bytes(model)), StringComparison.Ordinal);
        Assert.Equal(3, PlainSafetensors.Read(Bytes(Models()[2])).Tensors.Count(tensor => !tensor.Key.EndsWith("bias", StringComparison.Ordinal)));
        Assert.Equal(Models()[2].Parameters.Span[Models()[2].Shape.SharedLayers].ToArray(), PlainSafetensors.Read(Bytes(Models()[2])).Tensors["layers"]);
    }

    [Theory]
    [InlineData("\"height\":\"2\"", "\"height\":\"0\"", "height is '0': expected a whole number from 1 on")]
    [InlineData("\"height\":\"2\"", "\"height\":\"1\"", "encoder.0.weight: has shape [4, 6]: expected [4, 3]")]
    [InlineData("\"height\":\"2\"", "\"height\":\"3\"", "too few for these images, layers and networks: truncated")]
    [InlineData("\"width\":\"3\"", "\"width\":\"2147483647\"", "too few for these images, layers and networks: truncated")]
    [InlineData("\"dimension\":\"2\"", "\"dimension\":\"2147483647\"", "too few for these images, layers and networks: truncated")]
    [InlineData("\"dimension\":\"2\"", "\"dimension\":\"1\"", "encoder.2.weight: has shape [4, 3]: expected [2, 3]")]
    [InlineData("maxout:4:2,tanh:3", "maxout:4:3,tanh:3", "hidden is 'maxout:4:3,tanh:3': expected at most 64 layers")]
    [InlineData("maxout:4:2,tanh:3", "maxout:4:2,tan:3", "hidden is 'maxout:4:2,tan:3'")]
    [InlineData("maxout:4:2,tanh:3", "maxout:4:2,tanh:3:1", "hidden is")]
    [InlineData("maxout:4:2,tanh:3", "maxout:4:2,tanh:03", "hidden is")]
    [InlineData("maxout:4:2,tanh:3", "maxout:2147483646:2,tanh:2147483647", "too few for these images, layers and networks: truncated")]
    [InlineData("maxout:4:2,tanh:3", "maxout:4:2", "encoder.1.weight: has shape [3, 2]: expected [4, 2]")]
    [InlineData("\"direction\":\"generative\"", "\"direction\":\"normalizing\"", "expected a gaussian base, and the direction generative")]
    [InlineData("\"base\":\"gaussian\"", "\"base\":\"uniform\"", "expected a gaussian base, and the direction generative")]
    [InlineData("\"layers_of\":\"image\"", "\"layers_of\":\"set\"", "layers_of is 'set', but there are no layers")]
    [InlineData("\"layers_of\":\"image\"", "\"layers_of\":\"all\"", "layers_of is 'all': expected image or set")]
    [InlineData("\"likelihood\":\"bernoulli\"", "\"likelihood\":\"poisson\"", "likelihood is 'poisson': expected bernoulli or gaussian")]
    [InlineData("\"likelihood\":\"bernoulli\"", "\"likelihood\":\"gaussian\"", "too few for these images, layers and networks: truncated")]
    [InlineData("\"binarization\":\"dynamic\"", "\"binarization\":\"1\"", "binarization is '1'")]
    [InlineData("\"constraint\":\"identity\",", "", "has no 'constraint'")]
    [InlineData("\"layers\":\"\"", "\"layers\":\"planar\"", "too few for these images, layers and networks: truncated")]
    [InlineData("decoder.0.bias", "decoder.0.bia", "decoder.0.bia: is no tensor of such a model")]
    [InlineData("[4,6]", "[6,4]", "encoder.0.weight: has shape [6, 4]: expected [4, 6]")]
    [InlineData("[4,6]", "[24]", "encoder.0.weight: has shape [24]: expected [4, 6]")]
    [InlineData("realtimeflow-vae", "realtimeflow", "format is 'realtimeflow': expected realtimeflow-vae")]
    public void A_header_that_says_something_else_is_refused_with_the_reason(string text, string other, string words)
    {
        FileFormatException exception = Assert.Throws<FileFormatException>(() => ImageModelFile.Read(new MemoryStream(Edited(Bytes(Models()[0]), text, other))));
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void A_number_that_is_none_is_refused_by_tensor_and_place()
    {
        byte[] file = Bytes(Models()[0]);
        BitConverter.GetBytes(float.NaN).CopyTo(file, file.Length - 4);
        FileFormatException exception = Assert.Throws<FileFormatException>(() => ImageModelFile.Read(new MemoryStream(file)));
        Assert.StartsWith("decoder.2.bias: number 5 is not finite", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_or_longer_is_refused()
    {
        byte[] file = Bytes(Models()[0]);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<FileFormatException>(() => ImageModelFile.Read(new MemoryStream(file[..length])));
        }

        Assert.Throws<FileFormatException>(() => ImageModelFile.Read(new MemoryStream([.. file, 0])));
    }

    [Fact]
    public void A_model_that_could_not_be_read_is_not_written()
    {
        LatentGaussianModel deep = new(6, new FlowShape(1), [.. Enumerable.Repeat(new DenseShape(1), 65)]);
        Assert.Throws<ArgumentException>(() => Bytes(new ImageModel(deep, SmallImageModels.Kind, deep.Initialize(1))));
        Assert.Throws<ArgumentException>(() => new ImageModel(deep, new ImageKind(3, 3, Binarization.None), deep.Initialize(1)));
    }

    [Fact]
    public void Every_file_is_read_soundly_or_refused_in_a_line_with_bounded_time_and_memory() => FileFuzz.Run(
        new ImageModelFuzz(), leastAccepted: 0.1, leastRefused: 0.4, "truncated", "oversized", "is missing", "is no tensor of such a model", "has dtype", "has shape", "height is", "width is", "hidden is", "layers has", "is not finite");

    /// <summary>The file of a model.</summary>
    internal static byte[] Bytes(ImageModel model)
    {
        using MemoryStream stream = new();
        ImageModelFile.Write(stream, model);
        return stream.ToArray();
    }

    /// <summary>A file whose header has another text in the place of one, and the length that goes with it.</summary>
    internal static byte[] Edited(byte[] file, string text, string other)
    {
        int data = 8 + BitConverter.ToInt32(file);
        string header = Encoding.ASCII.GetString(file, 8, data - 8);
        Assert.Contains(text, header, StringComparison.Ordinal);
        return ModelDraft.Join(Encoding.ASCII.GetBytes(header.Replace(text, other, StringComparison.Ordinal)), file[data..]);
    }

    private static ImageModel[] Models() => [.. SmallImageModels.Shapes.Select(shape => new ImageModel(shape, SmallImageModels.Kind, shape.Initialize(9)))];

    private sealed class ImageModelFuzz : IFuzzedFormat
    {
        private static readonly string[] Words =
            ["__metadata__", "realtimeflow-vae", "height", "width", "hidden", "maxout:4:2", ",relu:7", "planar", ",radial", "layers_of", "set", "encoder.0.weight", "decoder.1.bias", "F32", "F64", "\"x\":0,"];

        private readonly byte[][] _sound = [.. Models().Select(Bytes)];

        public double Effort => 0.1;

        public byte[] Make(System.Random random, out bool sound)
        {
            byte[] file = [.. ByteMutator.Pick(random, _sound)], other = ByteMutator.Pick(random, _sound);
            int kind = random.Next(100), data = 8 + BitConverter.ToInt32(file);
            sound = kind < 15;
            if (kind is >= 15 and < 70)
            {
                List<byte> header = [.. file[8..data]];
                ByteMutator.ReplaceNumber(random, header);
                byte[] spoilt = random.Next(2) == 0 ? [.. header] : ByteMutator.Spoil(random, [.. header], Words, other[8..]);
                file = ModelDraft.Join(spoilt, ByteMutator.Flip(random, file[data..]));
            }

            return kind < 70 ? file : ByteMutator.Spoil(random, file, Words, other);
        }

        public object Read(byte[] file) => ImageModelFile.Read(new MemoryStream(file));

        public void CheckSound(object value, byte[] file)
        {
            byte[] written = Bytes((ImageModel)value);
            Assert.Equal(written, Bytes(ImageModelFile.Read(new MemoryStream(written))));
        }
    }
}
