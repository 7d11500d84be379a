using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App.Tests;

public sealed class ResumeTests : IDisposable
{
    private static readonly string[] Run =
    [
        "train", "--target", "u3", "--flow", "planar:4", "--steps", "3000", "--batch", "64", "--final-batch", "256", "--average", "0.99", "--warm-up", "0.1", "--clip", "10",
        "--seed", "5", "--json",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_that_is_killed_again_and_again_ends_with_the_bits_of_the_uninterrupted_one()
    {
        const int Kills = 3;
        string model = _folder.File("model"), whole = _folder.File("whole"), checkpoint = _folder.File("checkpoint");
        JsonObject expected = ReportWithoutTime(Rtflow.Run([.. Run, "--out", whole]));
        System.Random random = new();
        string[] begin = [.. Run, "--out", model, "--checkpoint", checkpoint, "--checkpoint-steps", "20"];
        string[] resume = ["train", "--resume", checkpoint, "--json", "--out", model, "--checkpoint", checkpoint, "--checkpoint-steps", "20"];
        long reached = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            DateTime before = File.GetLastWriteTimeUtc(checkpoint);
            using Process process = Rtflow.Start(_folder.Path, [], kill == 0 ? begin : resume);
            Assert.True(SpinWait.SpinUntil(() => File.GetLastWriteTimeUtc(checkpoint) != before || process.HasExited, TimeSpan.FromMinutes(1)));
            Thread.Sleep(random.Next(60));
            process.Kill();
            process.WaitForExit();

            long steps = CheckpointFile.Read(checkpoint).Steps;
            Assert.InRange(steps, Math.Max(reached, 20), 3000);
            Assert.Equal(0, steps % 20);
            reached = steps;
        }

        Assert.Equal(expected.ToJsonString(), ReportWithoutTime(Rtflow.Run(resume)).ToJsonString());
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(model));
        Assert.Equal(3000, CheckpointFile.Read(checkpoint).Steps);
    }

    [Fact]
    public void An_interruption_leaves_a_checkpoint_that_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A signal is sent by kill, which only Unix has.");
        string checkpoint = _folder.File("checkpoint");
        using Process process = Rtflow.Start(
            _folder.Path, [], "train", "--steps", "1e9", "--flow", "planar:2", "--checkpoint", checkpoint, "--checkpoint-seconds", "1e6", "--json");
        process.StandardError.ReadLine();
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        Rtflow run = Rtflow.End(process);
        long steps = run.Json().GetProperty("steps").GetInt64();

        Assert.Contains($"--resume '{checkpoint}' goes on from there", run.Error, StringComparison.Ordinal);
        Assert.Equal(steps, CheckpointFile.Read(checkpoint).Steps);
        JsonElement more = Rtflow.Run("train", "--resume", checkpoint, "--steps", $"{steps + 10}", "--json").Json();
        Assert.Equal(steps + 10, more.GetProperty("steps").GetInt64());
        Assert.True(more.GetProperty("seconds").GetDouble() > run.Json().GetProperty("seconds").GetDouble());
    }

    [Fact]
    public void A_run_that_is_over_only_reports_again()
    {
        string checkpoint = _folder.File("checkpoint");
        JsonObject report = ReportWithoutTime(Rtflow.Run("train", "--steps", "30", "--flow", "planar:2", "--checkpoint", checkpoint, "--json"));
        byte[] file = File.ReadAllBytes(checkpoint);

        Assert.Equal(report.ToJsonString(), ReportWithoutTime(Rtflow.Run("train", "--resume", checkpoint, "--json")).ToJsonString());
        Assert.Equal(file, File.ReadAllBytes(checkpoint));
    }

    [Fact]
    public void Options_that_say_the_same_as_the_checkpoint_are_taken_and_others_are_refused_by_name()
    {
        string checkpoint = _folder.File("checkpoint");
        Assert.Equal(0, Rtflow.Run([.. Run, "--checkpoint", checkpoint]).ExitCode);
        Assert.Equal(0, Rtflow.Run([.. Run, "--resume", checkpoint, "--estimator", "path"]).ExitCode);
        string[] others =
        [
            "--target u1", "--flow planar:5", "--constraint paper", "--estimator total", "--batch 128", "--final-batch 128", "--optimizer sgd", "--learning-rate 0.5",
            "--schedule constant", "--warm-up 0.2", "--annealing 0.1", "--clip 11", "--average 0.5", "--seed 6",
        ];
        foreach (string other in others)
        {
            string name = other.Split(' ')[0];
            Rtflow.Run(["train", "--resume", checkpoint, .. other.Split(' ')]).AssertComplaint(2, $"{name}: contradicts '{checkpoint}'");
        }
    }

    [Fact]
    public void A_checkpoint_that_is_none_or_belongs_to_another_program_is_refused_in_one_line()
    {
        string path = _folder.File("file");
        Assert.Equal(0, Rtflow.Run("train", "--steps", "1", "--flow", "planar:1", "--out", path).ExitCode);
        Rtflow.Run("train", "--resume", path).AssertComplaint(1, path, "format is 'realtimeflow': expected realtimeflow-checkpoint");

        Assert.Equal(0, Rtflow.Run("train", "--steps", "1", "--flow", "planar:1", "--checkpoint", path).ExitCode);
        Rtflow.Run("inspect", path).AssertComplaint(1, path, "format is 'realtimeflow-checkpoint'");
        Checkpoint checkpoint = CheckpointFile.Read(path);
        using Engine.WorkerPool workers = new(1);
        foreach (string note in (string[])["", "[]", "{}", checkpoint.Note.Replace("\"steps\": 1", "\"steps\": -1", StringComparison.Ordinal)])
        {
            CheckpointFile.Write(path, new Trainer(checkpoint, Targets.TargetLibrary.Find("u1")!, workers).Save(note));
            Rtflow.Run("train", "--resume", path).AssertComplaint(1, path, "note");
        }
    }

    [Fact]
    public void A_run_until_a_divergence_goes_on_to_it()
    {
        string checkpoint = _folder.File("checkpoint");
        string[] run = ["train", "--until-kl", "0.3", "--flow", "planar:16", "--batch", "512"];
        JsonObject whole = ReportWithoutTime(Rtflow.Run([.. run, "--json"]));
        Assert.Equal(0, Rtflow.Run([.. run, "--steps", "24000", "--seconds", "0.05", "--checkpoint", checkpoint]).ExitCode);
        JsonObject resumed = ReportWithoutTime(Rtflow.Run("train", "--resume", checkpoint, "--until-kl", "0.3", "--json"));

        Assert.Equal(whole.ToJsonString(), resumed.ToJsonString());
    }

    private static JsonObject ReportWithoutTime(Rtflow run)
    {
        Assert.Equal(0, run.ExitCode);
        JsonObject report = JsonNode.Parse(run.Output)!.AsObject();
        report.Remove("seconds");
        return report;
    }
}
