using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Vae;

/// <summary><c>rtflow vae sample</c>: images that a model makes up.</summary>
internal static class VaeSampleCommand
{
    private const int DefaultCount = 64, MostCount = 1_000_000, MostInPicture = 10_000;

    public static Command Make()
    {
        Option<string> model = VaeCommand.ModelOption();
        Option<int> count = Options.Count("--count", "N", "how many images", 1, MostCount, () => DefaultCount);
        Option<ulong> seed = Options.Seed();
        Option<int> threads = Options.Threads();
        Option<string> file = Options.File(
            "--out", "FILE", $"write the images to this file: the mean of each pixel, [N, P], as .npy or .csv; or as a picture of at most {MostInPicture}, side by side, where it is named .png", required: true);
        Option<bool> json = Options.Json();
        Command command = new("sample", "Draw latent variables from the prior, and decode them to images.") { model, count, seed, threads, file, json };
        command.SetAction(parsed =>
        {
            (string path, int images) = (parsed.GetRequiredValue(file), parsed.GetValue(count));
            bool isPicture = path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);
            if (isPicture && images > MostInPicture)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{count.Name}: a picture has at most {MostInPicture} images, not {images}"));
            }

            ImageModel read = ImageModelFile.Read(parsed.GetRequiredValue(model));
            PointVerb.RequireDistinct(parsed.GetValue(model), path);
            using Interruption interruption = new();
            using PointProgress progress = new(parsed.InvocationConfiguration.Error);
            using WorkerPool workers = new(parsed.GetValue(threads));
            using ArrayOutputs outputs = new(isPicture ? null : path, null, read.Shape.Pixels, images);
            float[] pixels = new float[isPicture ? images * read.Shape.Pixels : 0];
            Decode(read, workers, parsed.GetValue(seed), images, (first, block) =>
            {
                interruption.Token.ThrowIfCancellationRequested();
                outputs.Write(block, default);
                if (isPicture)
                {
                    block.CopyTo(pixels.AsSpan(first * read.Shape.Pixels));
                }

                progress.Show(first, images);
            });
            outputs.Commit(interruption.Token);
            if (isPicture)
            {
                ImageGrid.Write(path, pixels, read.Images.Height, read.Images.Width);
            }

            ArrayReport report = new(images, read.Shape.Pixels, progress.Seconds);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? Json.Text(report)
                : string.Create(CultureInfo.InvariantCulture, $"{report.Count} images in {report.Seconds:F2} s: {path}"));
        });
        return command;
    }

    private static void Decode(ImageModel model, WorkerPool workers, ulong seed, int count, DecodedBlock decoded)
    {
        ImageCoder coder = new(model.Shape, workers);
        RandomStream stream = new(seed, StreamNumbers.Samples);
        int latents = model.Shape.Latents;
        float[] points = new float[ImageCoder.Capacity * latents], pixels = new float[ImageCoder.Capacity * model.Shape.Pixels];
        for (int first = 0; first < count; first += ImageCoder.Capacity)
        {
            int images = Math.Min(ImageCoder.Capacity, count - first);
            Span<float> block = points.AsSpan(0, images * latents);
            stream.FillNormal((ulong)first * (ulong)latents, block);
            coder.Decode(model.Parameters.Span, block, pixels.AsSpan(0, images * model.Shape.Pixels));
            decoded(first, pixels.AsSpan(0, images * model.Shape.Pixels));
        }
    }

    private delegate void DecodedBlock(int first, ReadOnlySpan<float> pixels);
}
