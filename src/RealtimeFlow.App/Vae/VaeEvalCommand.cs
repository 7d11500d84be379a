using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Vae;

/// <summary><c>rtflow vae eval</c>: how well a model explains images that it has not seen.</summary>
internal static class VaeEvalCommand
{
    private const int DefaultSamples = 200;

    public static Command Make()
    {
        Option<string> model = VaeCommand.ModelOption();
        VaeImages images = new();
        Option<int> samples = Options.Count("--samples", "S", "samples of the posterior of each image", 1, 1_000_000, () => DefaultSamples);
        Option<ulong> seed = Options.Seed();
        Option<int> threads = Options.Threads();
        Option<bool> json = Options.Json();
        Command command = new("eval", "Estimate −ln p(x) of images by importance sampling, and the free energy with its parts.") { model };
        Option[] others = [.. images.All, samples, seed, threads, json];
        Array.ForEach(others, command.Add);
        command.SetAction(parsed =>
        {
            InvocationConfiguration configuration = parsed.InvocationConfiguration;
            ImageModel read = ImageModelFile.Read(parsed.GetRequiredValue(model));
            ImageRows rows = images.Read(parsed, read, parsed.GetRequiredValue(model));
            using Interruption interruption = new();
            using WorkerPool workers = new(parsed.GetValue(threads));
            long start = Stopwatch.GetTimestamp();
            ProgressLine progress = new(configuration.Error);
            AmortizedEvaluation found = new AmortizedEvaluator(read.Shape, workers).Evaluate(
                read.Parameters.Span, rows, parsed.GetValue(samples), parsed.GetValue(seed), share =>
                {
                    interruption.Token.ThrowIfCancellationRequested();
                    if (progress.IsDue)
                    {
                        progress.Show(Line(share, rows.Count, Stopwatch.GetElapsedTime(start).TotalSeconds));
                    }
                });
            progress.End();
            VaeEvalReport report = new(
                rows.Count,
                parsed.GetValue(samples),
                Json.Number(found.NegativeLogLikelihood),
                Json.Number(found.StandardError),
                Json.Number(found.MonteCarloError),
                Json.Number(found.MonteCarloBias),
                Json.Number(found.FreeEnergy),
                Json.Number(found.Reconstruction),
                Json.Number(found.Divergence),
                VaeNote.HashOf(rows),
                Stopwatch.GetElapsedTime(start).TotalSeconds);
            configuration.Output.WriteLine(parsed.GetValue(json) ? Json.Text(report) : Text(report, read.Images.Binarization));
        });
        return command;
    }

    private static string Line(double share, int count, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{share * count:F0} images of {count} ({share:P0})  {share * count / seconds:F0} images/s  {seconds:F1} s");

    private static string Text(VaeEvalReport report, Binarization binarization) => string.Create(CultureInfo.InvariantCulture, $"""
        images       {report.Images}, {(binarization == Binarization.None ? "grey" : "black and white by one draw a pixel")}: SHA-256 {report.Digest}
        −ln p(x)     {report.Nll:F3} ± {report.NllStderr:F3} nats, by {Samples(report)}
        free energy  {report.FreeEnergy:F3} nats = −ln p(x|z) {report.Reconstruction:F3} + KL {report.Kl:F3}
        time         {report.Seconds:F1} s
        """);

    private static string Samples(VaeEvalReport report) => report.Samples == 1
        ? "one sample of each: the free energy"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Samples} samples of each (± {report.MonteCarloError:F3} for the same images); half of them give {report.MonteCarloBias:F3} more");
}
