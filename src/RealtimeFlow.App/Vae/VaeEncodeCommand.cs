using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Vae;

/// <summary><c>rtflow vae encode</c>: the posteriors that a model gives to images.</summary>
internal static class VaeEncodeCommand
{
    public static Command Make()
    {
        Option<string> model = VaeCommand.ModelOption();
        VaeImages images = new();
        Option<string> points = Options.File("--out", "FILE", "write a sample of each image's posterior, behind its layers, to this file, [N, D], as .npy or .csv", required: true);
        Option<string> means = Options.File("--mean", "FILE", "write the mean of each image's Gaussian, ahead of the layers, to this file");
        Option<string> deviations = Options.File("--sigma", "FILE", "write the standard deviations of that Gaussian to this file");
        Option<ulong> seed = Options.Seed();
        Option<int> threads = Options.Threads();
        Option<bool> json = Options.Json();
        Command command = new("encode", "Find the posteriors of images: the Gaussian of each, and a sample behind the layers.") { model };
        Option[] others = [.. images.All, points, means, deviations, seed, threads, json];
        Array.ForEach(others, command.Add);
        command.SetAction(parsed =>
        {
            string?[] paths = [parsed.GetValue(points), parsed.GetValue(means), parsed.GetValue(deviations)];
            PointVerb.RequireDistinct([parsed.GetValue(model), .. paths]);
            ImageModel read = ImageModelFile.Read(parsed.GetRequiredValue(model));
            ImageRows rows = images.Read(parsed, read, parsed.GetRequiredValue(model));
            using Interruption interruption = new();
            using PointProgress progress = new(parsed.InvocationConfiguration.Error);
            using WorkerPool workers = new(parsed.GetValue(threads));
            using ArrayOutputs latents = new(paths[0], null, read.Shape.Latents, rows.Count);
            using ArrayOutputs centres = new(paths[1], null, read.Shape.Latents, rows.Count);
            using ArrayOutputs widths = new(paths[2], null, read.Shape.Latents, rows.Count);
            Encode(read, rows, workers, parsed.GetValue(seed), (done, z, mean, sigma) =>
            {
                interruption.Token.ThrowIfCancellationRequested();
                latents.Write(z, default);
                centres.Write(mean, default);
                widths.Write(sigma, default);
                progress.Show(done, rows.Count);
            });
            latents.Commit(interruption.Token);
            centres.Commit(interruption.Token);
            widths.Commit(interruption.Token);
            ArrayReport report = new(rows.Count, read.Shape.Latents, progress.Seconds);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? Json.Text(report)
                : string.Create(CultureInfo.InvariantCulture, $"{report.Count} images in {report.Seconds:F2} s: {string.Join(", ", paths.Where(path => path != null))}"));
        });
        return command;
    }

    private static void Encode(ImageModel model, ImageRows rows, WorkerPool workers, ulong seed, EncodedBlock encoded)
    {
        ImageCoder coder = new(model.Shape, workers);
        float[][] blocks = [.. Enumerable.Range(0, 3).Select(_ => new float[ImageCoder.Capacity * model.Shape.Latents])];
        for (int first = 0; first < rows.Count; first += ImageCoder.Capacity)
        {
            int count = Math.Min(ImageCoder.Capacity, rows.Count - first), length = count * model.Shape.Latents;
            Span<float> means = blocks[0].AsSpan(0, length), deviations = blocks[1].AsSpan(0, length), points = blocks[2].AsSpan(0, length);
            coder.Encode(model.Parameters.Span, rows, first, count, seed, means, deviations, points);
            encoded(first + count, points, means, deviations);
        }
    }

    private delegate void EncodedBlock(int done, ReadOnlySpan<float> points, ReadOnlySpan<float> means, ReadOnlySpan<float> deviations);
}
