using System.Diagnostics;
using System.Text.Json;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Tests.Vae;

public sealed class VaeResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_that_is_killed_again_and_again_ends_with_the_bits_of_the_uninterrupted_one()
    {
        const int Kills = 2, Steps = 400;
        string model = _folder.File("model"), whole = _folder.File("whole"), checkpoint = _folder.File("checkpoint");
        string[] run = [.. VaeFiles.Train(Steps), "--validate", "--json"];
        string expected = VaeTests.WithoutTime(Rtflow.Run([.. run, "--out", whole]));
        string[] often = ["--checkpoint", checkpoint, "--checkpoint-steps", "10", "--out", model];
        string[] resume = ["vae", "train", "--resume", checkpoint, "--data", VaeFiles.Clothes, "--json", .. often];
        System.Random random = new();
        long reached = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            DateTime before = File.GetLastWriteTimeUtc(checkpoint);
            using Process process = Rtflow.Start(_folder.Path, [], kill == 0 ? [.. run, .. often] : resume);
            Assert.True(SpinWait.SpinUntil(() => File.GetLastWriteTimeUtc(checkpoint) != before || process.HasExited, TimeSpan.FromMinutes(1)));
            Thread.Sleep(random.Next(60));
            process.Kill();
            process.WaitForExit();

            long steps = ImageCheckpointFile.Read(checkpoint).Run.State.Steps;
            Assert.InRange(steps, Math.Max(reached, 10), Steps);
            Assert.Equal(0, steps % 10);
            reached = steps;
        }

        Assert.Equal(expected, VaeTests.WithoutTime(Rtflow.Run(resume)));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(model));
    }

    [Fact]
    public void An_interruption_leaves_a_model_and_a_checkpoint_that_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A signal is sent by kill, which only Unix has.");
        string checkpoint = _folder.File("checkpoint"), model = _folder.File("model");
        using Process process = Rtflow.Start(
            _folder.Path, [], [.. VaeFiles.Train(1e9), "--checkpoint", checkpoint, "--checkpoint-seconds", "1e6", "--out", model, "--json"]);
        process.StandardError.ReadLine();
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        Rtflow run = Rtflow.End(process);
        long steps = run.Json().GetProperty("steps").GetInt64();

        Assert.Contains($"'{model}' holds what was reached; --resume '{checkpoint}' goes on from there", run.Error, StringComparison.Ordinal);
        Assert.Equal(steps, ImageCheckpointFile.Read(checkpoint).Run.State.Steps);
        Assert.Equal(ImageCheckpointFile.Read(checkpoint).Run.Parameters.ToArray(), ImageModelFile.Read(model).Parameters.ToArray());
        JsonElement more = Rtflow.Run("vae", "train", "--resume", checkpoint, "--data", VaeFiles.Clothes, "--steps", $"{steps + 10}", "--json").Json();
        Assert.Equal(steps + 10, more.GetProperty("steps").GetInt64());
    }

    [Fact]
    public void Options_that_say_the_same_as_the_checkpoint_are_taken_and_others_are_refused_by_name()
    {
        string checkpoint = _folder.File("checkpoint");
        Assert.Equal(0, Rtflow.Run([.. VaeFiles.Train(), "--checkpoint", checkpoint]).ExitCode);
        Assert.Equal(0, Rtflow.Run([.. VaeFiles.Train(), "--resume", checkpoint, "--binarize", "static"]).ExitCode);
        string[] others =
        [
            "--flow none", "--latents 4", "--hidden 16", "--layers 1", "--activation tanh", "--window 2", "--likelihood gaussian", "--binarize dynamic", "--constraint paper",
            "--shared-flow", "--importance-samples 2", "--batch 30", "--optimizer sgd", "--learning-rate 0.5", "--schedule constant", "--hold 0.1", "--final-rate 0.5",
            "--epsilon 1", "--warm-up 3", "--seed 6", "--validate",
        ];
        foreach (string other in others)
        {
            Rtflow.Run(["vae", "train", "--data", VaeFiles.Clothes, "--resume", checkpoint, .. other.Split(' ')]).AssertComplaint(2, $"{other.Split(' ')[0]}: contradicts '{checkpoint}'");
        }

        string images = Path.Combine(VaeFiles.Clothes, "t10k-images-idx3-ubyte.gz");
        Rtflow.Run("vae", "train", "--data", images, "--resume", checkpoint).AssertComplaint(1, checkpoint, $"its run was begun on other images than those of {images}");
        string model = VaeFiles.Model(_folder);
        Rtflow.Run("vae", "train", "--data", VaeFiles.Clothes, "--resume", model).AssertComplaint(1, model, "format is 'realtimeflow-vae': expected realtimeflow-vae-checkpoint");
    }
}
