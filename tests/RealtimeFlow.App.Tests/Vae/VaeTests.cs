using System.Diagnostics;
using System.Text.Json;
using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Tests.Vae;

public sealed class VaeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_trained_is_evaluated_sampled_and_encoded()
    {
        string model = VaeFiles.Model(_folder);
        JsonElement found = Rtflow.Run("vae", "eval", "--data", VaeFiles.Clothes, "--model", model, "--samples", "20", "--json").Json();
        Assert.Equal((100, 20), (found.GetProperty("images").GetInt32(), found.GetProperty("samples").GetInt32()));
        Assert.Equal("68e95cde985fb7e16803d4597736d13099b12e6ca5cde37926d47cd79eaa3b18", found.GetProperty("digest").GetString());
        (double nll, double free) = (found.GetProperty("nll").GetDouble(), found.GetProperty("free_energy").GetDouble());
        Assert.Equal(free, found.GetProperty("reconstruction").GetDouble() + found.GetProperty("kl").GetDouble(), 9);
        Assert.InRange(nll, 100, free);

        string samples = _folder.File("samples.npy"), picture = _folder.File("samples.png");
        Assert.Equal((300, 784), Shape(Rtflow.Run("vae", "sample", "--model", model, "--count", "300", "--out", samples, "--json").Json()));
        Assert.All(Read(samples, 300, 784), pixel => Assert.InRange(pixel, 0, 1));
        Assert.Equal(0, Rtflow.Run("vae", "sample", "--model", model, "--count", "5", "--out", picture).ExitCode);

        // Three across and two down, with a gap of two between them.
        byte[] png = File.ReadAllBytes(picture);
        Assert.Equal((88, 58), ((png[18] << 8) | png[19], (png[22] << 8) | png[23]));

        string[] files = [_folder.File("z.npy"), _folder.File("mean.npy"), _folder.File("sigma.csv")];
        Assert.Equal((150, 3), Shape(Rtflow.Run(
            "vae", "encode", "--data", VaeFiles.Clothes, "--split", "training", "--count", "150", "--model", model, "--out", files[0], "--mean", files[1], "--sigma", files[2], "--json").Json()));
        float[][] read = Array.ConvertAll(files, file => Read(file, 150, 3));
        Assert.All(read[2], deviation => Assert.True(deviation > 0));
        Assert.NotEqual(read[0], read[1]);
    }

    [Theory]
    [InlineData("Gaussian, then planar:2,radial:1 of each image's own, constraint identity")]
    [InlineData("Gaussian, then planar:2,radial:1 shared by all images, constraint identity", "--shared-flow")]
    [InlineData("Gaussian", "--flow", "none")]
    public void A_model_of_images_is_inspected(string posterior, params string[] options)
    {
        string model = VaeFiles.Model(_folder, options);
        LatentGaussianModel shape = ImageModelFile.Read(model).Shape;
        string text = Rtflow.Run("inspect", model).Output;
        Assert.Contains($"posterior   {posterior}\n", text, StringComparison.Ordinal);
        Assert.Contains("images      28 x 28, binarization static, likelihood bernoulli\nlatents     3\n", text, StringComparison.Ordinal);
        JsonElement json = Rtflow.Run("inspect", model, "--json").Json();
        Assert.True(json.GetProperty("sound").GetBoolean());
        Assert.Equal(shape.ParameterCount, json.GetProperty("parameters").GetInt32());
        Assert.Equal(shape.Posterior.LayerCount, json.GetProperty("layer_count").GetInt32());

        byte[] bytes = File.ReadAllBytes(model);
        File.WriteAllBytes(model, bytes[..^4]);
        Rtflow damaged = Rtflow.Run("inspect", model);
        Assert.NotEqual(0, damaged.ExitCode);
        Assert.Contains("model.safetensors: ", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_verbs_say_what_the_library_says()
    {
        string model = VaeFiles.Model(_folder);
        ImageModel read = ImageModelFile.Read(model);
        ImageRows test = new(ImageReader.Read(Path.Combine(VaeFiles.Clothes, "t10k-images-idx3-ubyte.gz")), Binarization.Static, 1);
        using WorkerPool workers = new(2);
        AmortizedEvaluation expected = new AmortizedEvaluator(read.Shape, workers).Evaluate(read.Parameters.Span, test.Slice(0, 40), 7, 3);
        JsonElement found = Rtflow.Run("vae", "eval", "--data", VaeFiles.Clothes, "--model", model, "--samples", "7", "--seed", "3", "--count", "40", "--threads", "1", "--json").Json();
        Assert.Equal(expected.NegativeLogLikelihood, found.GetProperty("nll").GetDouble());
        Assert.Equal(expected.StandardError, found.GetProperty("nll_stderr").GetDouble());
        Assert.Equal(expected.FreeEnergy, found.GetProperty("free_energy").GetDouble());

        // A sample of the prior is the decoder's mean of the normal numbers of a stream.
        string samples = _folder.File("samples.npy");
        Assert.Equal(0, Rtflow.Run("vae", "sample", "--model", model, "--count", "130", "--seed", "9", "--out", samples).ExitCode);
        float[] points = new float[130 * 3], pixels = new float[2 * 784];
        new RealtimeFlow.Random.RandomStream(9, RealtimeFlow.Random.StreamNumbers.Samples).FillNormal(0, points);
        new ImageCoder(read.Shape, workers).Decode(read.Parameters.Span, points.AsSpan(128 * 3), pixels);
        Assert.Equal(pixels, Read(samples, 130, 784)[(128 * 784)..]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_file_and_report_on_one_thread_and_on_two()
    {
        string[] files = [_folder.File("1"), _folder.File("2"), _folder.File("3")];
        string[] more = ["--validate", "--binarize", "dynamic", "--json"];
        string[] reports =
        [
            WithoutTime(Rtflow.Run([.. VaeFiles.Train(), .. more, "--threads", "1", "--out", files[0]])),
            WithoutTime(Rtflow.Run([.. VaeFiles.Train(), .. more, "--threads", "2", "--out", files[1]])),
            WithoutTime(Rtflow.Run([.. VaeFiles.Train()[..^1], "6", .. more, "--threads", "2", "--out", files[2]])),
        ];
        Assert.Equal(reports[0], reports[1]);
        Assert.NotEqual(reports[0], reports[2]);
        Assert.Equal(File.ReadAllBytes(files[0]), File.ReadAllBytes(files[1]));
        Assert.Contains("\"images\": 417,", reports[0], StringComparison.Ordinal);
        Assert.Contains("\"images_heldout\": 83,", reports[0], StringComparison.Ordinal);
        Assert.DoesNotContain("\"free_energy_heldout\": null", reports[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--flow none")]
    [InlineData("--flow planar:1 --shared-flow --constraint paper")]
    [InlineData("--likelihood gaussian --activation relu")]
    [InlineData("--importance-samples 4 --optimizer rmsprop --layers 1")]
    [InlineData("--activation softplus --schedule constant --warm-up 0 --optimizer sgd --learning-rate 1e-5")]
    public void Models_and_bounds_of_every_kind_are_trained_and_evaluated(string options)
    {
        string model = _folder.File("model");
        JsonElement report = Rtflow.Run(["vae", "train", "--data", VaeFiles.Clothes, "--latents", "3", "--hidden", "8", "--steps", "20", .. options.Split(' '), "--out", model, "--json"]).Json();
        Assert.Equal(0, report.GetProperty("skipped_steps").GetInt64());
        JsonElement found = Rtflow.Run("vae", "eval", "--data", VaeFiles.Clothes, "--model", model, "--samples", "5", "--count", "20", "--json").Json();
        Assert.Equal(JsonValueKind.Number, found.GetProperty("nll").ValueKind);
    }

    [Fact]
    public void Images_of_a_file_are_learned_and_evaluated_too()
    {
        // Greys of 9 pixels, as numpy writes them.
        string images = _folder.File("images.npy"), model = _folder.File("model");
        using (FileStream stream = File.Create(images))
        {
            PointWriter writer = PointWriter.Create(stream, images, 9);
            writer.Write([.. Enumerable.Range(0, 60 * 9).Select(i => i * 7 % 256 / 255f)]);
            writer.Complete();
        }

        Assert.Equal(0, Rtflow.Run("vae", "train", "--data", images, "--latents", "2", "--hidden", "8", "--epochs", "3", "--batch", "7", "--flow", "none", "--out", model).ExitCode);
        Assert.Equal(60, Rtflow.Run("vae", "eval", "--data", images, "--model", model, "--samples", "2", "--json").Json().GetProperty("images").GetInt32());
        Rtflow.Run("vae", "eval", "--data", VaeFiles.Clothes, "--model", model).AssertComplaint(1, VaeFiles.Clothes, "has images of 28 × 28", $"'{model}' is a model of 3 × 3");
    }

    [Theory]
    [InlineData("vae train --window 3", "--window: expected a divisor of the 400 units")]
    [InlineData("vae train --window 2 --activation relu", "--window: only --activation maxout has windows")]
    [InlineData("vae train --flow none --shared-flow", "--shared-flow: --flow none has no layers to share")]
    [InlineData("vae train --likelihood gaussian --binarize static", "--binarize: expected --likelihood bernoulli with it")]
    [InlineData("vae train --flow planar", "--flow: expected none, or layers: 'planar' needs a number of layers")]
    [InlineData("vae train --steps 5 --epochs 5", "--epochs: expected instead of --steps")]
    [InlineData("vae train --seconds 5 --schedule cosine", "--schedule: expected --steps or --epochs with cosine")]
    [InlineData("vae train --latents 0", "--latents: expected a whole number from 1 to 1000, not '0'")]
    [InlineData("vae train --activation sigmoid", "--activation: expected maxout, linear, tanh, relu or softplus, not 'sigmoid'")]
    [InlineData("vae train --importance-samples 0", "--importance-samples: expected a whole number from 1 to 1024")]
    [InlineData("vae train --checkpoint-steps 5 --data .", "--checkpoint-steps: expected --checkpoint FILE with it")]
    [InlineData("vae trian", "there is no vae 'trian': expected train, eval, sample or encode; did you mean train?")]
    [InlineData("vae eval --data x", "--model: expected MODEL, a model file")]
    [InlineData("vae sample --model m", "--out: expected FILE")]
    [InlineData("vae sample --model m --out a.png --count 1e5", "--count: a picture has at most 10000 images, not 100000")]
    [InlineData("vae encode --model m --out a.npy --mean a.npy", "'a.npy' is named twice")]
    public void Options_that_make_no_sense_are_refused_in_one_line(string line, string words) => Rtflow.Run(line.Split(' ')).AssertComplaint(2, words);

    [Fact]
    public void Files_that_are_missing_or_wrong_are_told_in_one_line()
    {
        Rtflow.Run("vae", "train", "--data", "fahsion").AssertComplaint(1, "'fahsion' is no file, no folder, nor one of the sets: mnist or fashion; did you mean fashion?");
        Rtflow.Run("vae", "train", "--data", _folder.Path).AssertComplaint(1, $"'{_folder.Path}' has no file train-images-idx3-ubyte, nor train-images-idx3-ubyte.gz");
        string spoilt = _folder.File("train-images-idx3-ubyte.gz"), model = VaeFiles.Model(_folder);
        File.WriteAllBytes(spoilt, File.ReadAllBytes(Path.Combine(VaeFiles.Clothes, "train-images-idx3-ubyte.gz"))[..^100]);
        Rtflow.Run("vae", "train", "--data", spoilt).AssertComplaint(1, spoilt);
        Rtflow.Run("vae", "sample", "--model", spoilt, "--out", _folder.File("a.npy")).AssertComplaint(1, spoilt);
        Rtflow.Run("inspect", model).AssertComplaint(1, model, "format is 'realtimeflow-vae': expected realtimeflow");
        Rtflow.Run("vae", "eval", "--data", VaeFiles.Clothes, "--model", model, "--count", "101").AssertComplaint(2, "--count: expected at most 100, the images of");
        Assert.False(File.Exists(_folder.File("a.npy")));
    }

    [Fact]
    public void An_interrupted_evaluation_says_so_and_prints_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A signal is sent by kill, which only Unix has.");
        using Process process = Rtflow.Start(
            _folder.Path, [], "vae", "eval", "--data", VaeFiles.Clothes, "--split", "training", "--model", VaeFiles.Model(_folder), "--samples", "20000");
        process.StandardError.ReadLine();
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        Rtflow run = Rtflow.End(process);
        Assert.Equal((130, ""), (run.ExitCode, run.Output));
        Assert.EndsWith($"rtflow: interrupted: nothing was written{Environment.NewLine}", run.Error, StringComparison.Ordinal);
    }

    internal static string WithoutTime(Rtflow run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        System.Text.Json.Nodes.JsonObject report = System.Text.Json.Nodes.JsonNode.Parse(run.Output)!.AsObject();
        report.Remove("seconds");
        return report.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static (int Count, int Dimension) Shape(JsonElement report) => (report.GetProperty("count").GetInt32(), report.GetProperty("dimension").GetInt32());

    private static float[] Read(string path, int count, int dimension)
    {
        using PointReader reader = PointReader.Open(path);
        float[] rows = new float[(count + 1) * dimension];
        Assert.Equal((dimension, count), (reader.Dimension, reader.Read(rows)));
        return rows[..(count * dimension)];
    }
}
